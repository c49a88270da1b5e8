"""The files of uploads in the bucket: manifests by compare-and-swap, segments, and what drafts have not stored yet."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

from pagecast.edges.objects.blocks import BlockCache
from pagecast.edges.objects.bucket import Bucket, ObjectChanged, ObjectMissing
from pagecast.edges.objects.manifest import Manifest, SegmentFile, decode_manifest
from pagecast.limits.leases import Leases
from pagecast.protocol.errors import ServerFull, StorageFailed
from pagecast.protocol.facts import encode
from pagecast.table.version import Version, file_sizes

KNOWN_MANIFESTS = 4096
"""Manifests that stay in memory, those used last. Each takes about a KB."""

PUT_THREADS = 8
"""Segments that are stored at a time."""

FLUSH_S = 2.0
"""How long rows may wait to be stored while their segment is not full."""


ARRIVAL_S, LOOK_S = 3 * FLUSH_S, 0.2
"""How long a read waits for rows that are arriving at another server, and how often it looks."""


class OpenDraft(Protocol):
    """A draft that is being written, as readers see it."""

    def read_table(self, span: range) -> bytes: ...

    def read_index(self, span: range) -> bytes: ...

    def read_original(self, span: range) -> bytes: ...

    def flush(self) -> None: ...


class Objects:
    """The files of uploads. Any thread may use it; its methods block, and raise StorageFailed."""

    def __init__(self, bucket: Bucket, blocks: BlockCache, most: int) -> None:
        """``most``: bytes of all tables in the bucket."""
        self.bucket, self.blocks, self.leases, self._most = bucket, blocks, Leases(), most
        self.used = 0
        """Bytes of all tables, as far as this server knows: it counts anew at each sweep."""
        self.putting = ThreadPoolExecutor(PUT_THREADS, thread_name_prefix="putting")
        self._lock = threading.Lock()
        self._manifests: OrderedDict[tuple[str, str], tuple[Manifest, str]] = OrderedDict()
        self._drafts: dict[tuple[str, int], OpenDraft] = {}
        self._writers: dict[str, OpenDraft] = {}
        self._flushing: threading.Thread | None = None

    # Manifests.

    def manifest(self, uuid: str, key: str, *, fresh: bool = False) -> Manifest:
        """Return the manifest of an upload, as it is known here or ``fresh``; an empty one where there is none."""
        with self._lock:
            known = self._manifests.get((uuid, key))
            if known is not None and not fresh:
                self._manifests.move_to_end((uuid, key))
                return known[0]
        return self._load(uuid, key)[0]

    def _load(self, uuid: str, key: str) -> tuple[Manifest, str]:
        """Load a manifest and its ETag, which is "" where there is none."""
        try:
            data, etag = self.bucket.get(manifest_path(uuid, key))
        except ObjectMissing:
            self._forget(uuid, key)
            return Manifest(), ""
        try:
            manifest: Manifest = decode_manifest(data)
        except ValueError as error:
            raise StorageFailed from error
        return self._know(uuid, key, manifest, etag)

    def update(self, uuid: str, key: str, change: Callable[[Manifest], Manifest]) -> Manifest:
        """Replace a manifest by compare-and-swap, and remove the segments that it no longer names.

        ``change`` is called again, with a newer manifest, where another process has replaced it meanwhile.
        It may raise what it likes.
        """
        with self._lock:
            known = self._manifests.get((uuid, key))
        while True:
            before, etag = known or self._load(uuid, key)
            after = change(before)
            if after == before and etag:
                return after
            with suppress(ObjectChanged):
                self._know(uuid, key, after, self._save(uuid, key, after, etag))
                break
            known = None
        with self._lock:
            self.used += after.size - before.size
        gone = after.dropped(before)
        with suppress(StorageFailed):  # a sweep removes them
            self.bucket.remove([segment_path(uuid, key, name) for name in gone])
        return after

    def _save(self, uuid: str, key: str, manifest: Manifest, etag: str) -> str:
        path, data = manifest_path(uuid, key), encode(manifest)
        if etag:
            return self.bucket.replace(path, data, etag)
        created = self.bucket.create(path, data)
        if created is None:
            raise ObjectChanged
        return created

    def _know(self, uuid: str, key: str, manifest: Manifest, etag: str) -> tuple[Manifest, str]:
        with self._lock:
            self._manifests[uuid, key] = manifest, etag
            self._manifests.move_to_end((uuid, key))
            if len(self._manifests) > KNOWN_MANIFESTS:
                self._manifests.popitem(last=False)
        return manifest, etag

    def _forget(self, uuid: str, key: str) -> None:
        with self._lock:
            self._manifests.pop((uuid, key), None)

    def remove(self, uuid: str, key: str) -> None:
        """Remove all files of an upload, the manifest first: without it, nobody reads them."""
        self.bucket.remove([manifest_path(uuid, key)])
        self._forget(uuid, key)
        with self._lock:
            for draft in [draft for draft in self._drafts if draft[0] == key]:
                del self._drafts[draft]
            self._writers.pop(key, None)
        found = list(self.bucket.list(f"documents/{uuid}/{key}"))
        self.bucket.remove([one.path for one in found])
        self.count(-sum(one.size for one in found))

    # Bytes.

    def read_file(self, uuid: str, key: str, file: SegmentFile, span: range) -> bytes:
        """Return some bytes of a file, which is stored as far as that, by way of the cache. Raises ObjectMissing."""
        return b"".join(
            self.blocks.read(segment_path(uuid, key, segment.name), segment.size, segment.span)
            for segment in file.segments(span)
        )

    def read_once(self, uuid: str, key: str, file: SegmentFile, span: range) -> bytes:
        """Return the same without keeping it: whole files would drive the pages out of the cache."""
        return b"".join(
            self.bucket.get_range(segment_path(uuid, key, segment.name), segment.span)
            for segment in file.segments(span)
        )

    def read_version(self, uuid: str, version: Version, kind: str, span: range, *, keep: bool = True) -> bytes:
        """Return some bytes of the ``original``, the ``table`` or the ``index`` of a version, as far as there are any.

        A manifest that is known here may be older than the version. It is loaded again where it does not reach. Rows
        that are just arriving at another server are waited for: it stores them within FLUSH_S.
        """
        with self._lock:
            draft = self._drafts.get((version.key, version.edition))
        if draft is not None:
            read = {"original": draft.read_original, "table": draft.read_table, "index": draft.read_index}
            return read[kind](span)
        reading = self.read_file if keep else self.read_once
        needed, until = min(span.stop, sizes_of(version)[kind]), time.monotonic() + ARRIVAL_S
        is_fresh = False
        while True:
            file = file_of(self.manifest(uuid, version.key, fresh=is_fresh), version, kind)
            if file is not None and file.size >= needed:
                with suppress(ObjectMissing):
                    return reading(uuid, version.key, file, span)
            if is_fresh and (version.complete or time.monotonic() > until):
                raise StorageFailed
            if is_fresh:
                time.sleep(LOOK_S)
            is_fresh = True

    def check_room(self, size: int) -> None:
        """Give up what can be made again where so many more bytes would be too many. Raises ServerFull."""
        if not self.has_room(size):
            self._give_up(self.used + size - self._most)
        if not self.has_room(size):
            raise ServerFull(self._most)

    def has_room(self, size: int) -> bool:
        """Return whether so many more bytes fit."""
        return self.used + size <= self._most

    def count(self, size: int) -> None:
        """Count bytes that were stored beside the files of uploads."""
        with self._lock:
            self.used += size

    def _give_up(self, size: int) -> None:
        """Remove the oldest columnar copies and answers, until so many bytes are free, or none is left."""
        made = [one for one in self.bucket.list("documents") if is_made(one.path)]
        for one in sorted(made, key=lambda one: one.modified):
            if size <= 0:
                break
            self.bucket.remove([one.path])
            self.count(-one.size)
            size -= one.size

    # Drafts.

    def open_draft(self, key: str, edition: int, draft: OpenDraft, *, writes: bool) -> None:
        """Have readers of an edition read from a draft. One that ``writes`` is flushed now and then."""
        with self._lock:
            self._drafts[key, edition] = draft
            if writes:
                self._writers[key] = draft
                if self._flushing is None:
                    self._flushing = threading.Thread(target=self._flush, name="flushing", daemon=True)
                    self._flushing.start()

    def close_draft(self, key: str, draft: OpenDraft) -> None:
        """Have readers read what is stored."""
        with self._lock:
            for one in [one for one, open_draft in self._drafts.items() if open_draft is draft]:
                del self._drafts[one]
            if self._writers.get(key) is draft:
                del self._writers[key]

    def _flush(self) -> None:
        """Flush the drafts as long as there are any."""
        waiting = threading.Event()
        while True:
            waiting.wait(FLUSH_S)
            with self._lock:
                drafts = list(self._writers.values())
                if not drafts:
                    self._flushing = None
                    return
            for draft in drafts:
                draft.flush()


def sizes_of(version: Version) -> dict[str, int]:
    """Return the bytes of a version's files."""
    return dict(zip(("original", "table", "index"), file_sizes(version), strict=True))


def file_of(manifest: Manifest, version: Version, kind: str) -> SegmentFile | None:
    """Return one of a version's files; None where the manifest does not have it."""
    edition = manifest.editions.get(version.edition)
    if kind == "original":
        return manifest.original
    if edition is None:
        return None
    if kind == "index":
        return edition.index
    return manifest.original if version.clean else edition.table


def made_folder(uuid: str, key: str) -> str:
    """Return where the columnar copies and answers of an upload are."""
    return f"documents/{uuid}/{key}/made"


def is_made(path: str) -> bool:
    """Return whether an object is a part of a columnar copy, or an answer: it can be made again."""
    return "/made/" in path


def manifest_path(uuid: str, key: str) -> str:
    """Return where the manifest of an upload is."""
    return f"documents/{uuid}/{key}/manifest.json"


def segment_path(uuid: str, key: str, name: str) -> str:
    """Return where a segment is."""
    return f"documents/{uuid}/{key}/{name}"
