"""The score of readers on dirty files: Pollock's measures, on the files of polluted.py. It is not the published set.

    python -m bench.pollock                      our score, and the defects and files where we lose most
    python -m bench.pollock --all                every reader's score (minutes)
    python -m bench.pollock DuckDB --every 10    another reader, on every tenth file of each defect
    python -m bench.pollock --defect encoding    the files of one defect, and what was read amiss in each
    python -m bench.pollock --write FOLDER       write the files

Each file is worth 10 points, as in Pollock (Vitagliano et al., VLDB 2023, section 4; "simple" score): one for being
read at all, and three each (precision, recall and F1) for the header's cells, for the rows and for the cells. All three
are multisets: order does not count. A reader's score is the mean over all files. Ours is simpler in three ways: text is
compared as it is; empty cells and empty rows do not count, so that a reader may fill short rows; and where a row
can be read in several ways, each is right. Pagecast's parser was written with these files at hand, and the other
readers were not: compare scores with that in mind.
"""

import argparse
import signal
import statistics
import tempfile
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from bench.figures import Line
from bench.polluted import File, files
from bench.readers import READERS, Loaded

TIMEOUT_S = 10
"""A file that takes a reader longer counts as refused."""

LEAST = 1e-9
"""A loss of fewer points is one of rounding."""

PROCESSES = 2
WORST = 25
"""Defects that are listed."""

COMPARED = 6
"""Of which so many beside other readers."""


class Score(NamedTuple):
    """One file as a reader scored on it."""

    defect: str
    name: str
    points: float
    """Of 10."""
    amiss: str
    """The part that it missed."""


def score(file: File, loaded: Loaded) -> float:
    """Return the points for a file as it was read.

    >>> file = File("none", "clean", b"", [["a", "b"]], [["1", "2"], ["3", "4"]], [], [])
    >>> score(file, Loaded(["a", "b"], [["1", "2"], ["3", "4", ""]]))
    10.0
    >>> round(score(file, Loaded(["a", "b"], [["1", "2"], ["3;4"]])), 2)
    7.3
    """
    header = max((_measure(right, loaded.header) for right in file.headers), default=3.0)
    found = _counted(loaded.rows)
    wanted = _wanted(file, found)
    found -= _counted(file.optional) - wanted
    rows = _measure(wanted.elements(), found.elements())
    cells = _measure(_cells(wanted), _cells(found))
    return 1.0 + header + rows + cells


def _wanted(file: File, found: Counter[tuple[str, ...]]) -> Counter[tuple[str, ...]]:
    """Return the rows that have to be there, the broken one in the way in which it was found."""
    broken = [_bare(row) for row in file.broken]
    chosen = next((row for row in broken if row in found), broken[0] if broken else ())
    return _counted([*file.rows, chosen])


def _bare(row: Iterable[str]) -> tuple[str, ...]:
    """Return a row without the empty cells at its end."""
    cells = list(row)
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _counted(rows: Iterable[Iterable[str]]) -> Counter[tuple[str, ...]]:
    bare = Counter(map(_bare, rows))
    del bare[()]
    return bare


def _cells(rows: Counter[tuple[str, ...]]) -> list[str]:
    return [cell for row in rows.elements() for cell in row]


def _measure(wanted: Iterable[Hashable], found: Iterable[Hashable]) -> float:
    """Return precision + recall + F1. Nothing is perfect where nothing is wanted."""
    ours, theirs = (Counter(item for item in items if item != "") for items in (wanted, found))
    both = (ours & theirs).total()
    if not ours:
        return 3.0
    if not both:
        return 0.0
    precision, recall = both / theirs.total(), both / ours.total()
    return precision + recall + 2 * precision * recall / (precision + recall)


def chosen_files(every: int) -> list[File]:
    """Return every so-manieth file of each defect, the first of each included.

    >>> len(chosen_files(1)) > 2000
    True
    """
    seen: Counter[str] = Counter()
    chosen = []
    for file in files():
        if seen[file.defect] % every == 0:
            chosen.append(file)
        seen[file.defect] += 1
    return chosen


def run(reader: str, chosen: Sequence[File]) -> list[Score]:
    """Let a reader read these files, in other processes."""
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_try, [reader] * len(chosen), chosen, chunksize=16))


