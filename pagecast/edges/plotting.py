"""Plots: runs the queries for one, and puts the answers together."""

from collections.abc import Awaitable, Callable
from typing import Any

from pagecast.ports.engine import PlotMarks
from pagecast.protocol.summaries import Axis
from pagecast.view.bins import Bins, Range
from pagecast.view.plots import MOST_BINS, MOST_GROUPS, MOST_POINTS, PlotSql, axis_bins
from pagecast.view.sql import Query

Select = Callable[[Query, int], Awaitable[list[list[Any]]]]
"""Runs a query, and returns its rows: at most as many as that."""


async def plotted(sql: PlotSql, select: Select) -> PlotMarks:
    """Return what a plot is drawn from."""
    asked = sql.asked
    if asked.kind == "bars":
        return await _bars(sql, select)
    ((rows, drawn, *ranges),) = await select(sql.spread(), 1)
    x = _bins(sql, asked.x, ranges[:3]) if drawn else None
    y = _bins(sql, asked.y, ranges[3:]) if drawn and asked.kind == "scatter" and asked.y is not None else None
    marks: dict[str, Any] = {}
    if asked.kind == "scatter" and drawn <= MOST_POINTS:
        marks["points"] = await _tuples(select, sql.points(), MOST_POINTS)
        x = y = None
    elif x is not None and y is not None:
        marks["cells"] = await _tuples(select, sql.cells(x, y), x.count * y.count)
    elif x is not None and asked.kind == "histogram":
        marks["bins"] = await _tuples(select, sql.bins(x), x.count)
    elif x is not None:
        marks["line"] = await _tuples(select, sql.line(x), x.count)
    return PlotMarks(_axis(sql, asked.x, x), _axis(sql, asked.y, y) if asked.y else None, rows, drawn, **marks)


async def _bars(sql: PlotSql, select: Select) -> PlotMarks:
    asked, groups, others, rows = sql.asked, [], None, 0
    for place, count, value, number, numbers, total in await select(sql.groups(), MOST_GROUPS + 1):
        rows += number
        mean = total / numbers if numbers else None
        if place > MOST_GROUPS:
            others = count, number, mean
        else:
            groups.append((value, number, mean))
    y = _axis(sql, asked.y, None) if asked.y else None
    return PlotMarks(_axis(sql, asked.x, None), y, rows, rows, groups=tuple(groups), others=others)


def _bins(sql: PlotSql, column: int, found: list[Any]) -> Bins:
    low, high, whole = found
    return axis_bins(Range(low, high, whole), sql.reading(column), MOST_BINS[sql.asked.kind])


def _axis(sql: PlotSql, column: int, bins: Bins | None) -> Axis:
    return Axis(column, sql.reading(column), bins.edges() if bins else None)


async def _tuples(select: Select, query: Query, most: int) -> tuple[Any, ...]:
    return tuple(tuple(row) for row in await select(query, most))
