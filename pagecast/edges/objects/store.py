"""The store on an object store. Its layout, below the prefix:

    documents/<uuid>/document.json            the record of a document, replaced by compare-and-swap on its ETag
                    /talk.json                its messages and notices
                    /views/<hash>.json        a view that is too long for an address
                    /<key>/manifest.json      which segments are the files of an upload; replaced in the same way
                          /made/<n>.…         a part of a columnar copy of its n-th edition, or an answer about it
                          /<segment>          a segment of its original, its index, or its table if that differs
    opened/<uuid>                             written when a document is opened, at most once an hour
    readers/<read-only uuid>/<uuid>           leads from a read-only UUID to its document
    uploads/<server>.<key>.json               an unfinished upload, and the server that it arrived at
    ready/<server>                            written and removed by each look at /readyz
    sweeps.json                               when the last sweep was, and when no server ran

A version, or a new edition of it, exists from the moment at which document.json names it.
"""

import asyncio
import logging
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pagecast.edges.disk.claims import Claims
from pagecast.edges.disk.durable import storage_errors
from pagecast.edges.disk.space import Space
from pagecast.edges.objects.blocks import BlockCache
from pagecast.edges.objects.bucket import Bucket, ObjectChanged, ObjectMissing
from pagecast.edges.objects.drafts import ObjectDraft
from pagecast.edges.objects.engine_files import BucketFiles
from pagecast.edges.objects.objects import Objects
from pagecast.edges.objects.removal import decode_stored_record, record_path, remove_editions, remove_upload
from pagecast.edges.objects.sweeping import Sweeper
from pagecast.ports.operators import NotReady
from pagecast.ports.storage import MOST_VIEWS, RecordChanged, TableFile
from pagecast.protocol.errors import StorageFailed, TooManyViews
from pagecast.protocol.facts import changed, decoder, encode
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.draft import Draft
from pagecast.table.index import entries_of, page_bytes
from pagecast.table.version import Version
from pagecast.view.view import LongView

T = TypeVar("T")

READ_THREADS, WRITE_THREADS = 64, 8
"""Threads for page reads, and for small writes. A read that waits for the store must not keep others from the cache."""

KNOWN_RECORDS = 4096
"""Records whose ETags stay in memory: a save of one that is known takes one request instead of two."""

log = logging.getLogger("pagecast")

_decode_draft, _decode_talk, _decode_view = decoder(Draft), decoder(Talk), decoder(LongView)


