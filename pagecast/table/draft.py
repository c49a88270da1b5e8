"""An upload that has not ended: enough facts to resume it after a restart."""

from pagecast.protocol.facts import Fact
from pagecast.protocol.tables import ALL_GUESSED, Choices

RESUMABLE_DAYS = 1
"""How long an upload that was cut can be resumed."""


class Draft(Fact, frozen=True):
    """What is known of an upload before its bytes: enough to go on with it after a restart."""

    key: str
    uuid: str
    name: str
    size: int | None
    viewer: str
    created: str
    checked: bool
    """Whether it is stored safely piece by piece, so that it can be resumed."""
    reader: str = ""
    """The document's read-only UUID, which nothing else keeps before the first version is whole."""
    adds: bool = False
    """Whether its rows are added to the finished version of this key."""
    choices: Choices = ALL_GUESSED

    @property
    def live(self) -> bool:
        """Whether it ends when its sender does, in whatever way: then what has come is all that there is."""
        return self.size is None and not self.checked
