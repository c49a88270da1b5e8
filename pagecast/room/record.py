"""The record of a document: what lasts of it."""

from collections.abc import Sequence

from pagecast.protocol.facts import Fact
from pagecast.table.version import Version


def newest_of(versions: Sequence[Version], most: int, max_bytes: int) -> tuple[Version, ...]:
    """Those of a document's versions that are kept: the newest, so many, and so many bytes of files together.

    The last one is always kept. A file that is several versions counts once.
    """
    kept: list[Version] = []
    sizes: dict[str, int] = {}
    for version in reversed(versions[-most:]):
        sizes[version.key] = max(version.received, sizes.get(version.key, 0))
        if kept and sum(sizes.values()) > max_bytes:
            break
        kept.append(version)
    return tuple(reversed(kept))


class Record(Fact, frozen=True):
    """What lasts of a document: the page its room is on and its finished versions, oldest first."""

    page_no: int = 1
    versions: tuple[Version, ...] = ()
    reader: str = ""
    """The document's read-only UUID."""

    @property
    def newest(self) -> Version | None:
        return self.versions[-1] if self.versions else None
