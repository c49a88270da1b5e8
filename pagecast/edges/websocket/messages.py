"""Messages that clients are sending: how much memory they take together, and how long one may take."""

import asyncio
from collections.abc import Awaitable, Iterable

from pagecast.limits.quota import Quota, QuotaRequest
from pagecast.protocol.close_codes import TOO_SLOW
from pagecast.protocol.uploads import OFFSET_BYTES
from pagecast.protocol.websocket import ProtocolViolation

PIECE_BYTES = 2**16
"""A large frame is read in pieces of this size. Each piece shows that the client is still sending."""

UNCOUNTED_BYTES = PIECE_BYTES + OFFSET_BYTES
"""Messages up to this size do not count. The first chunk of the page's uploads has exactly this size."""

QUIET_S = 15.0
"""A message is aborted when none of its bytes arrives for this long."""

MESSAGE_S = 300.0
"""A message must be complete by then: 16 MB at half a megabit a second."""

WAIT_S = 2.0
"""How long a message waits for memory that other messages use, before it is rejected."""


class MessageQuota:
    """A quota of memory for messages that callers wait for. ``limits.quota`` decides the order of grants."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._waiting: dict[QuotaRequest, asyncio.Future[None]] = {}

    @property
    def used(self) -> int:
        """Bytes in use."""
        return self._quota.used

    async def acquire(self, address: str, size: int, within_s: float) -> None:
        """Wait until ``size`` bytes are granted, and take them. They must be released once.

        Raises TimeoutError when they are not granted within ``within_s`` seconds.
        """
        request = QuotaRequest(address, size)
        granted = self._waiting[request] = asyncio.get_running_loop().create_future()
        self._wake(self._quota.request(request))
        try:
            async with asyncio.timeout(within_s):
                await granted
        except BaseException:
            self._wake(self._quota.cancel(request))  # it may have been granted at the moment of the timeout
            raise
        finally:
            self._waiting.pop(request, None)

    def release(self, address: str, size: int) -> None:
        """Give back bytes that were acquired for an address."""
        self._wake(self._quota.release(address, size))

    def _wake(self, granted: Iterable[QuotaRequest]) -> None:
        for request in granted:
            future = self._waiting.pop(request)
            if not future.done():  # else it is being cancelled, and gives its bytes back
                future.set_result(None)


class IncomingMessage:
    """The message that one client is sending: the memory it holds, and its deadline.

    A message can span several frames. All of its methods are called on the event loop.
    """

    __slots__ = ("_acquired", "_address", "_last", "_quota", "_size", "deadline", "rejected")  # each connection has one

    def __init__(self, quota: MessageQuota, address: str) -> None:
        self._quota, self._address = quota, address
        self._acquired = self._size = 0
        self._last = 0.0
        self.deadline: float | None = None
        """When the next bytes must have arrived, on the event loop's clock; None while no message has begun."""
        self.rejected = False
        """Whether there was no memory for the message. Its bytes are then discarded, and the error is sent at its end.
        """

    def begin(self) -> None:
        """Start the clock of a message, unless it is running."""
        if self.deadline is None:
            self._last = asyncio.get_running_loop().time() + MESSAGE_S
            self.extend_deadline()

    def extend_deadline(self) -> None:
        """Extend the deadline, because more of the message has arrived."""
        self.deadline = min(self._last, asyncio.get_running_loop().time() + QUIET_S)

    async def reserve(self, size: int) -> None:
        """Acquire memory for the message's next frame of ``size`` bytes, or mark the message as rejected.

        A message that already holds memory does not wait, because two such messages could wait for each other.
        """
        has_begun = self._size > 0
        self._size += size
        if self.rejected or self._size <= UNCOUNTED_BYTES or not size:
            return
        missing = self._size - self._acquired
        try:
            await self._quota.acquire(self._address, missing, 0 if has_begun else WAIT_S)
        except TimeoutError:
            self.rejected = True
        else:
            self._acquired += missing
        self.extend_deadline()

    async def read(self, reading: Awaitable[bytes]) -> bytes:
        """Await the message's next bytes. Raises ProtocolViolation when they do not arrive before the deadline."""
        try:
            async with asyncio.timeout_at(self.deadline):
                return await reading
        except TimeoutError:
            raise ProtocolViolation(
                TOO_SLOW, "this message was too slow: send it again over a faster connection"
            ) from None

    def end(self) -> None:
        """Release the memory, after the message was handled or its sender disconnected."""
        self.deadline = None
        self._size = 0
        self.rejected = False
        if self._acquired:
            self._quota.release(self._address, self._acquired)
            self._acquired = 0
