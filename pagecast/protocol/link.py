"""The two links to a document: one to use it, one to read it."""

from typing import TypeVar

from pagecast.protocol.facts import Fact, changed
from pagecast.protocol.tables import Columns, Document, Page

Named = TypeVar("Named", bound=Document | Page | Columns)


class Link(Fact, frozen=True):
    """By which of its two UUIDs somebody came to a document: its own, or the one for reading only."""

    uuid: str
    """The document's own. Who may only read is never told it."""
    reader: str
    reads_only: bool

    @property
    def shown(self) -> str:
        """What the document is called towards whoever came by this link."""
        return self.reader if self.reads_only else self.uuid

    def seen(self, frame: Named) -> Named:
        """A frame as whoever came by this link is sent it."""
        return changed(frame, uuid=self.reader) if self.reads_only else frame
