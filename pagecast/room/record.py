"""The record of a document, which outlives the process: a fold over the same events as its room."""

from collections.abc import Sequence

from pagecast.protocol.facts import Fact, changed
from pagecast.room.events import Arrived, Deleted, Event, Grew, Reparsed
from pagecast.room.room import Room
from pagecast.table.version import Version


class Retention(Fact, frozen=True):
    """How much of a document is kept. The newest version always is."""

    versions: int
    """How many versions."""
    bytes: int
    """How many bytes the files of all versions have together."""


class Record(Fact, frozen=True):
    """The page and the view that a document's room is on, and its finished versions, oldest first."""

    page_no: int = 1
    versions: tuple[Version, ...] = ()
    reader: str = ""
    """The document's read-only UUID."""
    revision: int = 0
    """Counts the saves. A store replaces a record only by one that was made of the revision it has."""
    view: str = ""
    """The view on screen, as the room has it; so are the members that follow."""
    view_rows: int = 0
    view_is_counted: bool = True
    row_numbers: tuple[int, ...] = ()
    table_page: int = 1

    @property
    def newest(self) -> Version | None:
        return self.versions[-1] if self.versions else None

    def apply(self, event: Event, room: Room, retention: Retention) -> "Record":
        """The record after an event.

        Args:
            event: what happened. A version that is not newer than the newest one is not added: it has been already, or
                it came too late.
            room: the room after the same event; a record follows its page once there is a version.
            retention: how much is kept.
        """
        versions = self.versions
        match event:
            case Arrived(version) if self.newest is None or version.number > self.newest.number:
                versions = newest_of((*versions, version), retention)
            case Grew(version) | Reparsed(version) if version.complete:
                replaced = tuple(version if kept.number == version.number else kept for kept in versions)
                versions = newest_of(replaced, retention) if replaced != versions else versions
            case Deleted():
                return Record(reader=self.reader)
        return changed(with_screen(self, room), versions=versions) if versions else self


def with_screen(record: Record, other: Room | Record) -> Record:
    """A record with what is on screen according to a room, or to another record."""
    return changed(
        record,
        page_no=other.page_no,
        view=other.view,
        view_rows=other.view_rows,
        view_is_counted=other.view_is_counted,
        row_numbers=other.row_numbers,
        table_page=other.table_page,
    )


def newest_of(versions: Sequence[Version], retention: Retention) -> tuple[Version, ...]:
    """Those of a document's versions that are kept: the newest ones, oldest first.

    The last one is always kept. A file that several versions share counts once.
    """
    kept: list[Version] = []
    sizes: dict[str, int] = {}
    for version in reversed(versions[-retention.versions :]):
        sizes[version.key] = max(version.received, sizes.get(version.key, 0))
        if kept and sum(sizes.values()) > retention.bytes:
            break
        kept.append(version)
    return tuple(reversed(kept))
