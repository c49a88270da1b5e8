"""`/healthz` and `/metrics`, for operators."""

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.metrics import CONTENT_TYPE


class HealthHandler(BaseHandler):
    """`/healthz`: whether this process answers."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok\n")

    head = get


class MetricsHandler(BaseHandler):
    """`/metrics`, in Prometheus text."""

    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self.context.metrics.render())
