"""Remove a document's files, except those that its record names or a lease holds."""

import logging
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pagecast.edges.disk.durable import storing, sync_folder
from pagecast.edges.disk.space import Space
from pagecast.limits.leases import Leases
from pagecast.protocol.facts import decoder
from pagecast.room.record import Record

LEFT_S = 600.0
"""Nothing takes so long to write: a file that was not given its name by then has been left behind."""

log = logging.getLogger("pagecast")

decode_record = decoder(Record)


class Remover:
    """Removes files of versions. What somebody still uses stays, and goes with a later sweep."""

    def __init__(self, space: Space, leases: Leases, uploads: Path) -> None:
        self._space, self._leases, self._uploads = space, leases, uploads
        self._last: dict[str, int] = {}

    def last_edition(self, key: str) -> int:
        """The highest edition of a file that was removed. Its number is not given again: a page of it may be cached."""
        return self._last.get(key, 0)

    @storing()
    def remove_version(self, folder: Path, key: str) -> None:
        """Remove all files of a version."""
        self._remove(folder, folder.glob(f"{key}.*"))
        self._last.pop(key, None)

    @storing()
    def remove_editions(self, folder: Path, key: str, but: frozenset[int]) -> None:
        """Remove all editions of a file but these."""
        paths = [path for path in folder.glob(f"{key}.*.*") if edition_of(path) not in but]
        self._remove(folder, paths)
        self._last[key] = max([self.last_edition(key), *(edition_of(path) or 0 for path in paths)])

    def remove_orphans(self, folder: Path) -> None:
        """Remove what a crash left in a document's folder, and the folder where that was all."""
        for path in folder.glob("*.new"):
            if path.stat().st_mtime < time.time() - LEFT_S:
                path.unlink(missing_ok=True)
        # An upload is named in its document before it ends, so it is looked for in this order.
        files = [path for path in sorted(folder.iterdir()) if path.suffix not in (".json", ".new")]
        orphans = [path for path in files if not (self._uploads / f"{key_of(path)}.json").exists()]
        for path in self._remove(folder, orphans):
            log.warning("Removed %s: it belongs to no version.", path)
        with suppress(OSError):  # there is something in it
            folder.rmdir()

    def _remove(self, folder: Path, paths: Iterable[Path]) -> list[Path]:
        """Remove what nobody needs of these files, and say which those were."""
        going = list(paths)
        record = record_of(folder) if going else None
        if record is None:
            return []
        going = [path for path in going if not self._is_needed(path, record)]
        if going:
            sync_folder(folder)  # or a power cut could bring back a record that names them
            for path in going:
                self._space.remove(path)
        return going

    def _is_needed(self, path: Path, record: Record) -> bool:
        key, edition = key_of(path), edition_of(path)
        names = (version.edition for version in record.versions if version.key == key)
        return any(edition in (None, name) for name in names) or self._leases.is_held(key, edition)


def record_of(folder: Path) -> Record | None:
    """Read a document's record: an empty one where there is none, None where it cannot be read."""
    try:
        record: Record = decode_record((folder / "document.json").read_bytes())
    except FileNotFoundError:
        return Record()
    except ValueError:
        return None
    return record


def key_of(path: Path) -> str:
    """The upload that a file is of."""
    return path.name.partition(".")[0]


def edition_of(path: Path) -> int | None:
    """The reading that a file is of; None for the original, which all readings share."""
    parts = path.name.split(".")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() else None
