"""The manifest of an upload: which objects hold its files, segment by segment.

A file is stored as segments, which are objects of their own: they can be read, and an upload resumed by another server,
while the rest still arrives. (S3 hides the segments of its multipart upload until that is complete.) No segment is ever
changed. Segments of one size that follow each other are one run, so that the manifest of a large file stays small.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pagecast.protocol.facts import Fact, changed, decoder


class Run(Fact, frozen=True):
    """Segments of one size, one behind the other."""

    stem: str
    """The beginning of their names: the kind of the file, and the writer."""
    begin: int
    """Where in the file the first one begins."""
    size: int
    """Bytes of each."""
    count: int = 1

    @property
    def end(self) -> int:
        """Where in the file the last one ends."""
        return self.begin + self.size * self.count

    def name(self, number: int) -> str:
        """Return the name of a segment, counted from 0."""
        return f"{self.stem}-{self.begin + number * self.size:012x}-{self.size:x}"

    def names(self) -> set[str]:
        """Return the names of all segments."""
        return {self.name(number) for number in range(self.count)}


class SegmentSpan(NamedTuple):
    """Some bytes of a segment."""

    name: str
    size: int
    """All its bytes."""
    span: range


class SegmentFile(Fact, frozen=True):
    """A file in segments.

    >>> file = SegmentFile().added("a", 4).added("a", 4).added("b", 3)
    >>> len(file.runs), file.size
    (2, 11)
    >>> [(segment.name, segment.span) for segment in file.segments(range(3, 9))]
    [('a-000000000000-4', range(3, 4)), ('a-000000000004-4', range(0, 4)), ('b-000000000008-3', range(0, 1))]
    >>> file.cut(7).size, file.cut(8).size
    (4, 8)
    """

    runs: tuple[Run, ...] = ()

    @property
    def size(self) -> int:
        """Its bytes."""
        return self.runs[-1].end if self.runs else 0

    def added(self, stem: str, size: int) -> "SegmentFile":
        """Return the file with one more segment."""
        last = self.runs[-1] if self.runs else None
        if last is not None and (last.stem, last.size) == (stem, size):
            return SegmentFile((*self.runs[:-1], changed(last, count=last.count + 1)))
        return SegmentFile((*self.runs, Run(stem, self.size, size)))

    def cut(self, size: int) -> "SegmentFile":
        """Return the file with those of its segments that are whole within its first ``size`` bytes."""
        runs = []
        for run in self.runs:
            count = min(run.count, (size - run.begin) // run.size)
            if count > 0:
                runs.append(changed(run, count=count))
            if count < run.count:
                break
        return SegmentFile(tuple(runs))

    def segments(self, span: range) -> Iterator[SegmentSpan]:
        """Yield the segments that hold the bytes of a range, as far as there are any, in order."""
        for run in self.runs if span else ():
            if run.end <= span.start or run.begin >= span.stop:
                continue
            first = max(0, span.start - run.begin) // run.size
            for number in range(first, run.count):
                begin = run.begin + number * run.size
                if begin >= span.stop:
                    break
                within = range(max(span.start - begin, 0), min(span.stop - begin, run.size))
                yield SegmentSpan(run.name(number), run.size, within)


NO_SEGMENTS = SegmentFile()


class Edition(Fact, frozen=True):
    """One reading of a file."""

    index: SegmentFile = NO_SEGMENTS
    table: SegmentFile | None = None
    """None where the inner form is the original."""


class Manifest(Fact, frozen=True):
    """All files of an upload."""

    original: SegmentFile = NO_SEGMENTS
    editions: Mapping[int, Edition] = {}
    last: int = 0
    """The edition that was begun last. No number is given twice."""

    @property
    def runs(self) -> dict[tuple[str, int, int], int]:
        """All runs: how many segments there are of each stem, begin and size. Several files may share segments."""
        files, runs = [self.original], dict[tuple[str, int, int], int]()
        for edition in self.editions.values():
            files += [edition.index, *([edition.table] if edition.table else [])]
        for run in (run for file in files for run in file.runs):
            key = run.stem, run.begin, run.size
            runs[key] = max(run.count, runs.get(key, 0))
        return runs

    @property
    def size(self) -> int:
        """Bytes of all segments."""
        return sum(size * count for (_, _, size), count in self.runs.items())

    @property
    def names(self) -> set[str]:
        """The names of all segments."""
        return _names(self.runs)

    def dropped(self, before: "Manifest") -> set[str]:
        """Return the names of the segments that an earlier manifest names, and this one does not."""
        runs = self.runs
        shorter = {run: count for run, count in before.runs.items() if count > runs.get(run, 0)}
        return _names(shorter) - self.names if shorter else set()


def _names(runs: dict[tuple[str, int, int], int]) -> set[str]:
    return {name for (stem, begin, size), count in runs.items() for name in Run(stem, begin, size, count).names()}


decode_manifest = decoder(Manifest)
