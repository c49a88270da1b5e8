"""Summaries of a column for programs: its values with counts, its figures, its shape. All take a view."""

from tornado.web import RequestHandler

from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.query import (
    SHARED_ROWS,
    check_names,
    query_columns,
    query_count,
    query_number,
    query_pairs,
    query_text,
)
from pagecast.edges.http.table_api import MAX_TEXT, ApiHandler
from pagecast.protocol.codec import encode_frame
from pagecast.protocol.errors import BadRequest
from pagecast.protocol.facts import changed
from pagecast.protocol.summaries import KeptView, RowHits
from pagecast.view.sentence import changes_words
from pagecast.view.view import PLOTS

MAX_SHAPES = 60
"""Columns of one request for shapes: more than a screen shows."""

MAX_OVERVIEW = 20_000
"""Columns of one request for their figures."""

MAX_NAME = 2**16
"""Characters of a column's name."""

SAMPLE = "_sample"
"""The parameter by which a sample may answer."""


class ValuesHandler(ApiHandler):
    """`/parser/<uuid>/values?column=gene&text=br&version=2`: the values of a column, each with its count, as JSON.

    The other parameters are a view; what it asks of the same column does not count. A POST has a list of values in its
    body, one a line: it is answered with the counts of these, and with those that no row has.
    """

    async def get(self, uuid: str) -> None:
        await self._answer(uuid, None)

    async def post(self, uuid: str) -> None:
        await self._answer(uuid, self.request.body.decode("utf-8", "replace").splitlines())

    async def _answer(self, uuid: str, listed: list[str] | None) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, column = query_number(self, "version"), needed_column(self)
            text, sampled = query_text(self, "text", MAX_TEXT), wants_sample(self)
            pairs = query_pairs(self, "column", "text", "version", SAMPLE)
            answers = visit.room.answers
            await self.finish_answer(
                visit,
                number,
                "values",
                lambda tell: answers.telling(tell).values(number, pairs, column, text, listed, is_sampled=sampled),
            )

    head = get


class HitsHandler(ApiHandler):
    """`/parser/<uuid>/hits?row=412&_search=p53&version=2`: the next row that a search finds, and a map, as JSON.

    The other parameters are the view that is searched; ``row`` counts as it does without the search.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, row = query_number(self, "version"), query_number(self, "row")
            pairs = query_pairs(self, "row", "version")
            answers, place = visit.room.answers, -1 if row is None else row - 1

            def grow(hits: RowHits) -> None:
                self.write_line(visit.link.seen(hits))

            growing = grow if self.accepts_stream else None
            await self.finish_answer(
                visit, number, "hits", lambda tell: answers.telling(tell).hits(number, pairs, place, growing)
            )

    head = get


class ProfileHandler(ApiHandler):
    """`/parser/<uuid>/profile?column=padj&version=2`: a column in figures, as JSON. The other parameters are a view."""

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, column = query_number(self, "version"), needed_column(self)
            pairs, sampled = query_pairs(self, "column", "version", SAMPLE), wants_sample(self)
            answers = visit.room.answers
            await self.finish_answer(
                visit,
                number,
                "profile",
                lambda tell: answers.telling(tell).profile(number, pairs, column, is_sampled=sampled),
            )

    head = get


class ShapesHandler(ApiHandler):
    """`/parser/<uuid>/shapes?columns=1-20&version=2`: the shapes of columns, as JSON.

    The other parameters are a view.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, columns = query_number(self, "version"), query_columns(self, MAX_SHAPES) or range(MAX_SHAPES)
            pairs, sampled = query_pairs(self, "columns", "version", SAMPLE), wants_sample(self)
            answers = visit.room.answers
            await self.finish_answer(
                visit,
                number,
                "shapes",
                lambda tell: answers.telling(tell).shapes(number, pairs, columns, is_sampled=sampled),
            )

    head = get


