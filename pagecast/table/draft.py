"""The facts of an upload that has not ended."""

from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import ALL_GUESSED, Choices

RESUMABLE_DAYS = 1
"""How many days an upload can be resumed after its last byte."""


class Draft(Fact, frozen=True):
    """The facts of an upload that are known before its bytes: enough to resume it after a restart."""

    key: str
    uuid: str
    name: str
    size: int | None
    viewer: str
    created: str
    checked: bool
    """Whether each piece is synced to disk before it is acknowledged, so that the upload can be resumed."""
    reader: str = ""
    """The document's read-only UUID. Nothing else keeps it before the first version is finished."""
    adds: bool = False
    """Whether its rows are appended to the finished version of this key."""
    choices: Choices = ALL_GUESSED
    framed: bool = False
    """Whether its sender marks the end, although the size is not known, as a form does. A cut is no end then."""

    @property
    def live(self) -> bool:
        """Whether it ends when its sender does, however that happens: then its rows so far are the whole."""
        return self.size is None and not self.checked and not self.framed
