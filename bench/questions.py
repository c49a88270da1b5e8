"""Questions about a table: ours over HTTP, beside DuckDB and polars on our columnar copy, and Datasette on SQLite.

Each round asks another question of the same kind, so that no cache answers. Ours finds the first page, counts the rows,
and sends the cells of that page; then the row numbers of all other pages are found, and only then comes the next turn.
"""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from bench import datasette, wide
from bench.columnar import DuckDB, Polars, Reader
from bench.figures import Line, Setting, in_turns, percentile, seconds, times
from bench.server import Server, other, pagecast
from bench.table import COLUMNS, KINDS, PAGE_ROWS, WORDS
from bench.wire import Http, WebSocket

ABOUT = "sort, filter, search and shapes over HTTP, beside DuckDB and polars on our columnar copy, and Datasette"

THREADS = 2
"""Those of each of our query processes, and of the other programs."""

COPY_S = 900.0
"""A columnar copy that is not ready after so long will not be."""

MIDDLE_PAGES = 200
SORTED = "&_sort=minutes"
"""A view that was asked for before."""

WIDE = "wide: "
"""Begins the names of the figures of the table of 20,000 columns."""
WIDE_SHAPES = 40


class Question(NamedTuple):
    """One question as each program is asked it. A program that is None is not."""

    ours: str
    """The query string."""
    reader: Callable[[Reader], object]
    """What DuckDB and polars do."""
    whole: Callable[[Reader], object] | None = None
    """Their work for the whole order."""
    datasette: str = ""
    """The path."""
    route: str = "rows"


SORTS = {
    "sort by a number": [("minutes", False), ("from", True), ("to", False), ("minutes", True), ("from", False)],
    "sort by text": [("title", False), ("original", True), ("genres", False), ("title", True), ("original", False)],
}
MOST_ROUNDS = 5
"""Rounds for which there are questions."""


def kinds() -> dict[str, list[Question]]:
    """Return the questions of each kind, one for each round."""
    found = {name: [_sort(column, down) for column, down in sorts] for name, sorts in SORTS.items()}
    found["filter on a number"] = [_less("minutes", 20 + number) for number in range(MOST_ROUNDS)]
    found["filter on text"] = [_holds("title", f"{WORDS[number]} {WORDS[number + 5]}") for number in range(MOST_ROUNDS)]
    found["search of every row"] = [_search(f"{WORDS[number]} {WORDS[number + 6]}") for number in range(MOST_ROUNDS)]
    found["values of an all-distinct column"] = [_values("id", f"7{number}5") for number in range(MOST_ROUNDS)]
    found["shapes of 9 columns, filtered"] = [_shapes(kind) for kind in KINDS]
    return found


def _sort(column: str, down: bool) -> Question:
    name = "_sort_desc" if down else "_sort"
    place = COLUMNS.index(column) + 1
    return Question(
        urlencode({name: column}),
        lambda reader: reader.sort(place, down, PAGE_ROWS),
        lambda reader: reader.sort(place, down, None),
        f"/bench/bench.json?{urlencode({name: column})}",
    )


def _less(column: str, most: int) -> Question:
    pair = urlencode({f"{column}__lt": most})
    place = COLUMNS.index(column) + 1
    return Question(pair, lambda reader: reader.less(place, most), datasette=f"/bench/bench.json?{pair}")


def _holds(column: str, words: str) -> Question:
    pair = urlencode({f"{column}__contains": words})
    place = COLUMNS.index(column) + 1
    return Question(pair, lambda reader: reader.holding([place], words), datasette=f"/bench/bench.json?{pair}")


def _search(words: str) -> Question:
    places = list(range(1, len(COLUMNS) + 1))
    condition = " or ".join(f"\"{name}\" like '%{words}%'" for name in COLUMNS)
    return Question(
        urlencode({"_search": words}),
        lambda reader: reader.holding(places, words),
        datasette=f"/bench/bench.json?{urlencode({'_where': condition})}",
    )


