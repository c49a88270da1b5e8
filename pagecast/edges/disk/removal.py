"""Remove a document's files, except those that its record names or a lease protects."""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pagecast.edges.disk.claims import Claims
from pagecast.edges.disk.durable import storage_errors, sync_folder
from pagecast.edges.disk.space import Space
from pagecast.limits.leases import Leases
from pagecast.protocol.facts import decoder
from pagecast.room.record import Record

ABANDONED_S = 600.0
"""Age in seconds from which a temporary file counts as abandoned. No write takes that long."""

log = logging.getLogger("pagecast")

decode_record = decoder(Record)


class Remover:
    """Removes files of versions. A file that is still in use is removed by a later sweep.

    All methods block. Public ones raise StorageFailed, unless they say otherwise.
    """

    def __init__(self, space: Space, leases: Leases, uploads: Path, claims: Claims | None = None) -> None:
        """``claims`` are those of all processes, where there are several."""
        self._space, self._leases, self._uploads, self._claims = space, leases, uploads, claims
        self._last: dict[str, int] = {}

    def last_edition(self, key: str) -> int:
        """Return the highest edition of a file that was removed, or 0.

        The number is not used again, because pages of that edition may be cached. It does not block.
        """
        return self._last.get(key, 0)

    @storage_errors()
    def remove_version(self, folder: Path, key: str) -> None:
        """Remove all files of the version with this key."""
        self._remove(folder, folder.glob(f"{key}.*"))
        self._last.pop(key, None)

    @storage_errors()
    def remove_editions(self, folder: Path, key: str, but: frozenset[int]) -> None:
        """Remove all editions of a file except those in ``but``."""
        paths = [path for path in folder.glob(f"{key}.*.*") if edition_of(path) not in but]
        self._remove(folder, paths)
        self._last[key] = max([self.last_edition(key), *(edition_of(path) or 0 for path in paths)])

    def remove_orphans(self, folder: Path) -> None:
        """Remove the files that a crash left in a document's folder, and an empty folder itself. Raises OSError."""
        for path in folder.glob("*.new"):
            if path.stat().st_mtime < time.time() - ABANDONED_S:
                path.unlink(missing_ok=True)
        # The record names a version before its upload ends. So the uploads are checked first, and the record after.
        files = [path for path in sorted(folder.iterdir()) if path.suffix not in (".json", ".new")]
        orphans = [path for path in files if not (self._uploads / f"{key_of(path)}.json").exists()]
        for path in self._remove(folder, orphans):
            log.warning("Removed %s: it belongs to no version.", path)
        with suppress(OSError):  # it is not empty
            folder.rmdir()

    def _remove(self, folder: Path, paths: Iterable[Path]) -> list[Path]:
        """Remove those of the files that are not needed, and return them."""
        going = list(paths)
        record = record_of(folder) if going else None
        if record is None:
            return []
        going = [path for path in going if not self._is_needed(path, record)]
        if going:
            sync_folder(folder)  # or a power cut could restore an older record that names them
            for path in going:
                self._space.remove(path)
        return going

    def _is_needed(self, path: Path, record: Record) -> bool:
        key, edition = key_of(path), edition_of(path)
        names = (version.edition for version in record.versions if version.key == key)
        if any(edition in (None, name) for name in names) or self._leases.is_held(key, edition):
            return True
        return self._claims is not None and self._claims.is_read_elsewhere(key)


def record_of(folder: Path) -> Record | None:
    """Read a document's record. Returns an empty one if there is none, None if it cannot be decoded. Raises OSError."""
    try:
        record: Record = decode_record((folder / "document.json").read_bytes())
    except FileNotFoundError:
        return Record()
    except ValueError:
        return None
    return record


def key_of(path: Path) -> str:
    """Return the key of the upload that a file belongs to."""
    return path.name.partition(".")[0]


def edition_of(path: Path) -> int | None:
    """Return the edition that a file belongs to, or None for the original, which all editions share."""
    parts = path.name.split(".")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() else None
