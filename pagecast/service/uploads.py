"""Takes files in: begins uploads, resumes them after a cut, and ends them."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from datetime import datetime, timedelta

from pagecast.protocol.errors import PagecastError, StorageFailed, TooLarge, UnknownDocument, UnknownUpload
from pagecast.protocol.names import file_name
from pagecast.protocol.tables import ALL_GUESSED, Choices
from pagecast.service.intake import Intake
from pagecast.service.library import Enter
from pagecast.service.open_room import OpenRoom
from pagecast.service.upload_session import UploadSession
from pagecast.service.world import World
from pagecast.table.draft import RESUMABLE_DAYS, Draft
from pagecast.table.upload_state import UploadState
from pagecast.table.version import Version

MOST_UNFINISHED = 200
"""Resumable uploads of a document at a time. Each keeps some files; the oldest that nobody sends gives way."""

REMEMBERED = 100
"""Finished uploads that are remembered: a sender that was cut from the answer can still ask for it."""


class Uploads:
    """All uploads that have not ended, and a few that have."""

    def __init__(self, enter: Enter, world: World) -> None:
        self._enter, self._world, self._store, self._bounds = enter, world, world.store, world.bounds
        self._leaving: set[asyncio.Task[None]] = set()
        self._sessions: dict[str, UploadSession] = {}  # by key: as they were begun, or as they ended

    def __len__(self) -> int:
        """How many are on their way in."""
        return sum(session.is_open for session in self._sessions.values())

    async def start(self) -> None:
        """Learn which uploads have not ended, and end those that end with their sender."""
        for draft in await self._store.drafts():
            if draft.adds:
                continue
            if await self._is_version(draft):
                await self._store.end(draft)  # the server stopped between the last two steps of `finish`
            else:
                self.add_idle(draft)
        for session in list(self._unfinished()):
            if session.draft.live:
                with suppress(PagecastError):
                    await self.abandon(await self.resume(session.draft.key, takes_over=False))

    async def stop(self) -> None:
        """Leave all uploads as they should be found at the next start."""
        for session in list(self._unfinished()):
            await session.close()

    async def sweep(self) -> None:
        """Throw away the uploads that nobody went on with for RESUMABLE_DAYS."""
        oldest = self._world.now() - timedelta(days=RESUMABLE_DAYS)
        stale = await self._store.stale(RESUMABLE_DAYS)
        if self._world.bus.is_shared:
            await self._follow_others()
        for session in list(self._unfinished()):
            draft = session.draft
            if not session.is_open and draft.key in stale and datetime.fromisoformat(draft.created) < oldest:
                with suppress(UnknownDocument, StorageFailed):
                    if await self._is_version(draft):
                        await session.adopt_idle()
                    else:
                        await session.discard_idle()
        self._forget_ended()

    async def end_all(self, uuid: str) -> None:
        """Throw away all uploads to a document that was deleted, and tell their senders."""
        for session in [one for one in self._unfinished() if one.draft.uuid == uuid]:
            await session.delete()
        self._forget_ended()

    def add_idle(self, draft: Draft) -> None:
        """Take note of an upload that is in the store, and that nobody sends."""
        self._sessions[draft.key] = self._session(draft, UploadState.IDLE)

    # Documents without a finished version.

    async def unfinished(self, uuid: str) -> Version | None:
        """Say what has been read so far of a document that has no finished version; None before the first row.

        Raises UnknownDocument, StorageFailed.
        """
        session = self._unfinished_of(uuid)
        if session is None and self._world.bus.is_shared:  # another process has begun it, and may have ended
            for draft in await self._store.drafts_of(uuid):
                if draft.key not in self._sessions and not draft.adds:
                    self.add_idle(draft)
            session = self._unfinished_of(uuid)
        if session is None:
            raise UnknownDocument
        try:
            return await session.look()
        except UnknownUpload:
            raise UnknownDocument from None

    def reader_of(self, uuid: str) -> str:
        """Look up the read-only UUID of a document without a finished version; an empty text where there is none."""
        session = self._unfinished_of(uuid)
        return session.draft.reader if session else ""

    def read_by(self, reader: str) -> str | None:
        """Look up the document without a finished version that has this read-only UUID."""
        return next((session.draft.uuid for session in self._unfinished() if session.draft.reader == reader), None)

    # The steps of a sender.

    async def begin(
        self,
        uuid: str | None,
        name: str,
        size: int | None,
        viewer: str,
        admit: Callable[[], None] = lambda: None,
        *,
        checked: bool,
        choices: Choices = ALL_GUESSED,
        framed: bool = False,
    ) -> Intake:
        """Begin an upload: to an existing document, or to a new one for None.

        ``size`` is in bytes, None where it is not known. ``checked`` uploads are safely stored piece by piece and can
        be resumed. The sender of a ``framed`` one marks its end, so that a cut is not taken for it. Each upload ends
        in one of ``finish``, ``discard`` and ``abandon``. ``admit`` is called where it is a document's first table,
        and may refuse it. Raises what that raises, UnknownDocument, ReadOnly, TooLarge, StorageFailed.
        """
        if size is not None and size > self._bounds.size:
            raise TooLarge(self._bounds.size)
        await self._store.check_room(size or 0)
        async with AsyncExitStack() as hold:
            room = (await hold.enter_async_context(await self._enter(uuid))).room
            created, newest, key = self._world.timestamp(), room.newest, secrets.token_hex(16)
            name = file_name(name or (newest.name if newest else ""))
            draft = Draft(
                *(key, room.uuid, name, size, viewer, created, checked, room.reader), choices=choices, framed=framed
            )
            session = self._session(draft, UploadState.OPENING)
            try:
                if checked:
                    await self._make_way(room.uuid)
                if newest is None:
                    admit()
                intake = await _begun(session, room, hold)
            except (PagecastError, asyncio.CancelledError):
                with suppress(StorageFailed):
                    await self._store.end(draft)
                raise
        self._sessions[key] = session
        return intake

    async def resume(self, key: str, *, takes_over: bool = True) -> Intake:
        """Go on with an upload instead of a connection that was cut.

        ``takes_over``: also instead of one at another process, which may take some seconds to let go.

        Raises UnknownUpload; TakenOver where yet another connection has come meanwhile; StorageFailed; ServerBusy
        where the other process does not let go.
        """
        session = await self._resumable(key)
        async with AsyncExitStack() as hold:
            room = (await hold.enter_async_context(await self._enter(session.draft.uuid))).room
            if key not in self._sessions:  # it ended meanwhile
                raise UnknownUpload
            return await session.resume(room, hold, takes_over=takes_over)

    async def _resumable(self, key: str) -> UploadSession:
        """The upload of a key. With several processes or servers, the store knows what another one has begun or ended.

        Raises UnknownUpload, StorageFailed.
        """
        session = self._sessions.get(key)
        if session is None or (self._world.bus.is_shared and session.state is UploadState.IDLE):
            draft = await self._store.load_draft(key)
            resumable = draft is not None and not draft.adds and not await self._is_version(draft)
            session = self._sessions.get(key)  # again: another sender may have come meanwhile
            if session is None and draft is not None and resumable:
                self.add_idle(draft)
                session = self._sessions[key]
            elif draft is None and session is not None and session.state is UploadState.IDLE:
                del self._sessions[key]
                session = None
        if session is None:
            raise UnknownUpload
        return session

    def let_go(self, key: str) -> None:
        """Have an upload closed that goes on at another process."""
        session = self._sessions.get(key)
        if session is not None and session.is_open:
            task = asyncio.create_task(session.hand_over())
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)

    async def finish(self, intake: Intake, sha256: str | None = None, viewer: str = "") -> Version:
        """Make a whole upload the document's newest version, and show it to everyone.

        Args:
            intake: the upload.
            sha256: what the file must have, if anything.
            viewer: the viewer who uploaded it, or "" for the one who began.

        Raises ChecksumMismatch, EmptyFile, NotATable, after which the upload is gone; StorageFailed, after which it can
        be resumed; UnknownUpload where another sender has thrown it away.
        """
        session = self._sessions[intake.draft.key]
        try:
            return await session.finish(sha256, viewer)
        finally:
            self._forget_ended(session)

    async def abandon(self, intake: Intake) -> None:
        """Let go of an upload whose sender is gone: keep what can be resumed, and what is on screens already."""
        session = self._sessions[intake.draft.key]
        try:
            await session.abandon()
        finally:
            self._forget_ended(session)

    async def discard(self, intake: Intake) -> None:
        """Throw an upload away, unless another connection has made it a version meanwhile."""
        session = self._sessions[intake.draft.key]
        try:
            await session.discard()
        finally:
            self._forget_ended(session)

    async def upload(
        self, uuid: str, name: str, data: bytes, viewer: str, admit: Callable[[], None] = lambda: None
    ) -> None:
        """Take a whole table at once. Raises what ``begin``, an intake's ``add`` and ``finish`` raise."""
        intake = await self.begin(uuid, name, len(data), viewer, admit, checked=False)
        intake.listeners.clear()  # it comes at once: its page is shown once, when it is whole
        try:
            await intake.add(data)
        except PagecastError:
            await self.discard(intake)
            raise
        await self.finish(intake)

    # All of them.

    def _session(self, draft: Draft, state: UploadState) -> UploadSession:
        return UploadSession(self._world, draft, state)

    def _unfinished_of(self, uuid: str) -> UploadSession | None:
        return next((session for session in self._unfinished() if session.draft.uuid == uuid), None)

    def _unfinished(self) -> Iterator[UploadSession]:
        return (session for session in self._sessions.values() if not session.has_ended)

    async def _follow_others(self) -> None:
        """Forget the uploads that have ended at other processes, and take note of those that were begun there."""
        drafts = {draft.key: draft for draft in await self._store.drafts() if not draft.adds}
        for key, session in list(self._sessions.items()):
            if key not in drafts and session.state is UploadState.IDLE:
                del self._sessions[key]
        for key, draft in drafts.items():
            if key not in self._sessions:
                self.add_idle(draft)

    async def _is_version(self, draft: Draft) -> bool:
        """Whether the document's record names this upload."""
        record = await self._store.load(draft.uuid)
        return record is not None and any(version.key == draft.key for version in record.versions)

    async def _make_way(self, uuid: str) -> None:
        """Throw away the oldest uploads of a document that nobody sends, where it has too many."""
        kept = [session for session in self._unfinished() if session.draft.checked and session.draft.uuid == uuid]
        idle = [session for session in kept if not session.is_open]
        for session in idle[: max(0, len(kept) - MOST_UNFINISHED + 1)]:
            await session.discard_idle()
        self._forget_ended()

    def _forget_ended(self, session: UploadSession | None = None) -> None:
        """Forget the uploads that ended, but for those that have a sender, and those that finished last.

        ``session`` is the one that may just have ended.
        """
        if session is not None and session.has_ended:
            self._sessions.pop(session.draft.key, None)
            self._sessions[session.draft.key] = session  # behind all others: it is the newest
        ended = [session for session in self._sessions.values() if session.has_ended and not session.is_held]
        finished = [session for session in ended if session.state is UploadState.FINISHED]
        for session in ended:
            if session not in finished[-REMEMBERED:]:
                del self._sessions[session.draft.key]


async def _begun(session: UploadSession, room: OpenRoom, hold: AsyncExitStack) -> Intake:
    """Begin an upload. Where its sender hangs up meanwhile, a thread may still make its files: remove them then."""
    beginning = asyncio.ensure_future(session.begin(room, hold))
    try:
        return await asyncio.shield(beginning)
    except asyncio.CancelledError:
        with suppress(StorageFailed):
            await beginning
            await session.discard()
        raise