def _values(column: str, held: str) -> Question:
    place = COLUMNS.index(column) + 1
    counted = (
        f'select "{column}", count(*) as n from bench where "{column}" like \'%{held}%\' group by 1 order by 2 desc'
    )
    return Question(
        urlencode({"column": column, "text": held}),
        lambda reader: reader.values(place, held, 200),
        datasette=f"/bench.json?{urlencode({'sql': f'{counted} limit 200'})}",
        route="values",
    )


def _shapes(kind: str) -> Question:
    places, place = list(range(1, len(COLUMNS) + 1)), COLUMNS.index("kind") + 1
    facets = [("_facet", name) for name in COLUMNS]
    return Question(
        urlencode({"columns": f"1-{len(COLUMNS)}", "kind": kind}),
        lambda reader: reader.shapes(places, place, kind),
        datasette=f"/bench/bench.json?{urlencode([('kind', kind), *facets])}",
        route="shapes",
    )


def measure(setting: Setting) -> Iterator[Line]:
    with ExitStack() as stack:
        server = stack.enter_context(pagecast(setting.folder))
        with Http(server.port) as http:
            address = http.put("/parser/bench.tsv", setting.table.path).rsplit("/", 1)[-1]
        yield from copying(server, address, setting.table.size, urlencode({"_sort": "kind"}))
        readers, ours, site = _readers(server, address), Ours(server.port, address), None
        sqlite = setting.folder / "bench.db"
        if datasette.is_here():
            taken = datasette.import_table(setting.table, sqlite)
            yield Line("import into SQLite", f"{seconds(taken)}, {sqlite.stat().st_size / 1e6:,.0f} MB, no index")
            site = datasette.Site(stack.enter_context(other("datasette", setting.folder, sqlite)).port)
        else:
            yield Line("Datasette", "left out: it is not installed")
        with Http(server.port) as http:
            yield from _summarised(http, address, setting.rounds)
        for name, questions in kinds().items():
            yield from compare(name, questions[: setting.rounds], ours, readers, site)
        with Http(server.port) as http:
            yield from _afterwards(http, server.port, address, setting.table.rows)
        yield from _on_screen(server.port, address, setting.rounds)
        sqlite.unlink(missing_ok=True)
    yield from _wide(setting)


def copying(server: Server, address: str, size: int, query: str) -> Iterator[Line]:
    """Ask a question at once, and wait for the columnar copy."""
    begun = time.perf_counter()
    with Http(server.port) as http:
        http.get(f"/parser/{address}/rows?{query}")
    first = time.perf_counter() - begun
    while not (parts := parts_of(server, address)) or max(map(end_of, parts)) < size:
        if time.perf_counter() - begun > COPY_S:
            raise RuntimeError("no columnar copy")
        time.sleep(0.05)
    ready = time.perf_counter() - begun
    yield Line("asked before the copy", seconds(first))
    copied = sum(part.stat().st_size for part in parts)
    yield Line("columnar copy ready", f"{seconds(ready)} after the upload; {copied / size:.2f} of the table's size")


def parts_of(server: Server, address: str) -> list[Path]:
    """Return the files of the columnar copy, in order."""
    return sorted((server.folder / "documents" / address).glob("*.part-*"), key=end_of)


def end_of(part: Path) -> int:
    return int(part.name.rpartition("-")[2])


def _readers(server: Server, address: str) -> dict[str, Reader]:
    parts = parts_of(server, address)
    return {"DuckDB": DuckDB.on_parquet(parts, THREADS), "polars": Polars(parts, THREADS)}


