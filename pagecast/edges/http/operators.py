"""`/healthz`, `/readyz` and `/metrics`, for operators."""

from pagecast.edges.http.base import BaseHandler
from pagecast.edges.metrics import CONTENT_TYPE


class HealthHandler(BaseHandler):
    """`/healthz`: whether this process answers."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish("ok\n")

    head = get


class ReadyHandler(BaseHandler):
    """`/readyz`: whether this process can serve viewers and uploads now; if not, 503 and one sentence."""

    async def get(self) -> None:
        failure = await self.context.readiness.failure()
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_status(503 if failure else 200)
        self.finish(f"{failure or 'ready'}\n")

    head = get


class MetricsHandler(BaseHandler):
    """`/metrics`, in Prometheus text."""

    def get(self) -> None:
        self.set_header("Content-Type", CONTENT_TYPE)
        self.finish(self.context.metrics.render())
