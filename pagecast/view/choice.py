"""The columns that a view chooses: what of a page has to be read for them, and the page in their order."""

from collections.abc import Sequence

from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Page
from pagecast.table.slices import merge_spans
from pagecast.table.window import PLAIN_COLUMNS, ColumnWindow


def chosen_window(columns: Sequence[int], window: ColumnWindow) -> ColumnWindow:
    """Return a window on the first of the chosen columns, which count from 1, with the limits of another one.

    >>> chosen_window([7, 2, 3], ColumnWindow((range(100),), 2048, 2**20)).spans
    (range(1, 3), range(6, 7))
    """
    return changed(window, spans=tuple(merge_spans(range(column - 1, column) for column in columns[:PLAIN_COLUMNS])))


def choose_columns(page: Page, columns: Sequence[int]) -> Page:
    """Return a page that has only some of its columns, which count from 1, in this order: the first 2,000 of them.

    A row that lacks the last of them is shorter, as rows are that lack their last cells.
    """
    here = [column for first, last in page.columns for column in range(first, last + 1)]
    places = {column: at for at, column in enumerate(here)}
    shown = [column for column in columns[:PLAIN_COLUMNS] if column in places]
    wanted = [places[column] for column in shown]

    def pick(cells: list[str]) -> list[str]:
        last = max((at for at, place in enumerate(wanted) if place < len(cells)), default=-1)
        return [cells[place] if place < len(cells) else "" for place in wanted[: last + 1]]

    return changed(
        page,
        n_columns=len(columns),
        columns=[(column, column) for column in shown],
        header=pick(page.header),
        kinds=pick(page.kinds),
        lenses=pick(page.lenses),
        cut=[cell for cell in page.cut if cell[1] in places],
        data=[pick(row) for row in page.data],
    )