class CrossedHandler(ApiHandler):
    """`/parser/<uuid>/crossed?_by=_c3&columns=1-20&version=2`: shapes by the bins of a column, as JSON.

    The other parameters are a view. What it asks of that column does not count.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, columns = query_number(self, "version"), query_columns(self, MAX_SHAPES) or range(MAX_SHAPES)
            by = query_text(self, "_by", MAX_NAME)
            if not by:
                raise BadRequest("This address needs a column of numbers or dates, as in _by=_c3.")
            pairs = query_pairs(self, "_by", "columns", "version")
            crossed = await self.wanted(visit.room.answers.crossed(number, pairs, by, columns))
        self.finish_json(encode_frame(visit.link.seen(crossed)))

    head = get


class PlotHandler(ApiHandler):
    """`/parser/<uuid>/plot?_kind=scatter&_x=people&_y=height&version=2`: the numbers of a plot, as JSON.

    The other parameters are a view. Those of the plot begin with ``_``, so that a column may be called x.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, kind = query_number(self, "version"), query_text(self, "_kind", MAX_NAME)
            x, y = query_text(self, "_x", MAX_NAME), query_text(self, "_y", MAX_NAME) or None
            if kind not in PLOTS:
                raise BadRequest(f"This address needs a kind of plot: _kind={', '.join(PLOTS[:-1])} or {PLOTS[-1]}.")
            if not x or (kind == "scatter" and y is None):
                columns = "two columns, as in _x=_c1&_y=_c2" if kind == "scatter" else "a column, as in _x=_c1"
                raise BadRequest(f"A plot of this kind needs {columns}.")
            pairs = query_pairs(self, "_kind", "_x", "_y", "version")
            answers, other = visit.room.answers, None if kind == "histogram" else y
            await self.finish_answer(
                visit, number, "plot", lambda tell: answers.telling(tell).plot(number, pairs, kind, x, other)
            )

    head = get


class ViewsHandler(ApiHandler):
    """`/parser/<uuid>/views`: a POST keeps the view in its body, a query string, and answers with a short one."""

    async def post(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            check_names(self, "version")
            text = self.request.body.decode("utf-8", "replace")
            view = await self.wanted(visit.room.answers.keep_view(query_number(self, "version"), text))
            self.finish_json(encode_frame(KeptView(visit.link.shown, view)))


class ChangesHandler(ApiHandler):
    """`/parser/<uuid>/changes?version=2&_rows=412&padj__lt=0.05`: what has changed since a link was made, as JSON.

    The other parameters are a view of the version that it was made on.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, rows = query_number(self, "version"), query_count(self, SHARED_ROWS)
            pairs = query_pairs(self, "version", SHARED_ROWS)
            changes = await self.wanted(visit.room.answers.changes(number, pairs, rows))
        said = changed(changes, words=changes_words(changes, self.language))
        self.finish_json(encode_frame(visit.link.seen(said)))

    head = get


class OverviewHandler(ApiHandler):
    """`/parser/<uuid>/overview?columns=1-20000&version=2`: many columns in few figures, as JSON.

    The other parameters are a view.
    """

    async def get(self, uuid: str) -> None:
        async with http_errors(), await self.context.library.visit(uuid) as visit:
            number, columns = query_number(self, "version"), query_columns(self, MAX_OVERVIEW) or range(MAX_OVERVIEW)
            pairs = query_pairs(self, "columns", "version")
            answers = visit.room.answers
            await self.finish_answer(
                visit, number, "overview", lambda tell: answers.telling(tell).overview(number, pairs, columns)
            )

    head = get


def needed_column(handler: RequestHandler) -> str:
    """Return the name or position of the column that a request is about."""
    column = query_text(handler, "column", MAX_NAME)
    if not column:
        raise BadRequest("This address needs a column: its name, or its position, as in column=_c3.")
    return column


def wants_sample(handler: RequestHandler) -> bool:
    """Return whether a sample may answer a request."""
    asked = query_text(handler, SAMPLE, MAX_NAME)
    if asked not in ("", "1"):
        raise BadRequest(f"“{SAMPLE}” takes 1 and nothing else: leave it out for exact counts.")
    return bool(asked)
