"""The two links to a document: one to use it, one to read it."""

from typing import TypeVar

from pagecast.protocol.facts import Fact, changed
from pagecast.protocol.summaries import Summary
from pagecast.protocol.tables import Columns, Document, Found, Info, Page

Named = TypeVar("Named", bound=Document | Page | Columns | Found | Info | Summary)


class Link(Fact, frozen=True):
    """The UUIDs of a document, and which of the two a viewer opened."""

    uuid: str
    """The document's own UUID. A viewer with a read-only link never learns it."""
    reader: str
    """The read-only UUID."""
    reads_only: bool
    """Whether the viewer opened the read-only UUID."""

    @property
    def shown(self) -> str:
        """The UUID that this viewer knows."""
        return self.reader if self.reads_only else self.uuid

    def seen(self, frame: Named) -> Named:
        """Return a frame as a viewer with this link receives it."""
        return changed(frame, uuid=self.reader) if self.reads_only else frame