def _summarised(http: Http, address: str, rounds: int) -> Iterator[Line]:
    """Ask for the shapes of all columns: of a sample, then of all rows; and prepare a brush."""
    shapes, crossed = (f"/parser/{address}/{what}columns=1-{len(COLUMNS)}" for what in ("shapes?", "crossed?_by="))
    yield Line("sampled shapes of 9 columns, the first time", seconds(_timed(http.get, f"{shapes}&_sample=1")))
    asked = [f"{shapes}&_sample=1&minutes__gt={number}" for number in range(100, 100 + rounds)]
    taken = [_timed(http.get, path) for path in asked]
    bound = json.loads(http.get(asked[0]))["sample"]["bound"]
    name = f"sampled shapes of 9 columns, filtered, about ±{bound:.0%}"
    yield Line(name, f"{seconds(statistics.median(taken))} (median of {rounds})")
    yield Line("exact shapes of 9 columns, the first time", seconds(_timed(http.get, shapes)))
    prepared = [
        _timed(http.get, crossed.replace("_by=", f"_by={column}&") + view)
        for column in ("minutes", "from")
        for view in ("", "&kind=movie")
    ]
    yield Line("a brush, prepared", f"longest {seconds(max(prepared))} (of {len(prepared)}); its steps ask for nothing")


class Ours:
    """Asks us, and keeps how long the whole order took."""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        self.wholes: list[float] = []

    def ask(self, question: Question) -> float:
        """Return the seconds to the first answer. A second page waits until all row numbers are known."""
        path = f"/parser/{self._address}/{question.route}?{question.ours}"
        with Http(self._port) as http:  # the server closes a connection on which others take their turns for long
            begun = time.perf_counter()
            found = http.get(path)
            first = time.perf_counter() - begun
            if question.route == "rows" and json.loads(found)["total_number"] > PAGE_ROWS:
                http.get(f"{path}&page_no=2")
            self.wholes.append(time.perf_counter() - begun)
        return first


def compare(
    name: str, questions: Sequence[Question], ours: Ours, readers: Mapping[str, Reader], site: datasette.Site | None
) -> Iterator[Line]:
    """Ask each program the same questions in turns."""
    works = {"ours": _asking(questions, ours.ask)}
    for than, reader in readers.items():
        works[than] = _asking(questions, partial(_answered, reader))
        if questions[0].whole is not None:
            works[f"{than}, whole"] = _asking(questions, partial(_ordered, reader))
    if site is not None and questions[0].datasette:
        works["Datasette"] = _asking(questions, lambda question: _timed(site.get, question.datasette))
    ours.wholes = []
    taken = in_turns(len(questions), works)
    firsts = taken.pop("ours")
    for than, theirs in taken.items():
        program, _, is_whole = than.partition(", ")
        yield times(f"{name}, whole" if is_whole else name, ours.wholes if is_whole else firsts, theirs, program)


def _asking(questions: Sequence[Question], work: Callable[[Question], float]) -> Callable[[], float]:
    """Return the work of asking the next question."""
    left = iter(questions)
    return lambda: work(next(left))


def _answered(reader: Reader, question: Question) -> float:
    return _timed(question.reader, reader)


def _ordered(reader: Reader, question: Question) -> float:
    assert question.whole is not None
    return _timed(question.whole, reader)


def _timed(work: Callable[..., object], *arguments: object) -> float:
    begun = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begun


