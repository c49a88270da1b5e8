"""The store on disk. Its layout:

    data/uploads/<key>.json                    an unfinished upload
    data/readers/<read-only uuid>              a symbolic link to its document
    data/claims                                locked byte by byte: of several processes, one writes a file
    data/deleted/<uuid>.<random>/              the folder of a document that is being deleted
    data/swept                                 touched by each sweep; tells how long the server was off
    data/documents/<uuid>/document.json        the record of a document; touched when it is opened
                         /talk.json            its messages and notices
                         /view-<hash>.json     a view that is too long for an address
                         /<key>.original       a version's original file, byte for byte
                         /<key>.<n>.table      its n-th edition in the inner form, unless that is the original
                         /<key>.<n>.index      the offsets of its pages, eight bytes each
                         /<key>.<n>.summaries  what is known of its columns, a line of JSON for each
                         /<key>.<n>.part-…     a part of the columnar copy of an edition: its rows, and their bytes
                         /<key>.<n>.facts-…    the facts of the columns of that part, and their first and last cells
                         /<key>.<n>.view-…     the row numbers of a view of an edition, four bytes each

A version's files are written once and never renamed. A version, or a new edition of it, exists from the moment at which
document.json names it.
"""

import asyncio
import fcntl
import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pagecast.edges.disk.claims import Claims
from pagecast.edges.disk.drafts import NEW, DiskDraft
from pagecast.edges.disk.durable import locked, read_span, replace_durably, storage_errors, sync_folder, touch
from pagecast.edges.disk.removal import Remover, decode_record, record_of
from pagecast.edges.disk.space import Space
from pagecast.limits.leases import Leases
from pagecast.ports.operators import NotReady
from pagecast.ports.storage import MOST_VIEWS, RecordChanged, TableFile
from pagecast.protocol.errors import StorageFailed, TooManyViews
from pagecast.protocol.facts import changed, decoder
from pagecast.protocol.names import is_uuid
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.index import entries_of, page_bytes
from pagecast.table.version import Version
from pagecast.view.view import LongView

T = TypeVar("T")

DAY_S = 86_400

READ_THREADS, WRITE_THREADS = 4, 4
"""Threads for page reads, and threads for small writes. Uploads use the event loop's default threads, so that a page
turn never waits behind them.
"""

SHARING_S = 5.0
"""Seconds that a process waits for one that starts at the same time, and has the folder alone for a moment."""

MAX_SWEEP_GAP_S = 2 * 3600.0
"""After a longer gap between two sweeps, which are hourly, the server was off or its clock was set."""

log = logging.getLogger("pagecast")

_key = re.compile("[0-9a-f]{32}")

_decode_draft, _decode_talk, _decode_view = decoder(Draft), decoder(Talk), decoder(LongView)


