"""What an operator watches, in Prometheus text: the only file that knows its client."""

from collections.abc import Callable, Iterator

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Gauge,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from pagecast.edges.http.web import BaseHandler
from pagecast.limits.admission import Admission


class Metrics:
    """Numbers that are read when they are asked for."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)

    def gauge(self, name: str, says: str, read: Callable[[], float]) -> None:
        """Show a number that somebody else keeps."""
        Gauge(f"pagecast_{name}", says, registry=self.registry).set_function(read)

    def total(self, name: str, says: str, read: Callable[[], float]) -> None:
        """Show a number that somebody else keeps, and that only grows."""
        self.registry.register(Total(f"pagecast_{name}", says, read))

    def count_refusals(self, gates: Admission) -> None:
        """Show how many were turned away, and why."""
        self.total("refused_viewers", "Viewers refused by a full server.", lambda: gates.full)
        self.total("refused_joins", "Connections refused to busy addresses.", lambda: gates.joins.refused)
        self.total("refused_requests", "Requests refused to busy addresses.", lambda: gates.asks.refused)
        self.total("refused_documents", "New documents refused to busy addresses.", lambda: gates.documents.refused)
        self.total("refused_misses", "Requests refused after too many misses.", lambda: gates.misses.refused)


class Total(Collector):
    """One number that only grows."""

    def __init__(self, name: str, says: str, read: Callable[[], float]) -> None:
        self._name, self._says, self._read = name, says, read

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(self._name, self._says, value=self._read())


class MetricsHandler(BaseHandler):
    """`/metrics`."""

    def initialize(self, metrics: Metrics) -> None:
        self.metrics = metrics

    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE_LATEST)
        self.finish(generate_latest(self.metrics.registry))