def _afterwards(http: Http, port: int, address: str, rows: int) -> Iterator[Line]:
    """Measure pages of a known order, a question that was asked before, and how long others wait meanwhile."""
    path, chance, taken = f"/parser/{address}/rows?", random.Random(1), {"": list[float](), SORTED: list[float]()}
    for _ in range(MIDDLE_PAGES):
        page_no = chance.randrange(2, (rows - 1) // PAGE_ROWS)
        for view, seen in taken.items():
            seen.append(_timed(http.get, f"{path}page_no={page_no}{view}"))
    yield times("a page of a sorted view", taken[SORTED], taken[""], "an unsorted page")
    yield Line("a page of a sorted view, slowest", f"p99 {seconds(percentile(taken[SORTED], 0.99))}")
    again = [_timed(http.get, f"{path}page_no=1{SORTED}") for _ in range(MIDDLE_PAGES)]
    yield Line("a question that was asked before", f"p50 {seconds(statistics.median(again))}")
    with wide.asking(port) as waits:
        for pair in ("_sort=adult", "minutes__gt=200", "_search=house+of", "_sort_desc=original&adult=1"):
            http.get(f"{path}{pair}")
            http.get(f"{path}{pair}&page_no=2")
        http.get(f"/parser/{address}/shapes?columns=1-{len(COLUMNS)}&minutes__gt=200")
    longest = f"p99 {seconds(percentile(waits, 0.99))}, longest {seconds(max(waits))} (of {len(waits):,})"
    yield Line("others wait meanwhile", longest)


def _on_screen(port: int, address: str, rounds: int) -> Iterator[Line]:
    """Show everyone what a search finds: its first rows, and all of them."""
    firsts, wholes = list[float](), list[float]()
    with WebSocket(port, f"/parser/ws/{address}") as viewer:
        viewer.hear_type("page")
        for number in range(rounds):
            begun = time.perf_counter()
            view = urlencode({"_search": f"{WORDS[number + 1]} {WORDS[number + 8]}"})
            viewer.say({"type": "show", "version": 1, "view": view})
            page = viewer.hear_type("page")
            firsts.append(time.perf_counter() - begun)
            while "counting" in page:
                page = viewer.hear_type("page")
            wholes.append(time.perf_counter() - begun)
    first, whole = (seconds(statistics.median(taken)) for taken in (firsts, wholes))
    yield Line("a search on screen", f"first rows {first}, all counted {whole} (median of {rounds})")


def _wide(setting: Setting) -> Iterator[Line]:
    """Ask about 2,000 rows of 20,000 columns. There is no columnar copy; and SQLite ends at 2,000 columns."""
    path = wide.make(setting.folder / "wide.tsv")
    with pagecast(setting.folder) as server, Http(server.port) as http:
        address = http.put("/parser/wide.tsv", path).rsplit("/", 1)[-1]
        yield Line(f"{WIDE}the first question", seconds(_timed(http.get, f"/parser/{address}/rows?_sort=_c1")))
        ours, readers = Ours(server.port, address), {"DuckDB on the file": DuckDB.on_text(path, wide.COLUMNS, THREADS)}
        words = [3 * number for number in range(2000, 2000 + setting.rounds)]
        kinds = {
            "sort by a number": [_wide_sort(place + 1) for place in words],
            "sort by text": [_wide_sort(place) for place in words],
        }
        for name, questions in kinds.items():
            yield from compare(f"{WIDE}{name}", questions, ours, readers, None)
        alone = {  # what takes DuckDB minutes on the file
            "search of every cell": [f"rows?_search=d+{number}" for number in range(10, 10 + setting.rounds)],
            f"sampled shapes of {WIDE_SHAPES} columns": [
                f"shapes?columns={first}-{first + WIDE_SHAPES - 1}&_sample=1"
                for first in range(9000, 9000 + WIDE_SHAPES * setting.rounds, WIDE_SHAPES)
            ],
            f"profile of {wide.COLUMNS:,} columns": [
                f"overview?columns=1-{wide.COLUMNS}{view}"
                for view in ("", *(f"&_c1__gt={number}" for number in range(1, setting.rounds)))
            ],
            f"shapes of {WIDE_SHAPES} columns": [
                f"shapes?columns={first}-{first + WIDE_SHAPES - 1}"
                for first in range(100, 100 + WIDE_SHAPES * setting.rounds, WIDE_SHAPES)
            ],
        }
        with Http(server.port) as http:
            for name, paths in alone.items():
                taken = [_timed(http.get, f"/parser/{address}/{path}") for path in paths]
                yield Line(f"{WIDE}{name}", f"{seconds(statistics.median(taken))} (median of {len(taken)})")
    path.unlink()


def _wide_sort(place: int) -> Question:
    return Question(
        f"_sort=_c{place}&columns={place}-{place + 40}",
        lambda reader: reader.sort(place, False, PAGE_ROWS),
        lambda reader: reader.sort(place, False, None),
    )