class DiskStore:
    """Implements ``ports.storage.Store`` in a folder.

    Its coroutines run blocking calls in threads. They raise StorageFailed.
    """

    def __init__(self, folder: Path, space: Space | None = None, *, shared: bool = False) -> None:
        """``shared``: whether other processes may use the folder."""
        self._space = space or Space(folder)
        self._documents, self._uploads, self._readers = (folder / name for name in ("documents", "uploads", "readers"))
        self._deleted = folder / "deleted"
        for path in (self._documents, self._uploads, self._readers, self._deleted):
            path.mkdir(parents=True, exist_ok=True)
        self._swept = folder / "swept"
        self._claims = Claims(folder / "claims")
        self._leases = Leases()
        self._is_shared = shared
        self._remover = Remover(self._space, self._leases, self._uploads, self._claims if shared else None)
        self._read_pool = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="reading")
        self._write_pool = ThreadPoolExecutor(WRITE_THREADS, thread_name_prefix="writing")

    @contextmanager
    def lease(self, key: str, edition: int | None = None) -> Iterator[None]:
        with self._leases.hold(key, edition), self._claims.read(key) if self._is_shared else nullcontext():
            yield

    def claim(self, key: str) -> AbstractContextManager[None]:
        return self._claims.hold(key)

    async def load(self, uuid: str) -> Record | None:
        return await self._in_read_pool(self._load, self._record_path(uuid))

    async def save(self, uuid: str, record: Record) -> Record:
        return await self._in_write_pool(self._save, uuid, record)

    async def delete(self, uuid: str, reader: str) -> None:
        await self._in_write_pool(self._delete, self._documents / uuid, self._readers / reader)

    async def find(self, reader: str) -> str | None:
        return await self._in_read_pool(self._find, self._readers / reader)

    async def load_talk(self, uuid: str) -> Talk | None:
        return await self._in_read_pool(self._talk, self._talk_path(uuid))

    async def save_talk(self, uuid: str, talk: Talk) -> None:
        await self._in_write_pool(replace_durably, self._talk_path(uuid), talk)

    async def load_view(self, uuid: str, name: str) -> LongView | None:
        return await self._in_read_pool(self._load_view, self._documents / uuid / f"view-{name}.json")

    async def save_view(self, uuid: str, name: str, view: LongView) -> None:
        await self._in_write_pool(self._save_view, self._documents / uuid / f"view-{name}.json", view)

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        return await self._in_read_pool(self._read, self._documents / uuid, version, work)

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        return await self._in_write_pool(read_span, self._documents / uuid / f"{version.key}.original", span)

    async def remove_version(self, uuid: str, version: Version) -> None:
        await self._in_write_pool(self._remover.remove_version, self._documents / uuid, version.key)

    async def drafts(self) -> list[Draft]:
        return await self._in_write_pool(self._drafts)

    async def load_draft(self, key: str) -> Draft | None:
        return await self._in_read_pool(self._load_draft, key)

    async def drafts_of(self, uuid: str) -> list[Draft]:
        return await self._in_read_pool(self._drafts_of, uuid)

    async def check_room(self, size: int) -> None:
        with storage_errors():
            self._space.check(size)

    async def begin(self, draft: Draft) -> DiskDraft:
        await self._in_write_pool(self._begin, draft)
        return await self._open(draft.uuid, draft.key, flags=NEW)

    async def reopen(self, draft: Draft) -> DiskDraft:
        await self._in_write_pool(touch, self._draft_path(draft))
        return await self._open(draft.uuid, draft.key, flags=os.O_CREAT)

    async def extend(self, draft: Draft, version: Version) -> DiskDraft:
        if draft.live:
            await self._in_write_pool(replace_durably, self._draft_path(draft), draft)
        return await self._open(draft.uuid, draft.key, version)

    async def read_again(self, uuid: str, version: Version) -> DiskDraft:
        return await self._open(uuid, version.key, most=version.received)

    async def _open(self, uuid: str, key: str, onto: Version | None = None, **more: int) -> DiskDraft:
        return await self._in_write_pool(
            DiskDraft, self._space, self._remover, self._claims, self._documents / uuid, key, onto, **more
        )

    async def remove_editions(self, uuid: str, key: str, but: frozenset[int]) -> None:
        await self._in_write_pool(self._remover.remove_editions, self._documents / uuid, key, but)

    async def end(self, draft: Draft) -> None:
        await self._in_write_pool(self._end, self._draft_path(draft))

    async def renew(self, draft: Draft) -> None:
        await self._in_write_pool(touch, self._draft_path(draft))

    async def stale(self, days: float) -> frozenset[str]:
        return await self._in_write_pool(self._stale, time.time() - days * DAY_S)

    async def ready(self) -> None:
        try:
            await self.check_room(0)
            await self._in_write_pool(self._try)
        except StorageFailed:
            raise NotReady("The disk is full or cannot be written: see the log.") from None

    async def check_clock(self) -> None:
        await self._in_write_pool(self._check_clock, time.time())

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        await self._in_write_pool(self._sweep, time.time() - keep_days * DAY_S, in_use)

    async def _in_read_pool(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, copy_context().run, work, *arguments)

    async def _in_write_pool(self, work: Callable[..., T], *arguments: Any, **more: Any) -> T:
        called = partial(copy_context().run, work, *arguments, **more)  # a failure is logged with its request
        return await asyncio.get_running_loop().run_in_executor(self._write_pool, called)

    def _record_path(self, uuid: str) -> Path:
        return self._documents / uuid / "document.json"

    def _talk_path(self, uuid: str) -> Path:
        return self._documents / uuid / "talk.json"

    def _draft_path(self, draft: Draft) -> Path:
        return self._uploads / f"{draft.key}.json"

    @storage_errors()
    def _drafts(self) -> list[Draft]:
        drafts = []
        for path in sorted(self._uploads.glob("*.json")):
            try:
                drafts.append(_decode_draft(path.read_bytes()))
            except ValueError:
                log.warning("Ignored %s: this server did not write it.", path)
        return drafts

    @storage_errors()
    def _begin(self, draft: Draft) -> None:
        replace_durably(self._draft_path(draft), draft)
        self._link(draft.reader, draft.uuid)  # its readers may come to another process

    def _link(self, reader: str, uuid: str) -> None:
        """Make a document found by its read-only UUID. Raises OSError."""
        link = self._readers / reader
        if reader and not link.is_symlink():
            with suppress(FileExistsError):
                link.symlink_to(Path("..") / self._documents.name / uuid)
            sync_folder(self._readers)

    @storage_errors()
    def _load_draft(self, key: str) -> Draft | None:
        if not _key.fullmatch(key):
            return None
        try:
            draft: Draft = _decode_draft((self._uploads / f"{key}.json").read_bytes())
        except (FileNotFoundError, ValueError):
            return None
        return draft

    @storage_errors()
    def _drafts_of(self, uuid: str) -> list[Draft]:
        if not (self._documents / uuid).is_dir():  # nobody can make the server read all drafts by guessing
            return []
        return [draft for draft in self._drafts() if draft.uuid == uuid]

    @storage_errors()
    def _end(self, path: Path) -> None:
        path.unlink(missing_ok=True)

    @storage_errors()
    def _load(self, path: Path) -> Record | None:
        try:
            record: Record = decode_record(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StorageFailed from error
        return record

    @storage_errors()
    def _find(self, link: Path) -> str | None:
        try:
            return link.readlink().name
        except FileNotFoundError:
            return None

    @storage_errors()
    def _save(self, uuid: str, record: Record) -> Record:
        folder = self._documents / uuid
        with locked(folder):
            return self._compare_and_swap(folder, record)

    def _compare_and_swap(self, folder: Path, record: Record) -> Record:
        stored = record_of(folder)
        if stored is None or stored.revision != record.revision:
            raise RecordChanged
        saved = changed(record, revision=record.revision + 1)
        self._link(record.reader, folder.name)
        replace_durably(self._record_path(folder.name), saved)
        return saved

    @storage_errors()
    def _delete(self, folder: Path, link: Path) -> None:
        """Move the folder away, which is one step, and remove it. A sweep removes what a crash leaves of it."""
        if not folder.exists():
            return
        moved = self._deleted / f"{folder.name}.{secrets.token_hex(4)}"
        with locked(folder):
            folder.rename(moved)
        sync_folder(self._documents)
        link.unlink(missing_ok=True)
        for file in moved.iterdir():
            self._space.remove(file)
        moved.rmdir()
        sync_folder(self._deleted)

    @storage_errors()
    def _talk(self, path: Path) -> Talk | None:
        try:
            talk: Talk = _decode_talk(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            log.warning("Ignored %s: this server did not write it, so earlier messages are missing.", path)
            return None
        return talk

    @storage_errors()
    def _load_view(self, path: Path) -> LongView | None:
        try:
            view: LongView = _decode_view(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise StorageFailed from error
        return view

    @storage_errors()
    def _save_view(self, path: Path, view: LongView) -> None:
        if path.exists():
            return
        if sum(1 for _ in path.parent.glob("view-*.json")) >= MOST_VIEWS:
            raise TooManyViews(MOST_VIEWS)
        replace_durably(path, view)

    @storage_errors()
    def _read(self, folder: Path, version: Version, work: Callable[[TableFile], T]) -> T:
        with DiskTable(folder, version) as table:
            return work(table)

    @storage_errors()
    def _stale(self, before: float) -> frozenset[str]:
        stale = set()
        for path in self._uploads.glob("*.json"):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    stale.add(path.stem)
        return frozenset(stale)

    @storage_errors()
    def _try(self) -> None:
        trial = self._swept.with_name("trial")
        trial.write_bytes(b"ready")
        trial.unlink(missing_ok=True)  # another process may try at the same moment

    @storage_errors()
    def _check_clock(self, now: float) -> None:
        times = {}
        for path in (*self._documents.glob("*/document.json"), *self._uploads.glob("*.json")):
            with suppress(FileNotFoundError):
                times[path] = path.stat().st_mtime
        seen = self._swept.stat().st_mtime if self._swept.exists() else max(times.values(), default=now)
        if abs(now - seen) > MAX_SWEEP_GAP_S:
            for path, used in times.items():
                with suppress(FileNotFoundError):
                    os.utime(path, (now, min(now, used + now - seen)))
        self._swept.touch()

    @storage_errors()
    def _sweep(self, before: float, in_use: frozenset[str]) -> None:
        for folder in self._documents.iterdir():
            path = folder / "document.json"
            with suppress(FileNotFoundError):
                if folder.name in in_use:
                    os.utime(path)
                    self._remover.remove_orphans(folder)
                elif path.exists() and path.stat().st_mtime < before:
                    for file in folder.iterdir():
                        self._space.remove(file)
                    folder.rmdir()
                elif is_uuid(folder.name):
                    self._remover.remove_orphans(folder)
        for folder in self._deleted.iterdir():
            shutil.rmtree(folder)
        for link in self._readers.iterdir():
            if not link.exists():
                link.unlink(missing_ok=True)


class DiskTable:
    """Implements ``ports.storage.TableFile``: a version's inner form and its index, open for reading."""

    def __init__(self, folder: Path, version: Version) -> None:
        self._version = version
        edition = f"{version.key}.{version.edition}"
        self._index_path, self._index = folder / f"{edition}.index", -1
        table = f"{version.key}.original" if version.clean else f"{edition}.table"
        self._table = os.open(folder / table, os.O_RDONLY | os.O_CLOEXEC)

    def __enter__(self) -> "DiskTable":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._table)
        if self._index >= 0:
            os.close(self._index)

    def page(self, page_no: int) -> range:
        if self._index < 0:
            self._index = self._opened_index()
        entries = entries_of(page_no)
        return page_bytes(self._read(self._index, entries.start, entries.stop), self._version.table_size)

    def read(self, begin: int, end: int) -> bytes:
        return self._read(self._table, begin, end)

    @storage_errors()
    def _opened_index(self) -> int:
        return os.open(self._index_path, os.O_RDONLY | os.O_CLOEXEC)

    @staticmethod
    def _read(file: int, begin: int, end: int) -> bytes:
        """Read some bytes of a file. A page of a view takes hundreds of reads, and a context manager as long as one."""
        try:
            return os.pread(file, end - begin, begin)
        except OSError:
            with storage_errors():
                raise


def lock_folder(folder: Path, work: Callable[[Path], None], *, shared: bool = False) -> None:
    """Lock a folder for this process until it ends (flock(2)).

    Args:
        folder: the folder, which is made where there is none.
        work: called with it where no other process uses it yet.
        shared: whether other processes may share it.

    Raises OSError if another process has locked it, and does not share it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    if _locks(handle, fcntl.LOCK_EX):
        work(folder)
        if shared:
            fcntl.flock(handle, fcntl.LOCK_SH)
        return
    until = time.monotonic() + SHARING_S
    while not shared or not _locks(handle, fcntl.LOCK_SH):
        if not shared or time.monotonic() > until:
            raise OSError(f"another server uses the folder {folder}; servers share one when all have --bus")
        time.sleep(SHARING_S / 100)


def _locks(handle: int, kind: int) -> bool:
    """Lock a file if that needs no waiting; return whether it did."""
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
