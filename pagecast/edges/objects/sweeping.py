"""Find what has expired in the bucket, and what a crash has left behind. All methods block, and raise StorageFailed."""

import logging
import time
from collections import defaultdict
from collections.abc import Set

from pagecast.edges.disk.durable import storage_errors
from pagecast.edges.objects.bucket import ObjectMissing, StoredObject
from pagecast.edges.objects.engine_files import BucketFiles
from pagecast.edges.objects.objects import Objects, is_made, manifest_path, segment_path
from pagecast.edges.objects.removal import record_path, stored_record
from pagecast.protocol.facts import Fact, decoder, encode
from pagecast.table.draft import RESUMABLE_DAYS

DAY_S = 86_400.0

TOUCH_S = 3600.0
"""How often it is written down that a document is in use."""

GAP_S = 2 * 3600.0
"""After a longer gap between two sweeps, which are hourly, no server ran or a clock was set."""

MOST_GAPS = 100
"""Gaps that are remembered: the newest ones."""

ORPHAN_S = 2 * DAY_S
"""Age from which a segment that no manifest names is removed. An upload names its segments within seconds."""

log = logging.getLogger("pagecast")


class Sweeps(Fact, frozen=True):
    """When the last sweep was, and the times before it at which no server ran, in seconds since 1970.

    >>> Sweeps(100.0, ((10.0, 30.0),)).age(20.0, 50.0)
    20.0
    """

    last: float
    gaps: tuple[tuple[float, float], ...] = ()

    def age(self, moment: float, now: float) -> float:
        """Return how many seconds a server has run since a moment."""
        return now - moment - sum(max(0.0, end - max(begin, moment)) for begin, end in self.gaps)


decode_sweeps = decoder(Sweeps)


