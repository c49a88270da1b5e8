"""From a file's bytes to its text in UTF-8: decompressed, out of its archive, without a byte order mark, decoded."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pagecast.protocol.errors import NotATable
from pagecast.protocol.tables import EncodingGuess
from pagecast.table.archive import UNPACK_ADVICE, ArchiveReader, ArchiveRevised
from pagecast.table.encoding import Decoder, bom_of
from pagecast.table.expand import Bounds, Expander, compression_of
from pagecast.table.sample import Sample, is_plain
from pagecast.table.signatures import check_is_table, check_is_text, has_signature
from pagecast.table.tar_archive import TarReader, is_tar
from pagecast.table.zip_archive import ZipReader, is_zip


class EncodingPlan(NamedTuple):
    """The encoding of a file, as far as it is known, and where in the file the text is."""

    name: str = "utf-8"
    """One of ENCODINGS."""
    sampled: int = 0
    """Bytes of the sample that it was guessed from."""
    member: str = ""
    """The name of the table in its archive, where the names before it had not told which file is the table."""


class EncodingRevised(Exception):
    """Raised where later bytes show that the text so far was decoded wrongly. ``plan`` is the better guess."""

    def __init__(self, plan: EncodingPlan) -> None:
        self.plan = plan


class TextReader:
    """Reads the text of one file, whose bytes arrive in pieces of any size.

    ``chosen``: the encoding, where somebody chose it. ``plan``: where to begin with the guess. ``guesses``: whether the
    guess may change. All methods raise NotATable and TooLarge, and EncodingRevised.

    >>> text = TextReader(Bounds(), None, EncodingPlan(), guesses=True)
    >>> b"".join(text.feed("\\ufeffOslo\\n".encode("utf-16-le"))) + b"".join(text.finish())
    b'Oslo\\n'
    >>> text.plan.name, text.bom, text.is_original
    ('utf-16-le', True, False)
    """

    def __init__(self, bounds: Bounds, chosen: str | None, plan: EncodingPlan, *, guesses: bool) -> None:
        self.plan = plan
        self.compression = "none"
        self.bom = False
        """Whether the text begins with a byte order mark."""
        self.is_original = True
        """Whether the text so far is the file itself, byte for byte."""
        self._bounds = bounds
        self._chosen = chosen
        self._file_head: bytes | None = b""  # the file's first bytes, until they tell its format
        self._expander: Expander | None = None
        self._expanded_head: bytes | None = None  # the same of what comes out of a compressed file
        self._archive: ArchiveReader | None = None
        self._text_head: bytes | None = b""  # the same of the text, which may have been compressed
        self._guesses = guesses
        self._sample = None if chosen else Sample()  # until the encoding is sure
        self._decoder: Decoder | None = None
        self._is_plain = self._is_empty = True  # whether the text so far is plain ASCII, and whether there is none

    @property
    def member(self) -> str:
        """The name of the table in its archive; empty outside of one."""
        return self._archive.member if self._archive else ""

    @property
    def is_given(self) -> bool:
        """Whether the encoding was chosen, or marked by a byte order mark."""
        return bool(self._chosen) or self.bom

    def encodings(self, delimiter: str) -> tuple[EncodingGuess, ...]:
        """Return the guess and the two next likely encodings; none where the encoding is given.

        ``delimiter``: the text between the cells that tell them apart.
        """
        return () if self._sample is None else self._sample.guesses(self.plan.name, delimiter)

    @property
    def is_decoded(self) -> bool:
        """Whether a decoder makes the text, so that it is valid UTF-8: with U+FFFD for invalid bytes."""
        return self._decoder is not None

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes of the file, and yield their text, in pieces of bounded size."""
        if self._file_head is not None:
            self._file_head += data
            if not has_signature(self._file_head):
                return
            data = self._open(self._file_head)
        yield from map(self._read, self._unpack(self._expand(data)))

    def finish(self) -> Iterator[bytes]:
        """Yield what is left when the file has ended."""
        if self._file_head is not None:
            yield from map(self._read, self._unpack(self._expand(self._open(self._file_head))))
        if self._expander is not None:
            self._expander.finish()
        if self._expanded_head is not None:
            yield from map(self._read, self._open_expanded(self._expanded_head))
        if self._archive is not None:
            self._finish_archive(self._archive)
        if self._text_head is not None:
            yield self._decode(self._begin(self._text_head))
        if self._decoder is not None:
            yield self._decoder.finish()

    def check(self) -> None:
        """Raise EncodingRevised where the whole file shows another encoding than its first part."""
        if self._sample is None:
            return
        self._sample.finish()
        if self._guesses and (name := self._sample.guess()) != self.plan.name:
            raise EncodingRevised(self.plan._replace(name=name, sampled=len(self._sample)))

    def _open(self, head: bytes) -> bytes:
        """Find out by the file's first bytes whether it is compressed, or a ZIP archive."""
        self._file_head = None
        if is_zip(head):
            self.compression, self.is_original = "zip", False
            self._archive = ZipReader(self._bounds, self.plan.member)
            return head
        self.compression = compression_of(head)
        if self.compression != "none":
            self._expander, self.is_original = Expander(self.compression, self._bounds), False
            self._expanded_head = b""
        return head

    def _expand(self, data: bytes) -> Iterable[bytes]:
        return (data,) if self._expander is None else self._expander.feed(data)

    def _unpack(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the bytes of the table, without the archive that it is in."""
        for data in pieces:
            if self._expanded_head is not None:
                self._expanded_head += data
                if has_signature(self._expanded_head):
                    yield from self._open_expanded(self._expanded_head)
            elif self._archive is not None:
                yield from self._archive.feed(data)
            else:
                yield data

    def _open_expanded(self, head: bytes) -> Iterable[bytes]:
        """Find out by the first bytes that come out of a compressed file whether they are a tar archive."""
        self._expanded_head = None
        if not is_tar(head):
            return (head,)
        self._archive = TarReader(self.plan.member)
        return self._archive.feed(head)

    def _finish_archive(self, archive: ArchiveReader) -> None:
        try:
            archive.finish()
        except ArchiveRevised as revised:
            raise EncodingRevised(self.plan._replace(member=revised.member)) from None

    def _read(self, data: bytes) -> bytes:
        """Return the text of some bytes that are not compressed any more."""
        if self._text_head is not None:
            self._text_head += data
            if not has_signature(self._text_head):
                return b""
            data = self._begin(self._text_head)
        return self._decode(data)

    def _begin(self, head: bytes) -> bytes:
        """Choose the decoder by the text's first bytes, and return them without the byte order mark."""
        self._text_head = None
        if self.compression != "none" and (inner := compression_of(head)) != "none":
            raise NotATable(f"a {inner} file inside a {self.compression} file", UNPACK_ADVICE)
        check_is_table(head)
        encoding, mark_bytes = bom_of(head)
        if not (encoding or self._chosen):
            check_is_text(head)
        if mark_bytes:
            self.bom, self.is_original = True, False
        if self._chosen:
            encoding = self._chosen
        elif mark_bytes:
            self._sample = None
        self._decode_as(encoding or self.plan.name)
        return head[mark_bytes:]

    def _decode_as(self, encoding: str) -> None:
        self.plan = self.plan._replace(name=encoding)
        if encoding != "utf-8":
            self._decoder, self.is_original = Decoder(encoding), False

    def _decode(self, data: bytes) -> bytes:
        if self._sample is not None:
            self._guess(self._sample, data)
        return data if self._decoder is None else self._decoder.feed(data)

    def _guess(self, sample: Sample, data: bytes) -> None:
        """Guess again whenever the sample has doubled."""
        sample.feed(data)
        size, sampled = len(sample), self.plan.sampled
        if self._guesses and size > sampled and (size >= 2 * sampled or sample.is_full):
            self.plan = self.plan._replace(sampled=size)
            name = sample.guess()
            if name != self.plan.name:
                if self._decoder is not None or not (self._is_empty or (self._is_plain and name[:6] != "utf-16")):
                    raise EncodingRevised(self.plan._replace(name=name))
                self._decode_as(name)  # the text so far is the same in both
        self._is_plain = self._is_plain and is_plain(data)
        self._is_empty = self._is_empty and not data
