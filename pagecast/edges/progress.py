"""How far a question is that a query process answers, in percent."""

from collections.abc import Callable

from pagecast.ports.engine import Tell

Show = Callable[[int], None]
"""Takes how far a request is."""


class Steps:
    """The percent of a question that takes several queries: all of them count the same."""

    def __init__(self, tell: Tell) -> None:
        self._tell, self._begun, self._expected = tell, 0, 1

    def expect(self, queries: int) -> None:
        """Note that so many queries follow."""
        self._expected = self._begun + queries

    def next(self, *, sorts: bool = False) -> Show:
        """Return what shows the percent of the next query. Nobody can tell how far a sort is."""
        before, self._begun = self._begun, self._begun + 1
        self._expected = max(self._expected, self._begun)
        if sorts:
            return lambda percent: self._tell(None)
        return lambda percent: self._tell((100 * before + percent) // self._expected)
