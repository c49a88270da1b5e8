"""The ports for operators: whether each part of the world can do its work, and figures."""

from typing import Protocol


class NotReady(Exception):
    """A part of the world cannot do its work now. Its text is one sentence for an operator."""


class Meter(Protocol):
    """Measures what happens, for operators. Nothing blocks, and nothing is raised."""

    def turned(self, seconds: float) -> None:
        """A page was turned: so long after the viewer asked for it, the others' connections had it."""

    def received(self, size: int) -> None:
        """So many bytes of a table arrived."""


class Unmetered:
    """Implements ``Meter`` where nobody asks."""

    def turned(self, seconds: float) -> None:
        pass

    def received(self, size: int) -> None:
        pass


UNMETERED = Unmetered()
