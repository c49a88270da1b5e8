"""The context that all handlers share: services, limits and settings, built once when the server starts."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pagecast.edges.http.authors import Authors
from pagecast.edges.http.idle_uploads import IdleUploads
from pagecast.edges.http.open_requests import OpenRequests
from pagecast.edges.http.static_files import StaticFiles
from pagecast.edges.metrics import Metrics
from pagecast.edges.readiness import Readiness
from pagecast.edges.websocket.messages import MessageQuota
from pagecast.limits.admission import Admission
from pagecast.limits.proxies import TrustedProxies
from pagecast.limits.slots import Slots
from pagecast.ports.rooms import AppendService, DocumentService, IncomingUpload, ReparseService, UploadService
from pagecast.protocol.language import Language


class BackgroundTasks(Protocol):
    """Tasks that run to their end, although their handler does not wait for them."""

    def hold(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start a task, and keep it until it is done."""

    async def drain_begun(self) -> None:
        """Wait for the tasks that are running now."""

    async def drain(self) -> None:
        """Wait until no task is running."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """Services, limits and settings. Handlers read it as ``self.context``; no field changes while the server runs."""

    # Services

    library: DocumentService
    uploads: UploadService[Any]
    appends: AppendService[Any]
    reparsing: ReparseService
    idle_uploads: IdleUploads[IncomingUpload]
    """Uploads by tus that wait for their next piece."""

    # Limits

    admission: Admission
    upload_slots: Slots
    message_quota: MessageQuota
    """Memory for the large messages that clients are sending."""
    max_message_size: int
    """Bytes of the largest table in one message of the plain protocol."""
    max_file_size: int
    """Bytes of the largest file that is accepted."""
    keep_days: float
    """Days until a document is removed that nobody opens."""
    least_rate: int
    """Bytes a second. A slower upload over HTTP is aborted; 0 accepts any rate."""

    # The site

    authors: Authors
    """The people who may create documents."""
    trusted_proxies: TrustedProxies
    """The proxies that say in headers for whom they ask."""
    hosts: frozenset[str]
    """Names, in lower case, that a ``Host`` header may have besides addresses and localhost."""
    languages: Mapping[str, Language]
    """The languages of the page by their codes. The first is the default."""
    allow_frame: tuple[str, ...]
    """The origins that may embed the pages of read-only links."""
    base_path: str
    """Where a proxy serves all of it: empty, or a path without a slash at its end."""
    static_files: StaticFiles
    metrics: Metrics
    readiness: Readiness

    # Tasks

    requests: OpenRequests
    tasks: BackgroundTasks
    endings: BackgroundTasks
    """Uploads whose bytes have all arrived. A graceful shutdown waits for them first, so that they get their answer."""

    @property
    def static_path(self) -> str:
        """Where the page's own files are."""
        return self.base_path + self.static_files.base_path
