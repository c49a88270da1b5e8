"""One upload: its state, its intake, and the holds of its senders on the document."""

import asyncio
from contextlib import AsyncExitStack, suppress

from pagecast.ports.storage import DraftFile, InUse
from pagecast.protocol.errors import DocumentDeleted, PagecastError, ServerBusy, StorageFailed, UnknownUpload
from pagecast.room.events import Claimed, Grew, Withdrawn
from pagecast.service.intake import GROWTH_S, Intake
from pagecast.service.open_room import OpenRoom
from pagecast.service.throttle import Throttle
from pagecast.service.world import World
from pagecast.table.draft import Draft
from pagecast.table.upload_state import ENDED_STATES, JOINABLE_STATES, OPEN_STATES, UploadEvent, UploadState, next_state
from pagecast.table.version import Version

CLAIM_S, CLAIMS = 0.1, 100
"""How often and how many times an upload is tried that another process has open. It lets go when a piece is stored."""


class UploadSession:
    """An upload from its first byte to its end, through the states of `table/upload_state.py`.

    Each sender has a hold on the document, from ``begin`` or ``resume`` to ``finish``, ``abandon`` or ``discard``.
    Steps that wait run one at a time, under the upload's lock, and look at the state when they have it.
    """

    def __init__(self, world: World, draft: Draft, state: UploadState) -> None:
        self._world, self._store, self._bounds = world, world.store, world.bounds
        self.draft = draft
        self.state = state
        self._intake: Intake | None = None  # from OPEN to CLOSED; after ADOPT, for a sender that asks what was taken
        self._result: Version | None = None
        self._was_read = False
        self._read: Version | None = None  # if ``_was_read``: what had been read of it when it was closed
        self._changing = asyncio.Lock()
        self._room: OpenRoom | None = None  # while it has a sender
        self._holds: list[AsyncExitStack] = []  # one for each sender

    @property
    def is_open(self) -> bool:
        """Whether it is on its way in."""
        return self.state in OPEN_STATES

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED_STATES

    @property
    def is_held(self) -> bool:
        """Whether it has a sender."""
        return bool(self._holds)

    @property
    def _is_left(self) -> bool:
        """Whether it is open and has no sender any more."""
        return self.state is UploadState.SENDING and not self._holds

    @property
    def _is_shown(self) -> bool:
        """Whether it is on screens, as what its document has instead of a finished version."""
        newest = self._room.newest if self._room else None
        return newest is not None and newest.key == self.draft.key

    def _apply(self, event: UploadEvent) -> None:
        self.state = next_state(self.state, event)

    # A sender comes.

    async def begin(self, room: OpenRoom, hold: AsyncExitStack) -> Intake:
        """Open a new upload for its first sender, and keep the sender's hold. Raises StorageFailed."""
        self._intake = self._open_intake(await self._store.begin(self.draft))
        self._apply(UploadEvent.READY)
        self._hold(room, hold)
        return self._intake

    async def resume(self, room: OpenRoom, hold: AsyncExitStack, *, takes_over: bool) -> Intake:
        """Open the upload for a sender that goes on with it, and keep the sender's hold.

        A sender before it is asked to let go; one at another process only with ``takes_over``.

        Raises UnknownUpload, TakenOver, StorageFailed, ServerBusy.
        """
        if self.state not in JOINABLE_STATES:
            async with self._changing:
                if self.state is UploadState.IDLE:
                    await self._open(takes_over=takes_over)
        if self._intake is None:
            raise UnknownUpload
        intake = self._intake
        self._hold(room, hold)
        if self.state is not UploadState.FINISHED:
            try:
                await intake.take_over()
            except PagecastError:
                await self._release()
                raise
        return intake

    async def look(self) -> Version | None:
        """Say what has been read so far; None before the first row. Raises UnknownUpload, StorageFailed."""
        if self.state not in JOINABLE_STATES:
            async with self._changing:
                if self.state is UploadState.IDLE and not self._was_read:
                    await self._open()
                    if not self._holds:
                        await self._close()
        if self.state is UploadState.DISCARDED:
            raise UnknownUpload
        return self._read if self._intake is None else self._intake.version(1)

    def _hold(self, room: OpenRoom, hold: AsyncExitStack) -> None:
        """Keep a sender's hold on the room."""
        self._room = room
        self._holds.append(hold.pop_all())

    # A sender leaves.

    async def finish(self, sha256: str | None = None, viewer: str = "") -> Version:
        """Make the whole upload its document's newest version, once, and let its sender go.

        ``viewer``: who uploaded it, or "" for the one who began.

        Raises ChecksumMismatch, EmptyFile, NotATable, after which the upload is gone; StorageFailed, after which it can
        be resumed; UnknownUpload where another sender has thrown it away.
        """
        try:
            async with self._changing:
                if self.state is UploadState.SENDING:
                    await self._finish(sha256, viewer)
                if self._result is None:
                    raise UnknownUpload
                return self._result
        finally:
            await self._release()

    async def abandon(self) -> None:
        """Let a sender go that is gone: keep what can be resumed, and what is on screens already."""
        failed = self._intake is not None and self._intake.failure is not None
        if self.draft.live and self._is_shown and not failed:
            with suppress(PagecastError):
                await self.finish()
        else:
            await self._release()

    async def discard(self) -> None:
        """Throw the upload away, unless another sender has made it a version, and let its sender go."""
        try:
            async with self._changing:
                if self.state is UploadState.SENDING:
                    await self._discard()
        finally:
            await self._release()

    async def _release(self) -> None:
        """Let go of a sender's hold. With the last one the upload is closed, or thrown away if nobody can resume it."""
        async with self._holds.pop():
            if not self._is_left or self._intake is None:
                return
            is_kept = self.draft.checked or self._is_shown
            if is_kept:
                await self._intake.settled()
                await self._publish_growth(self._intake)
            async with self._changing:
                if self._is_left:  # or somebody went on with it meanwhile
                    await (self._close() if is_kept else self._discard())

    # Nobody sends it.

    async def close(self) -> None:
        """Close its file, as the server stops: it is found again at the next start."""
        async with self._changing:
            if self.state is UploadState.SENDING:
                await self._close()

    async def hand_over(self) -> None:
        """Close it, so that another process can go on with it. Its sender here sends no more."""
        if self.state is UploadState.SENDING and self._intake is not None and self.draft.checked:
            with suppress(PagecastError):
                await self._intake.take_over()
            await self.close()

    async def discard_idle(self) -> None:
        """Throw it away, unless somebody sends it, here or at another process."""
        async with self._changing:
            if self.state is UploadState.IDLE:
                with suppress(InUse), self._store.claim(self.draft.key):
                    await self._discard()

    async def delete(self) -> None:
        """Throw it away because its document was deleted, and tell its sender."""
        if self._intake is not None and not self.has_ended:
            self._intake.fail(DocumentDeleted())
        async with self._changing:
            if self.state in (UploadState.IDLE, UploadState.SENDING):
                await self._discard()

    async def adopt_idle(self) -> None:
        """Note that the document's record names it as a version already. Raises StorageFailed."""
        async with self._changing:
            if self.state is UploadState.IDLE:
                self._apply(UploadEvent.ADOPT)
                await self._store.end(self.draft)

    # Steps, under the lock.

    async def _open(self, *, takes_over: bool = False) -> None:
        self._apply(UploadEvent.OPEN)
        try:
            file = await self._reopen(takes_over)
        except (PagecastError, asyncio.CancelledError):
            self._apply(UploadEvent.FAIL)
            raise
        try:
            self._intake = self._open_intake(file)
            await self._intake.replay()
        except (StorageFailed, asyncio.CancelledError):
            self._was_read = False  # it was not all of it
            await self._close_intake()
            self._apply(UploadEvent.FAIL)
            raise
        except PagecastError:  # what is stored is no table
            await self._discard()
            raise UnknownUpload from None
        self._apply(UploadEvent.READY)

    async def _reopen(self, takes_over: bool) -> DraftFile:
        """Open the file, once no other process has it open.

        Raises UnknownUpload where the upload ended at another process, or goes on there and is not taken over;
        StorageFailed; ServerBusy.
        """
        if not self._world.bus.is_shared:
            return await self._store.reopen(self.draft)
        for attempt in range(CLAIMS):
            if await self._store.load_draft(self.draft.key) is None:
                raise UnknownUpload
            with suppress(InUse):
                return await self._store.reopen(self.draft)
            if not takes_over:
                raise UnknownUpload
            if attempt == 0:
                await self._world.publish(self.draft.uuid, Claimed(self.draft.key, self._world.process))
            await asyncio.sleep(CLAIM_S)
        raise ServerBusy

    async def _close(self) -> None:
        assert self._intake is not None, "it is open"
        self._apply(UploadEvent.CLOSE)
        intake = self._intake
        await self._close_intake()
        self._read, self._was_read = intake.version(1), True
        self._apply(UploadEvent.CLOSED)

    async def _finish(self, sha256: str | None, viewer: str) -> None:
        assert self._intake is not None, "it is open"
        assert self._room is not None, "it has a sender"
        self._apply(UploadEvent.FINISH)
        try:
            await self._intake.finish(sha256)
            self._result = await self._room.adopt(self._intake.version, viewer or self.draft.viewer)
        except (StorageFailed, asyncio.CancelledError):
            self._apply(UploadEvent.FAIL)
            raise
        except PagecastError:
            await self._discard()
            raise
        self._apply(UploadEvent.ADOPT)
        with suppress(StorageFailed):  # the next start ends what was not ended
            await self._store.end(self.draft)

    async def _discard(self) -> None:
        self._apply(UploadEvent.DISCARD)
        intake, self._intake = self._intake, None
        await self._world.publish(self.draft.uuid, Withdrawn(self.draft.key))  # first: then nobody reads what goes
        with suppress(StorageFailed):  # the next start finds what is left of it
            if intake is not None:
                await intake.discard()
            else:
                file = await self._store.reopen(self.draft)
                await asyncio.to_thread(file.discard)
            await self._store.end(self.draft)

    def _open_intake(self, file: DraftFile) -> Intake:
        intake = Intake(self.draft, file, self._bounds, meter=self._world.meter)
        intake.growth = Throttle(lambda: self._publish_growth(intake), GROWTH_S)
        intake.listeners.append(intake.growth.request)
        return intake

    async def _close_intake(self) -> None:
        if self._intake is not None:
            with suppress(StorageFailed):
                await self._intake.close()
                await self._store.renew(self.draft)
            self._intake = None

    async def _publish_growth(self, intake: Intake) -> None:
        version = intake.version(1)
        if version is not None and not version.complete and self.is_open:
            await self._world.publish(self.draft.uuid, Grew(version))