class Sweeper:
    """Removes expired documents and orphans."""

    def __init__(self, objects: Objects, files: BucketFiles) -> None:
        self._objects, self._bucket, self._files = objects, objects.bucket, files
        self._touched: dict[str, float] = {}

    def touch(self, uuid: str) -> None:
        """Write down that a document is in use now, if that was long ago."""
        now = time.monotonic()
        if now - self._touched.get(uuid, -TOUCH_S) >= TOUCH_S:
            self._bucket.put(f"opened/{uuid}", b"")
            self._touched[uuid] = now

    def count(self) -> None:
        """Count the bytes of all tables."""
        self._objects.used = sum(one.size for one in self._bucket.list("documents"))

    def stale(self, days: float) -> frozenset[str]:
        """Return the keys of the uploads, of this server or another, that nobody has sent for so many days."""
        sweeps, now = self._sweeps(), time.time()
        return frozenset(
            one.path.split(".")[1]
            for one in self._bucket.list("uploads")
            if sweeps.age(one.modified.timestamp(), now) > days * DAY_S
        )

    def check_clock(self, now: float) -> None:
        """Leave out of all ages the time since the last sweep, where it is so long that no server ran."""
        sweeps = self._sweeps()
        if sweeps.last and abs(now - sweeps.last) > GAP_S:
            sweeps = Sweeps(now, (*sweeps.gaps, (sweeps.last, now))[-MOST_GAPS:])
        self._bucket.put("sweeps.json", encode(Sweeps(now, sweeps.gaps)))

    def _sweeps(self) -> Sweeps:
        try:
            sweeps: Sweeps = decode_sweeps(self._bucket.get("sweeps.json")[0])
        except (ObjectMissing, ValueError):
            return Sweeps(0.0)
        return sweeps

    def sweep(self, keep_days: float, in_use: frozenset[str]) -> None:
        """Remove the documents that nobody has opened for ``keep_days`` days, except those in use, and orphans."""
        sweeps, now = self._sweeps(), time.time()
        for uuid in in_use:
            self.touch(uuid)
        self._touched = {uuid: at for uuid, at in self._touched.items() if time.monotonic() - at < TOUCH_S}
        opened = {one.path.rpartition("/")[2]: one.modified.timestamp() for one in self._bucket.list("opened")}
        self._end_uploads(sweeps, now)
        uploads = {one.path.split(".")[1] for one in self._bucket.list("uploads")}
        used, documents = 0, self._documents()
        with storage_errors():
            self._files.remove_others(
                {uuid: {one.path.split("/")[2] for one in found} for uuid, found in documents.items()}
            )
        self._objects.blocks.forget(lambda path: path.split("/")[1] not in documents)
        for uuid, found in documents.items():
            if uuid in in_use:
                used += sum(one.size for one in found)
            elif record_path(uuid) in (one.path for one in found) and (
                sweeps.age(opened.get(uuid, now), now) > keep_days * DAY_S
            ):
                self.remove_document(uuid)
            else:
                gone = self._remove_orphans(uuid, found, uploads, now)
                used += sum(one.size for one in found if one.path not in gone)
            if uuid not in opened:
                self.touch(uuid)
        self._remove_pointers(documents.keys(), now)
        self._objects.used = used

    def _remove_pointers(self, documents: Set[str], now: float) -> None:
        """Remove what leads to documents that are gone."""
        found = [one for folder in ("opened", "readers") for one in self._bucket.list(folder)]
        gone = [one for one in found if one.path.rpartition("/")[2] not in documents]
        self._bucket.remove([one.path for one in gone if now - one.modified.timestamp() > ORPHAN_S])

    def _documents(self) -> dict[str, list[StoredObject]]:
        documents = defaultdict[str, list[StoredObject]](list)
        for one in self._bucket.list("documents"):
            documents[one.path.split("/")[1]].append(one)
        return documents

    def _end_uploads(self, sweeps: Sweeps, now: float) -> None:
        """Remove what is left of uploads whose server has not come back."""
        gone = [
            one.path
            for one in self._bucket.list("uploads")
            if sweeps.age(one.modified.timestamp(), now) > 2 * RESUMABLE_DAYS * DAY_S
        ]
        self._bucket.remove(gone)

    def remove_document(self, uuid: str, reader: str = "") -> None:
        """Remove a document, the record first: without it, there is none. ``reader``: its read-only UUID, if known."""
        record = stored_record(self._bucket, uuid)
        self._bucket.remove([record_path(uuid), f"opened/{uuid}"])
        reader = reader or (record.reader if record else "")
        if reader:
            self._bucket.remove([f"readers/{reader}/{uuid}"])
        self._touched.pop(uuid, None)
        self._bucket.remove([one.path for one in self._bucket.list(f"documents/{uuid}")])

    def _remove_orphans(self, uuid: str, found: list[StoredObject], uploads: set[str], now: float) -> set[str]:
        """Remove the old segments of a document that belong to no version and to no upload. Returns their paths."""
        segments = defaultdict[str, list[str]](list)
        for one in found:
            folders = one.path.split("/")[2:]
            is_old = now - one.modified.timestamp() > ORPHAN_S
            if len(folders) > 1 and folders[0] != "views" and is_old and folders[0] not in uploads:
                segments[folders[0]].append(one.path)
        record = stored_record(self._bucket, uuid) if segments else None
        if record is None:
            return set()
        gone = set[str]()
        for key, paths in segments.items():
            if self._objects.leases.is_held(key):
                continue
            editions = {str(version.edition) for version in record.versions if version.key == key}
            named = {path for path in paths if is_made(path) and path.rpartition("/")[2].partition(".")[0] in editions}
            if editions:
                names = self._objects.manifest(uuid, key).names
                named |= {manifest_path(uuid, key)} | {segment_path(uuid, key, name) for name in names}
            gone |= set(paths) - named
        for path in gone:
            log.warning("Removed %s: it belongs to no version.", path)
        self._bucket.remove(sorted(gone))
        return gone