class ObjectStore:
    """Implements ``ports.storage.Store`` in a bucket, with a cache on the local disk.

    Its coroutines run blocking calls in threads. They raise StorageFailed.
    """

    def __init__(
        self, bucket: Bucket, folder: Path, space: Space, blocks: BlockCache | None = None, most: int = 2**62
    ) -> None:
        """Open the store. It blocks, and raises OSError, StorageFailed.

        Args:
            bucket: where the tables are.
            folder: where the cache is, and what names this server.
            space: the room of the local disk.
            blocks: the cache; by default one of 1 GB.
            most: bytes of all tables.
        """
        self._bucket = bucket
        self.blocks = blocks or BlockCache(folder / "blocks", 2**30, bucket.get_range, space)
        self.objects = Objects(bucket, self.blocks, most)
        self._server = _server_of(folder)
        self._claims = Claims(folder / "claims")
        self.files = BucketFiles(self.objects, folder, space)
        self.sweeper = Sweeper(self.objects, self.files)
        self._read_drafts: dict[str, Draft] = {}  # by path; the facts of an upload never change
        self._etags: OrderedDict[str, tuple[int, str]] = OrderedDict()  # by UUID: a revision, and its ETag
        self._read_pool = ThreadPoolExecutor(READ_THREADS, thread_name_prefix="reading")
        self._write_pool = ThreadPoolExecutor(WRITE_THREADS, thread_name_prefix="writing")

    @property
    def used(self) -> int:
        """Bytes of all tables in the bucket, as far as this server knows."""
        return self.objects.used

    def lease(self, key: str, edition: int | None = None) -> AbstractContextManager[None]:
        return self.objects.leases.hold(key, edition)

    async def load(self, uuid: str) -> Record | None:
        return await self._in_read_pool(self._load, uuid)

    async def save(self, uuid: str, record: Record) -> Record:
        return await self._in_write_pool(self._save, uuid, record)

    async def delete(self, uuid: str, reader: str) -> None:
        await self._in_write_pool(self._delete, uuid, reader)

    async def find(self, reader: str) -> str | None:
        return await self._in_read_pool(self._find, reader)

    async def load_talk(self, uuid: str) -> Talk | None:
        return await self._in_read_pool(self._talk, uuid)

    async def save_talk(self, uuid: str, talk: Talk) -> None:
        await self._in_write_pool(self._bucket.put, f"documents/{uuid}/talk.json", encode(talk))

    async def load_view(self, uuid: str, name: str) -> LongView | None:
        return await self._in_read_pool(self._load_view, uuid, name)

    async def save_view(self, uuid: str, name: str, view: LongView) -> None:
        await self._in_write_pool(self._save_view, uuid, name, view)

    async def read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        return await self._in_read_pool(self._read, uuid, version, work)

    async def original(self, uuid: str, version: Version, span: range) -> bytes:
        read = partial(self.objects.read_version, keep=False)
        return await self._in_read_pool(read, uuid, version, "original", span)

    async def read_again(self, uuid: str, version: Version) -> ObjectDraft:
        return await self._open(uuid, version.key, most=version.received)

    async def remove_version(self, uuid: str, version: Version) -> None:
        await self._in_write_pool(remove_upload, self.objects, uuid, version.key)

    async def remove_editions(self, uuid: str, key: str, but: frozenset[int]) -> None:
        await self._in_write_pool(remove_editions, self.objects, uuid, key, but)

    async def drafts(self) -> list[Draft]:
        return await self._in_write_pool(self._drafts)

    async def load_draft(self, key: str) -> Draft | None:
        return await self._in_write_pool(self._load_draft, key)

    async def drafts_of(self, uuid: str) -> list[Draft]:
        return await self._in_read_pool(self._drafts_of, uuid)

    async def check_room(self, size: int) -> None:
        await self._in_write_pool(self.objects.check_room, size)

    async def begin(self, draft: Draft) -> ObjectDraft:
        await self._in_write_pool(self._note, draft)
        return await self._open(draft.uuid, draft.key)

    async def reopen(self, draft: Draft) -> ObjectDraft:
        await self._in_write_pool(self._note, draft)
        return await self._open(draft.uuid, draft.key)

    async def extend(self, draft: Draft, version: Version) -> ObjectDraft:
        if draft.live:
            await self._in_write_pool(self._note, draft)
        return await self._open(draft.uuid, draft.key, version)

    async def _open(self, uuid: str, key: str, onto: Version | None = None, **more: int) -> ObjectDraft:
        return await self._in_write_pool(ObjectDraft, self.objects, uuid, key, onto, **more)

    async def end(self, draft: Draft) -> None:
        await self._in_write_pool(self._bucket.remove, [self._draft_path(draft)])

    async def renew(self, draft: Draft) -> None:
        await self._in_write_pool(self._renew, draft)

    def claim(self, key: str) -> AbstractContextManager[None]:
        """Keep other processes on this machine from writing a file. Manifests keep those on other machines from it."""
        return self._claims.hold(key)

    async def ready(self) -> None:
        try:
            await self._in_write_pool(self._try)
        except StorageFailed:
            raise NotReady("The object store cannot be written: check --store and the AWS_ variables.") from None

    async def stale(self, days: float) -> frozenset[str]:
        return await self._in_write_pool(self.sweeper.stale, days)

    async def check_clock(self) -> None:
        await self._in_write_pool(self.sweeper.check_clock, time.time())

    async def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        await self._in_write_pool(self.sweeper.sweep, keep_days, in_use)

    async def _in_read_pool(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._read_pool, work, *arguments)

    async def _in_write_pool(self, work: Callable[..., T], *arguments: Any, **more: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._write_pool, partial(work, *arguments, **more))

    def _read(self, uuid: str, version: Version, work: Callable[[TableFile], T]) -> T:
        with ObjectTable(self.objects, self.files, uuid, version) as table:
            return work(table)

    def _draft_path(self, draft: Draft) -> str:
        return f"uploads/{self._server}.{draft.key}.json"

    def _note(self, draft: Draft) -> None:
        """Store an upload's facts. Its days begin anew."""
        self._bucket.put(self._draft_path(draft), encode(draft))

    def _renew(self, draft: Draft) -> None:
        with suppress(ObjectMissing):  # another server has taken it over
            self._bucket.get(self._draft_path(draft))
            self._note(draft)

    def _drafts(self) -> list[Draft]:
        """Return the unfinished uploads of this server. Those of the others are the others'."""
        own = f"uploads/{self._server}."
        return [draft for path, draft in self._all_drafts().items() if path.startswith(own)]

    def _drafts_of(self, uuid: str) -> list[Draft]:
        return [draft for draft in self._all_drafts().values() if draft.uuid == uuid]

    def _load_draft(self, key: str) -> Draft | None:
        """Return an upload. It is this server's from now on, where it was another's."""
        found = ((path, draft) for path, draft in self._all_drafts().items() if draft.key == key)
        path, draft = next(found, ("", None))
        if draft is not None and path != self._draft_path(draft):
            self._note(draft)
            self._bucket.remove([path])
        return draft

    def _all_drafts(self) -> dict[str, Draft]:
        """Return the unfinished uploads of all servers, by their paths. Those that were read before are known."""
        listed = [one.path for one in self._bucket.list("uploads")]
        found = {path: self._read_drafts[path] for path in listed if path in self._read_drafts}
        for path in listed:
            if path not in found:
                with suppress(ObjectMissing):
                    try:
                        found[path] = _decode_draft(self._bucket.get(path)[0])
                    except ValueError:
                        log.warning("Ignored %s: this server did not write it.", path)
        self._read_drafts = found
        return found

    def _load(self, uuid: str) -> Record | None:
        try:
            record, etag = self._stored(uuid)
        except ObjectMissing:
            return None
        self._know(uuid, record.revision, etag)
        self.sweeper.touch(uuid)
        return record

    def _stored(self, uuid: str) -> tuple[Record, str]:
        data, etag = self._bucket.get(record_path(uuid))
        try:
            return decode_stored_record(data), etag
        except ValueError as error:
            raise StorageFailed from error

    def _save(self, uuid: str, record: Record) -> Record:
        """Replace a record where the stored one is the one that it was made of: the bucket compares their ETags."""
        saved = changed(record, revision=record.revision + 1)
        revision, etag = self._etags.get(uuid, (0, ""))
        if revision != record.revision or not etag:
            try:
                before, etag = self._stored(uuid)
            except ObjectMissing:
                before, etag = Record(), ""
            if before.revision != record.revision:
                raise RecordChanged
        if record.reader and not record.revision:
            self._bucket.put(f"readers/{record.reader}/{uuid}", b"")
        if not record.revision:
            self.sweeper.touch(uuid)
        path, data = record_path(uuid), encode(saved)
        try:
            new = self._bucket.replace(path, data, etag) if etag else self._bucket.create(path, data)
        except ObjectChanged:
            new = None
        if new is None:
            self._etags.pop(uuid, None)
            raise RecordChanged
        self._know(uuid, saved.revision, new)
        return saved

    def _delete(self, uuid: str, reader: str) -> None:
        self._etags.pop(uuid, None)
        self.sweeper.remove_document(uuid, reader)
        self.blocks.forget(lambda path: path.startswith(f"documents/{uuid}/"))
        self.files.remove(uuid)

    def _try(self) -> None:
        path = f"ready/{self._server}"
        self._bucket.put(path, b"")
        self._bucket.remove([path])

    def _know(self, uuid: str, revision: int, etag: str) -> None:
        self._etags[uuid] = revision, etag
        if len(self._etags) > KNOWN_RECORDS:
            with suppress(KeyError):
                self._etags.popitem(last=False)

    def _find(self, reader: str) -> str | None:
        found = next(self._bucket.list(f"readers/{reader}"), None)
        return found.path.rpartition("/")[2] if found else None

    def _talk(self, uuid: str) -> Talk | None:
        path = f"documents/{uuid}/talk.json"
        try:
            talk: Talk = _decode_talk(self._bucket.get(path)[0])
        except ObjectMissing:
            return None
        except ValueError:
            log.warning("Ignored %s: this server did not write it, so earlier messages are missing.", path)
            return None
        return talk

    def _load_view(self, uuid: str, name: str) -> LongView | None:
        try:
            view: LongView = _decode_view(self._bucket.get(f"documents/{uuid}/views/{name}.json")[0])
        except ObjectMissing:
            return None
        except ValueError as error:
            raise StorageFailed from error
        return view

    def _save_view(self, uuid: str, name: str, view: LongView) -> None:
        path = f"documents/{uuid}/views/{name}.json"
        kept = [one.path for one in self._bucket.list(f"documents/{uuid}/views")]
        if path in kept:
            return
        if len(kept) >= MOST_VIEWS:
            raise TooManyViews(MOST_VIEWS)
        self._bucket.put(path, encode(view))


class ObjectTable:
    """Implements ``ports.storage.TableFile``: a version's inner form and its index, block by block.

    A page of a view has rows of a hundred pages. The engine has fetched the table by then, and its copy is read.
    """

    def __init__(self, objects: Objects, files: BucketFiles, uuid: str, version: Version) -> None:
        self._objects, self._uuid, self._version = objects, uuid, version
        self._copy = files.open(uuid, version)

    def __enter__(self) -> "ObjectTable":
        return self

    def __exit__(self, *_: object) -> None:
        if self._copy >= 0:
            os.close(self._copy)

    def page(self, page_no: int) -> range:
        entries = entries_of(page_no)
        return page_bytes(
            self._objects.read_version(self._uuid, self._version, "index", entries), self._version.table_size
        )

    def read(self, begin: int, end: int) -> bytes:
        if self._copy >= 0:
            with storage_errors():
                return os.pread(self._copy, end - begin, begin)
        return self._objects.read_version(self._uuid, self._version, "table", range(begin, end))


def _server_of(folder: Path) -> str:
    """Return the name of the server whose folder it is; a new one for a new folder. Raises OSError."""
    path = folder / "server"
    if not path.exists():
        path.write_text(secrets.token_hex(8))
    return path.read_text()
