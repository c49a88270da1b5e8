"""Pointers: the newest selection of each viewer, page by page."""

from pagecast.protocol.talk import Selection

MOST_SHOWN = 50
"""Selections sent of one page. With more, nobody could tell them apart."""


class Pointers:
    """Holds one selection a viewer. A move costs the same however many viewers there are.

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
        """Replace a viewer's selection, which is on ``page_no``; None removes it."""
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
        """Count a page as changed, since other viewers see it now."""
        if page_no in self._pages:
            self._changed.add(page_no)

    def clear(self) -> None:
        """Remove all selections: another table is on screen."""
        self._pages.clear()
        self._where.clear()
        self._changed.clear()

    def on(self, page_no: int) -> list[Selection]:
        """Return the selections on a page, the newest first."""
        newest_first = reversed(self._pages.get(page_no, {}).values())
        return [selection for selection, _ in zip(newest_first, range(MOST_SHOWN), strict=False)]

    def take_changed(self) -> set[int]:
        """Return the pages that have changed since the last call."""
        changed, self._changed = self._changed, set()
        return changed