def _try(reader: str, file: File) -> Score:
    """Let a reader read a file. Whatever it raises is a refusal."""
    signal.signal(signal.SIGALRM, _stop)
    with tempfile.NamedTemporaryFile(suffix=".csv") as disk:
        disk.write(file.data)
        disk.flush()
        signal.alarm(TIMEOUT_S)
        try:
            loaded = READERS[reader](Path(disk.name))
        except Exception as error:  # readers raise of every kind
            return Score(file.defect, file.name, 0.0, f"{type(error).__name__}: {str(error)[:100]!r}")
        finally:
            signal.alarm(0)
    return Score(file.defect, file.name, score(file, loaded), _amiss(file, loaded))


def _stop(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"took over {TIMEOUT_S} s")


def _amiss(file: File, loaded: Loaded) -> str:
    """Say what differs, in a line."""
    if file.headers and all(_bare(loaded.header) != _bare(header) for header in file.headers):
        return f"header: {_cut(loaded.header)} for {_cut(file.headers[0])}"
    found = _counted(loaded.rows)
    wanted = _wanted(file, found)
    found -= _counted(file.optional) - wanted
    missing, more = list((wanted - found).elements()), list((found - wanted).elements())
    if not missing and not more:
        return ""
    return f"{len(missing)} rows missing, as {_cut(missing)}; {len(more)} too many, as {_cut(more)}"


def _cut(values: Sequence[object]) -> str:
    return str(values[0] if values and isinstance(values[0], tuple) else values)[:150]


def by_defect(scores: Iterable[Score]) -> list[tuple[str, list[Score]]]:
    """Return the scores of each defect, the one first that costs the most points in all."""
    kinds: defaultdict[str, list[Score]] = defaultdict(list)
    for each in scores:
        kinds[each.defect].append(each)
    return sorted(kinds.items(), key=lambda kind: -sum(10 - each.points for each in kind[1]))


def compare() -> Iterator[Line]:
    """Yield the score of each reader, and our costliest defects."""
    chosen = chosen_files(every=1)
    scores = {}
    for reader in READERS:
        scores[reader] = run(reader, chosen)
        yield Line(f"one defect, {reader}", summary(scores[reader]))
    for defect, kind in by_defect(scores["Pagecast"])[:COMPARED]:
        lost = sum(10 - each.points for each in kind) / len(chosen)
        if lost > LEAST:
            yield Line("  Pagecast loses", f"{lost:.3f} points by {defect}, on {len(kind)} files")


def summary(scores: Sequence[Score]) -> str:
    """Say what a reader's score is."""
    whole = sum(1 for each in scores if each.points > 10 - LEAST)
    points = statistics.fmean(each.points for each in scores)
    return f"{points:.2f} of 10 on {len(scores):,} files, {whole:,} of them without a loss"


def report(scores: Sequence[Score]) -> None:
    """Print a reader's score, and where it loses most."""
    print(summary(scores))
    for defect, kind in by_defect(scores)[:WORST]:
        lost = sum(10 - each.points for each in kind) / len(scores)
        if lost > LEAST:
            mean = statistics.fmean(each.points for each in kind)
            worst = min(kind, key=lambda each: each.points)
            print(f"  -{lost:.3f}  {defect}: {mean:.2f} on {len(kind)} files; {worst.points:.2f} in {worst.name}")
            print(f"          {worst.amiss}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", nargs="?", default="Pagecast", choices=READERS)
    parser.add_argument("--all", action="store_true", help="compare every reader")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="read every Nth file of each defect")
    parser.add_argument("--defect", help="read the files of one defect, and print what is amiss in each")
    parser.add_argument("--write", type=Path, metavar="FOLDER", help="write the files instead")
    options = parser.parse_args()
    if options.all:
        for line in compare():
            print(line, flush=True)
        return
    chosen = [file for file in chosen_files(options.every) if options.defect in (None, file.defect)]
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        for file in chosen:
            name = "".join(letter if letter.isalnum() else "-" for letter in f"{file.defect} {file.name}")
            (options.write / f"{name}.csv").write_bytes(file.data)
        return
    scores = run(options.reader, chosen)
    if options.defect:
        for each in scores:
            print(f"{each.points:6.2f}  {each.name}  {each.amiss}")
    report(scores)


if __name__ == "__main__":
    main()
