"""Messages that clients are sending: how much memory they take together, and how long one may take."""

import asyncio
from collections import Counter
from collections.abc import Awaitable

from pagecast.limits.addresses import is_this_machine, owner_of
from pagecast.protocol.close_codes import TOO_SLOW
from pagecast.protocol.uploads import OFFSET_BYTES
from pagecast.protocol.websocket import ProtocolViolation

PIECE_BYTES = 2**16
"""A large frame is read in pieces of this size, and each shows that its sender still sends."""

UNCOUNTED_BYTES = PIECE_BYTES + OFFSET_BYTES
"""A message up to this size is not counted: the page's first chunk of an upload has just this size."""

QUIET_S = 15.0
"""A message of which no piece comes for so long is given up."""

MESSAGE_S = 300.0
"""A message that is not whole by then is given up: enough for 16 MB at half a megabit a second."""

WAIT_S = 2.0
"""A message waits so long for memory that others hold, and is then refused."""


class Quota:
    """Bytes of memory for all messages together, and for those of one address.

    Requests are served in order. A request beyond its address's share does not block the others.
    """

    def __init__(self, in_all: int, each: int) -> None:
        self._in_all, self._each = in_all, each
        self._held: Counter[str] = Counter()
        self._waiting: dict[asyncio.Future[None], tuple[str, int]] = {}

    @property
    def held(self) -> int:
        """Bytes that are taken now."""
        return self._held.total()

    async def take(self, address: str, size: int, within_s: float) -> None:
        """Wait for so many bytes. Raises TimeoutError. Whoever takes them gives them back."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting[turn] = (address, size)
        self._admit()
        try:
            async with asyncio.timeout(within_s):
                await turn
        except BaseException:
            if turn.done() and not turn.cancelled():  # its turn came in the moment when it gave up
                self.give(address, size)
            raise
        finally:
            self._waiting.pop(turn, None)

    def give(self, address: str, size: int) -> None:
        owner = owner_of(address)
        self._held[owner] -= size
        if self._held[owner] <= 0:
            del self._held[owner]
        self._admit()

    def _admit(self) -> None:
        """Let those in who wait, as far as there is room."""
        for turn, (address, size) in list(self._waiting.items()):
            if turn.done():
                continue
            owner = owner_of(address)
            if self._held[owner] + size > self._each and not is_this_machine(address):
                continue
            if self.held + size > self._in_all:
                return
            self._held[owner] += size
            turn.set_result(None)


class IncomingMessage:
    """The message that one client is sending."""

    __slots__ = ("_address", "_held", "_last", "_quota", "_size", "deadline", "refused")  # each connection has one

    def __init__(self, quota: Quota, address: str) -> None:
        self._quota, self._address = quota, address
        self._held = self._size = 0
        self._last = 0.0
        self.deadline: float | None = None
        """When the next bytes have to be there, on the clock of the event loop; None while no message has begun."""
        self.refused = False
        """Whether there was no memory for it. What comes of it is then thrown away, and it is answered at its end."""

    def begin(self) -> None:
        """Start the clock of a message, unless it runs."""
        if self.deadline is None:
            self._last = asyncio.get_running_loop().time() + MESSAGE_S
            self.go_on()

    def go_on(self) -> None:
        """Extend the deadline: more of the message has come."""
        self.deadline = min(self._last, asyncio.get_running_loop().time() + QUIET_S)

    async def reserve(self, size: int) -> None:
        """Make room for a frame of it, or note that there is none.

        A client that holds a part of a message does not wait, or two could wait for each other.
        """
        has_begun = self._size > 0
        self._size += size
        if self.refused or self._size <= UNCOUNTED_BYTES or not size:
            return
        missing = self._size - self._held
        try:
            await self._quota.take(self._address, missing, 0 if has_begun else WAIT_S)
        except TimeoutError:
            self.refused = True
        else:
            self._held += missing
        self.go_on()

    async def within(self, reading: Awaitable[bytes]) -> bytes:
        """The next bytes. Raises ProtocolViolation where they do not come in time."""
        try:
            async with asyncio.timeout_at(self.deadline):
                return await reading
        except TimeoutError:
            raise ProtocolViolation(
                TOO_SLOW, "this message was too slow: send it again over a faster connection"
            ) from None

    def end(self) -> None:
        """Release the memory: the message has been dealt with, or its sender is gone."""
        self.deadline = None
        self._size = 0
        self.refused = False
        if self._held:
            self._quota.give(self._address, self._held)
            self._held = 0
