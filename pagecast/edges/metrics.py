"""Metrics in the Prometheus text format: the only module that knows its client library."""

from collections.abc import Callable, Iterator
from functools import partial

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from pagecast.limits.admission import Admission

CONTENT_TYPE = CONTENT_TYPE_LATEST
"""The media type of what ``Metrics.render`` returns."""


TURN_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10)
"""Upper bounds of the buckets that turns are counted in, in seconds: a turn takes some milliseconds."""


class Metrics:
    """A registry of metrics that are read when they are rendered. Implements ``ports.Meter``."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._turns = Histogram(
            "pagecast_turn_seconds",
            "Seconds from a request for a page until it was handed to all connections.",
            buckets=TURN_BUCKETS_S,
            registry=self._registry,
        )
        self._received = Counter("pagecast_received_bytes", "Bytes of tables that arrived.", registry=self._registry)

    def turned(self, seconds: float) -> None:
        self._turns.observe(seconds)

    def received(self, size: int) -> None:
        self._received.inc(size)

    def gauge(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Add `pagecast_<name>`, whose value ``read`` returns."""
        Gauge(f"pagecast_{name}", description, registry=self._registry).set_function(read)

    def counter(self, name: str, description: str, read: Callable[[], float]) -> None:
        """Add `pagecast_<name>_total`, whose value ``read`` returns and never shrinks."""
        self._registry.register(ReadCounter(f"pagecast_{name}", description, read))

    def add_rejections(self, admission: Admission) -> None:
        """Add the counters of what admission has rejected."""
        self.counter(
            "refused_viewers",
            "Viewers refused by a full server.",
            lambda: admission.rejected_connections,
        )
        for name, description, limiter in (
            ("joins", "Connections refused to busy addresses.", admission.joins),
            ("requests", "Requests refused to busy addresses.", admission.requests),
            ("documents", "New documents refused to busy addresses.", admission.new_documents),
            ("misses", "Requests refused after too many misses.", admission.misses),
        ):
            self.counter(f"refused_{name}", description, partial(getattr, limiter, "rejected"))

    def render(self) -> bytes:
        """Return all metrics as text. Their media type is CONTENT_TYPE."""
        return generate_latest(self._registry)


class ReadCounter(Collector):
    """A counter whose value is kept elsewhere."""

    def __init__(self, name: str, description: str, read: Callable[[], float]) -> None:
        self._name, self._description, self._read = name, description, read

    def collect(self) -> Iterator[CounterMetricFamily]:
        yield CounterMetricFamily(self._name, self._description, value=self._read())
