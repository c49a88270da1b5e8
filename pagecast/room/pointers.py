"""Which cells are selected, and by whom: the newest selection of each viewer, page by page."""

from pagecast.protocol.talk import Selection

MOST_SHOWN = 50
"""Selections told of one page: with more, nobody could tell whose is whose."""


class Pointers:
    """Holds one selection a viewer. However many move however fast, it costs a moment, and only the last one counts.

    >>> pointers = Pointers()
    >>> pointers.put("9f2c41d7", 3, None)
    >>> pointers.on(3), pointers.take_changed()
    ([], set())
    """

    def __init__(self) -> None:
        self._pages: dict[int, dict[str, Selection]] = {}
        self._where: dict[str, int] = {}
        self._changed: set[int] = set()

    def put(self, viewer: str, page_no: int, selection: Selection | None) -> None:
        """A viewer has selected cells of a page, or lets go of those it had."""
        before = self._where.pop(viewer, None)
        if before is not None:
            del self._pages[before][viewer]
            if not self._pages[before]:
                del self._pages[before]
            self._changed.add(before)
        if selection is not None:
            self._where[viewer] = page_no
            self._pages.setdefault(page_no, {})[viewer] = selection
            self._changed.add(page_no)

    def touch(self, page_no: int) -> None:
        """Others look at a page now: what is selected on it counts as changed."""
        if page_no in self._pages:
            self._changed.add(page_no)

    def clear(self) -> None:
        """The table is another one: nothing in it is selected."""
        self._pages.clear()
        self._where.clear()
        self._changed.clear()

    def on(self, page_no: int) -> list[Selection]:
        """What is selected on a page, the newest first."""
        newest_first = reversed(self._pages.get(page_no, {}).values())
        return [selection for selection, _ in zip(newest_first, range(MOST_SHOWN), strict=False)]

    def take_changed(self) -> set[int]:
        """The pages on which something has changed since this was asked last."""
        changed, self._changed = self._changed, set()
        return changed
