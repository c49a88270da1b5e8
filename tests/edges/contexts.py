"""A context for tests that need handlers, but no server with options."""

import time
from datetime import UTC, datetime

import parser
from pagecast.edges.http.authors import Authors
from pagecast.edges.http.idle_uploads import IdleUploads
from pagecast.edges.http.open_requests import OpenRequests
from pagecast.edges.http.resources import load_languages
from pagecast.edges.http.static_files import static_files
from pagecast.edges.metrics import Metrics
from pagecast.edges.readiness import Readiness
from pagecast.edges.websocket.messages import MessageQuota
from pagecast.limits.admission import Admission
from pagecast.limits.documents import Limits
from pagecast.limits.proxies import TrustedProxies
from pagecast.limits.quota import Quota
from pagecast.limits.slots import Slots
from pagecast.memory.bus import MemoryBus
from pagecast.memory.engine import MemoryEngine
from pagecast.memory.store import MemoryStore
from pagecast.service.services import Services
from pagecast.service.tasks import Tasks
from pagecast.service.world import World
from tests.nginx import TOP

MANY = 1000
"""A limit that no test reaches."""

MB = 2**20


def context() -> parser.ViewerContext:
    """A context whose store is in memory, and whose limits reject nothing."""
    limits = Limits()
    store = MemoryStore()
    engine = MemoryEngine(store)
    world = World(store, MemoryBus(), parser.FileHandler, engine, limits, lambda: datetime.now(UTC))
    services, requests = Services(world), OpenRequests()
    return parser.ViewerContext(
        services=services,
        library=services.library,
        uploads=services.uploads,
        appends=services.appends,
        reparsing=services.reparsing,
        idle_uploads=IdleUploads(MANY, MANY, lambda intake: None),
        admission=Admission(MANY, MANY, MANY, MANY, time.monotonic),
        upload_slots=Slots(MANY, MANY),
        message_quota=MessageQuota(Quota(64 * MB, 64 * MB)),
        max_message_size=MB,
        max_file_size=limits.max_size,
        keep_days=limits.keep_days,
        least_rate=1,
        authors=Authors(),
        trusted_proxies=TrustedProxies([], loopback=True),
        hosts=frozenset(),
        languages=load_languages(TOP / "static", TOP / "templates"),
        allow_frame=(),
        base_path="",
        static_files=static_files(TOP / "static"),
        metrics=Metrics(),
        readiness=Readiness(services.ready, requests),
        requests=requests,
        tasks=Tasks(),
        endings=Tasks(),
    )
