"""The plain protocol: page numbers in, one kind of JSON object out (PROTOCOL.md)."""

import re

from pagecast.protocol.errors import BadPageNumber, PagecastError
from pagecast.protocol.facts import UNSET, Fact, Unset
from pagecast.protocol.tables import Page


class PlainPage(Fact, frozen=True, forbid_unknown_fields=True):
    """The only object that the plain protocol and the rows API send. ``page_no`` counts from 1.

    Only the rows API sends ``edition`` and ``cut``, where it was asked for some rows: which of their cells are cut; and
    ``view`` and ``row_numbers``, where it was asked for a view.
    """

    uuid: str
    page_no: int
    total_number: int
    data: list[list[str]]
    truncated: bool | Unset = UNSET
    n_columns: int | Unset = UNSET
    edition: int | Unset = UNSET
    cut: list[tuple[int, int, int]] | Unset = UNSET
    view: str | Unset = UNSET
    row_numbers: list[int] | Unset = UNSET
    error: str | Unset = UNSET


_page_number = re.compile("[0-9]{1,15}", re.ASCII)


def page_number(text: str) -> int:
    """Return the number of a page, from 1, that the plain protocol or the rows API asks for. Raises BadPageNumber.

    ``int()`` alone accepts ``٣``, ``1_000`` and `` 7 ``, too.

    >>> page_number("12")
    12
    """
    if not _page_number.fullmatch(text) or int(text) == 0:
        raise BadPageNumber(text)
    return int(text)


def plain(page: Page, error: PagecastError | None = None) -> PlainPage:
    """Return a page as the plain protocol sends it. ``truncated`` says that columns are missing or cells are cut."""
    fewer = sum(last - first + 1 for first, last in page.columns) < page.n_columns
    return PlainPage(
        uuid=page.uuid,
        page_no=page.page_no,
        total_number=page.total_number,
        data=page.data,
        truncated=True if fewer or page.cut else UNSET,
        n_columns=page.n_columns if fewer else UNSET,
        view=page.view,
        row_numbers=page.row_numbers,
        error=UNSET if error is None else str(error),
    )
