"""Guess the encoding of a text from a sample of it, and show what else the sample may be."""

import codecs
import re
from collections.abc import Iterator
from itertools import count, islice, zip_longest

from pagecast.protocol.tables import EncodingGuess
from pagecast.table.detectors import votes
from pagecast.table.ranking import rank
from pagecast.table.wide import wide_encoding

BLOCK = SAMPLE = 64 * 2**10
"""Bytes of text that are sampled together, and bytes of the whole sample: more would not change the guess."""

NEXT = 2
"""The number of other encodings that go with a guess."""

SHOWN_CELLS, SHOWN_CHARACTERS = 3, 60
"""Cells that go with each, and characters of a cell."""

COMPARED_CELLS = 1000
"""Cells among which those are chosen."""

_line_end = re.compile("\r\n|\n|\r")
_odd = re.compile(rb"[\0\x1b\x80-\xff]")
_invalid = re.compile("[\udc80-\udcff]")


class Sample:
    """A sample of a text to guess its encoding from: the lines that are not plain ASCII, up to 64 KiB of them.

    The sample is the same however the bytes arrive.

    >>> sample = Sample()
    >>> sample.feed("имя\\tгород\\nIvan\\nИван\\tМосква\\n".encode("cp1251"))
    >>> sample.guess()
    'cp1251'
    >>> sample.guesses("cp1251", "\\t")[1]
    EncodingGuess(encoding='mac-cyrillic', cells=('им€', 'город', '»ван'))
    """

    def __init__(self) -> None:
        self._lines = b""
        self._open = b""  # the beginning of a block
        self._ranked: tuple[int, list[str]] = (0, ["utf-8"])  # bytes of the sample, and the encodings by likelihood
        self._ended = False
        self._shown: tuple[tuple[int, str, str], tuple[EncodingGuess, ...]] = ((0, "", ""), ())  # for what, and what

    @property
    def is_full(self) -> bool:
        return len(self._lines) >= SAMPLE

    def __len__(self) -> int:
        """Return how many bytes there are to guess from."""
        return len(self._lines) + len(_odd_lines(self._open))

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the text."""
        if self.is_full:
            return
        data, begin = self._open + data, 0
        while len(data) - begin >= BLOCK and len(self._lines) < SAMPLE:
            end = _block_end(data, begin)
            self._lines += _odd_lines(data[begin:end])
            begin = end
        self._open = data[begin:] if len(self._lines) < SAMPLE else b""

    def finish(self) -> None:
        """Note that the text has ended: nothing is added to the sample any more."""
        self._ended = True

    def guess(self) -> str:
        """Return the likely encoding, one of ENCODINGS."""
        return self._ranking()[0]

    def guesses(self, name: str, delimiter: str) -> tuple[EncodingGuess, ...]:
        """Return the guess and the two next likely encodings that show another text, with cells that tell them apart.

        ``name``: the guess. ``delimiter``: the text between cells. While the text arrives, the answer stays the same
        until the sample has doubled.
        """
        asked = (len(self) if self._ended else 1 << len(self).bit_length(), name, delimiter)
        if self._shown[0] != asked:
            self._shown = asked, self._show(name, delimiter)
        return self._shown[1]

    def _show(self, name: str, delimiter: str) -> tuple[EncodingGuess, ...]:
        data = self._data
        ranking = self._ranking()
        others = ranking if len(ranking) > 1 else ["utf-8", *_rank(data)]
        shown = {name: data.decode(name, "replace")}
        for other in others:
            text = data.decode(other, "replace") if len(shown) <= NEXT else ""
            if text and text not in shown.values():
                shown[other] = text
        cells = _telling(list(islice(_differing(list(shown.values()), delimiter), COMPARED_CELLS)))
        return tuple(EncodingGuess(other, tuple(cell[at] for cell in cells)) for at, other in enumerate(shown))

    @property
    def _data(self) -> bytes:
        return self._lines + _odd_lines(self._open)

    def _ranking(self) -> list[str]:
        """Return the encodings that were ranked, the likeliest first; only one where there is no doubt."""
        data = self._data
        if len(data) != self._ranked[0]:
            self._ranked = len(data), _likeliest(data)
        return self._ranked[1]


def _likeliest(data: bytes) -> list[str]:
    """Return the encodings that a sample may be in.

    Text with more than twice as many characters beyond ASCII in valid UTF-8 as invalid bytes is damaged UTF-8.
    """
    if wide := wide_encoding(data):
        return [wide]
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(data)  # without half a last character
    invalid = len(_invalid.findall(text))
    if not invalid or sum(map("\x7f".__lt__, text)) > 2 * invalid:
        return ["utf-8"]
    return _rank(data)


def _rank(data: bytes) -> list[str]:
    return rank(data, votes(data))


def _differing(texts: list[str], delimiter: str) -> Iterator[tuple[str, ...]]:
    """Yield the cells that are not the same in all of these texts, each as every text shows it."""
    for lines in zip(*map(_line_end.split, texts), strict=False):
        for cells in zip_longest(*(_cells(line, delimiter) for line in lines), fillvalue=""):
            if len(set(cells)) > 1:
                same = next(at for at in count() if len({cell[at : at + 1] for cell in cells}) > 1)
                begin = same // SHOWN_CHARACTERS * SHOWN_CHARACTERS
                yield tuple(cell[begin : begin + SHOWN_CHARACTERS] for cell in cells)


def _cells(line: str, delimiter: str) -> list[str]:
    """Return the cells of a line, roughly: a quoted one may be cut in two, and is shown without its quotes."""
    return [cell.strip(' "') for cell in line.split(delimiter)]


def _telling(cells: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the first of these cells, and among them one for each encoding that shows it otherwise than the guess."""
    others = range(1, len(cells[0]) if cells else 0)
    firsts = {next((at for at, shown in enumerate(cells) if shown[other] != shown[0]), 0) for other in others}
    rest = [at for at in range(len(cells)) if at not in firsts]
    return [cells[at] for at in sorted([*firsts, *rest][:SHOWN_CELLS])]


def _block_end(data: bytes, begin: int) -> int:
    """Return where a block ends: after its last line, or else where no character is cut in two."""
    end = data.rfind(b"\n", begin, begin + BLOCK) + 1 or begin + BLOCK
    for last in range(end - 1, end - 4, -1):
        if data[last] < 0x80:
            return last + 1
    return end


def _odd_lines(data: bytes) -> bytes:
    """Return the lines that are not plain ASCII: they have a byte beyond it, or a control of UTF-16 or ISO-2022-JP."""
    if is_plain(data):
        return b""
    lines, end = [], 0
    while odd := _odd.search(data, end):
        begin = data.rfind(b"\n", end, odd.start()) + 1 or end
        end = data.find(b"\n", odd.start()) + 1 or len(data)
        lines.append(data[begin:end])
    return b"".join(lines)


def is_plain(data: bytes) -> bool:
    """Return whether bytes mean the same in all encodings but UTF-16 and UTF-32.

    >>> is_plain(b"cafe"), is_plain(b"caf\\xe9"), is_plain(b"\\x1b$Bkg")
    (True, False, False)
    """
    return data.isascii() and b"\0" not in data and b"\x1b" not in data
