"""Files that people take for tables: recognized by their first bytes, and refused with advice.

A text is never taken for another format. Signatures of plain letters count only with a proof behind them that no text
has, such as a control character; and other bytes are no text where neither UTF-8, UTF-16 nor UTF-32 can read them and
control characters of many kinds are among them.
"""

import codecs
import re
from typing import NamedTuple

from pagecast.protocol.errors import NotATable
from pagecast.table.archive import UNPACK_ADVICE, WORKBOOK_ADVICE
from pagecast.table.tar_archive import BLOCK_BYTES, is_tar

HEAD_BYTES = BLOCK_BYTES
"""Bytes that are looked at: a tar archive is recognized by its first block."""

MIN_CONTROLS = 4
"""Kinds of control characters from which bytes are no text. Tables of Hive separate by three. Ours."""

MIN_SHARE = 0.3
"""The share of control characters from which even valid UTF-8 is no text. Ours."""

_control = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_no_character = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffd-\uffff]")
_between = re.compile("[\t\n ]")
_first_line = re.compile(rb"[^\n]*\n")

_CONTROL = rb"(?=.{0,59}?[\x00-\x08\x0e-\x1a\x1c-\x1f])"
"""The proof behind plain letters: a control character soon after them, as sizes and versions are written."""

_PICKLE = rb"([\x04\x05]\x95.{6}\x00\x00|[\x02\x03][]}(c\x8a])"
"""The length of a frame in protocols 4 and 5, and the first opcodes of older protocols."""

_SPSS = rb".{56}(\x00{3}[\x02\x03]|[\x02\x03]\x00{3})"
"""The layout code behind the name of the program."""


class Signature(NamedTuple):
    """The first bytes of a format."""

    begin: bytes
    """The bytes that it begins with."""
    what: str
    """The name of the format."""
    advice: str
    """Advice on what to do instead."""
    proof: bytes = b""
    """A regular expression for the bytes behind them."""


_upload = "upload a table of text, such as a .tsv or .csv file"
_export = "export the table as text (.tsv or .csv) in its own program"


def _by_duckdb(what: str) -> str:
    return f"export it, for example: duckdb -c \"copy {what} to 'table.tsv' (delimiter '\\t')\""


_parquet = _by_duckdb("'table.parquet'")
_sqlite = 'export one of its tables: sqlite3 -header -tabs file.db "select * from a_table" > table.tsv'
_pandas = "convert it in Python: pandas.read_{}(…).to_csv('table.tsv', sep='\\t', index=False)"
_numpy = "convert it in Python: numpy.savetxt('table.tsv', numpy.load(…), delimiter='\\t')"
_matlab = "export it in MATLAB: writetable(…, 'table.txt', 'Delimiter', 'tab')"
_in_r = "export it in R: write.table(x, 'table.tsv', sep='\\t', quote=FALSE)"

SIGNATURES = (
    # Pictures, sound, video
    Signature(b"\x89PNG\r\n", "a PNG image", _upload),
    Signature(b"\xff\xd8\xff", "a JPEG image", _upload),
    Signature(b"GIF87a", "a GIF image", _upload, _CONTROL),
    Signature(b"GIF89a", "a GIF image", _upload, _CONTROL),
    Signature(b"RIFF", "a WebP image", _upload, rb".{4}WEBP" + _CONTROL),
    Signature(b"RIFF", "an AVI video", _upload, rb".{4}AVI " + _CONTROL),
    Signature(b"RIFF", "a WAV sound", _upload, rb".{4}WAVE" + _CONTROL),
    Signature(b"BM", "a BMP image", _upload, rb".{4}\x00{4}.{4}[\x0c\x28\x34\x38\x40\x6c\x7c]\x00\x00\x00"),
    Signature(b"II*\0", "a TIFF image", _upload),
    Signature(b"MM\0*", "a TIFF image", _upload),
    Signature(b"II+\0", "a TIFF image", _upload),
    Signature(b"MM\0+", "a TIFF image", _upload),
    Signature(b"\0\0\1\0", "an icon (.ico)", _upload, rb"[\x01-\x20]\x00...\x00"),
    Signature(b"8BPS\0\1", "a Photoshop image", _upload),
    Signature(b"", "an MP4 or MOV video", _upload, rb"\x00\x00..(ftyp|moov|wide|free|skip|mdat)"),
    Signature(b"\x1a\x45\xdf\xa3", "a Matroska or WebM video", _upload),
    Signature(b"ID3", "an MP3 sound", _upload, rb"[\x02-\x04][\x00-\x08]"),
    Signature(b"OggS", "an Ogg sound or video", _upload, rb"\x00"),
    Signature(b"fLaC", "a FLAC sound", _upload, rb"[\x00\x80]\x00\x00\x22"),
    # Documents
    Signature(b"%PDF-", "a PDF document", _export, rb"[12]\.\d\s"),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel workbook or Office document (.xls)", WORKBOOK_ADVICE),
    Signature(b"\x09\x08\x10\0\0\6\5\0", "an old Excel workbook (.xls)", WORKBOOK_ADVICE),
    Signature(b"{\\rtf1", "an RTF document", _export, rb"[\\{\s]"),
    # Archives and compressed files. The readable ones come here where they are inside of another one.
    Signature(b"PK\3\4", "a ZIP archive", UNPACK_ADVICE),
    Signature(b"PK\7\x08PK", "a part of a split ZIP archive", UNPACK_ADVICE),
    Signature(b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK_ADVICE),
    Signature(b"Rar!\x1a\7", "a RAR archive", UNPACK_ADVICE),
    Signature(b"070701", "a cpio archive", UNPACK_ADVICE, rb"[0-9A-Fa-f]{104}[^\x00]{1,255}\x00"),
    Signature(b"\xc7\x71", "a cpio archive", UNPACK_ADVICE, _CONTROL),
    Signature(b"!<arch>\n", "an archive (.a, .deb)", UNPACK_ADVICE, rb"(debian-binary|/ |__\.SYMDEF|[!-~]{1,15}/? )"),
    Signature(b"MSCF\0\0\0\0", "a CAB archive", UNPACK_ADVICE),
    Signature(b"\x04\x22\x4d\x18", "an lz4 file", UNPACK_ADVICE),
    Signature(b"\x02\x21\x4c\x18", "an lz4 file", UNPACK_ADVICE),
    Signature(b"\x1f\x9d", "a compressed file (.Z)", UNPACK_ADVICE, rb"[\x80-\x9f]"),
    Signature(b"\x1f\xa0", "a compressed file (.Z)", UNPACK_ADVICE),
    Signature(b"LZIP\1", "an lzip file", UNPACK_ADVICE),
    Signature(b"\x89LZO\0", "an lzop file", UNPACK_ADVICE),
    Signature(b"\x5d\0\0", "an LZMA file", UNPACK_ADVICE, rb"..(\xff{8}|.{5}\x00{3})\x00"),
    Signature(b"\xff\6\0\0sNaPpY", "a Snappy file", UNPACK_ADVICE),
    Signature(b"", "a compressed file (skippable Zstandard frame)", UNPACK_ADVICE, rb"[\x50-\x5f]\x2a\x4d\x18"),
    Signature(b"\x37\xa4\x30\xec", "a Zstandard dictionary", _upload),
    # Programs
    Signature(b"\x7fELF", "a program", _upload, rb"[\x01\x02]"),
    Signature(b"MZ", "a Windows program (.exe, .dll)", _upload, rb"(?=.{0,60}?\x00\x00)"),
    Signature(b"\xfe\xed\xfa", "a Mac program", _upload, rb"[\xce\xcf]"),
    Signature(b"", "a Mac program", _upload, rb"[\xce\xcf]\xfa\xed\xfe"),
    Signature(b"\xca\xfe\xba\xbe", "a Java class or a Mac program", _upload),
    Signature(b"\0asm\1\0\0\0", "a WebAssembly program", _upload),
    # Data
    Signature(b"\x93NUMPY", "a NumPy array (.npy)", _numpy),
    Signature(b"\x89HDF\r\n", "an HDF5 file", _pandas.format("hdf")),
    Signature(b"MATLAB 5.0 MAT-file", "a MATLAB file (.mat)", _matlab, rb".{105}(\x00\x01IM|\x01\x00MI)"),
    Signature(b"CDF", "a NetCDF file", "export a variable of it as text", rb"[\x01\x02\x05]"),
    Signature(b"PAR1", "a Parquet file", _parquet, _CONTROL),
    Signature(b"PARE", "an encrypted Parquet file", _parquet, _CONTROL),
    Signature(b"ARROW1\0\0", "an Arrow or Feather file", _pandas.format("feather")),
    Signature(b"FEA1", "a Feather file", _pandas.format("feather"), _CONTROL),
    Signature(b"\xff\xff\xff\xff", "an Arrow stream", "export it as text", rb"..\x00\x00[\x08-\x20]\x00\x00\x00"),
    Signature(b"ORC", "an ORC file", _pandas.format("orc"), _CONTROL),
    Signature(b"Obj\1", "an Avro file", "export it as text"),
    Signature(b"SQLite format 3\0", "an SQLite database", _sqlite),
    Signature(b"", "a DuckDB database", _by_duckdb("a_table"), rb".{8}DUCK.\x00{3}"),
    Signature(b"\x80", "a Python pickle", _pandas.format("pickle"), _PICKLE),
    Signature(b"RDX", "an R data file (.RData)", _in_r, rb"[23]\nX\n\x00"),
    Signature(b"X\n", "an R data file (.rds)", _in_r, rb"\x00{3}[\x02\x03]"),
    Signature(bytes(12) + b"\xc2\xea\x81\x60", "a SAS file (.sas7bdat)", _pandas.format("sas")),
    Signature(b"HEADER RECORD*******LIB", "a SAS transport file (.xpt)", _pandas.format("sas"), rb"(RARY|V8)"),
    Signature(b"<stata_dta>", "a Stata file (.dta)", _pandas.format("stata"), rb"<header><release>"),
    Signature(b"", "a Stata file (.dta)", _pandas.format("stata"), rb"[\x69-\x73][\x01\x02]\x01\x00"),
    Signature(b"$FL2@(#)", "an SPSS file (.sav)", _pandas.format("spss"), _SPSS),
    Signature(b"$FL3@(#)", "an SPSS file (.zsav)", _pandas.format("spss"), _SPSS),
)
"""The formats, as their specifications begin them."""

_PATTERNS = [(re.compile(re.escape(form.begin) + form.proof, re.DOTALL), form) for form in SIGNATURES]
_BEGINS = tuple(form.begin for form in SIGNATURES if form.proof and form.begin)


def has_signature(first: bytes) -> bool:
    """Return whether the beginning of a file is long enough to recognize it.

    A signature is, and so is a first line in valid UTF-8 that neither has control characters nor begins as a signature.

    >>> has_signature(b"city\\n"), has_signature(b"BM\\n"), has_signature(b"\\0\\n")
    (True, False, False)
    """
    return len(first) >= HEAD_BYTES or _first_text_line(first) is not None or _form_of(first) is not None


def check_is_table(first: bytes) -> None:
    """Raise NotATable where the first bytes of a file are those of another format.

    The answer is the same for any bytes of which ``has_signature`` is true: at most HEAD_BYTES of them count.
    """
    if _first_text_line(first) is not None:
        return
    if form := _form_of(first):
        raise NotATable(form.what, form.advice)
    if is_tar(first):
        raise NotATable("a tar archive", "compress it (.tar.gz), or unpack it and upload the table inside")


def check_is_text(first: bytes) -> None:
    """Raise NotATable where the first bytes of a file are plainly no text in any encoding."""
    head = first[:HEAD_BYTES]
    if _first_text_line(head) is not None:
        return
    controls = _control.findall(head)
    is_many = len(set(controls)) >= MIN_CONTROLS and (not _is_utf8(head) or len(controls) > MIN_SHARE * len(head))
    if (is_many or head == bytes(HEAD_BYTES)) and not _is_wide_text(head):
        raise NotATable("a binary file", _export)


def _form_of(first: bytes) -> Signature | None:
    return next((form for pattern, form in _PATTERNS if pattern.match(first, 0, HEAD_BYTES)), None)


def _first_text_line(first: bytes) -> bytes | None:
    """Return the first line where it proves that the file is text."""
    line = _first_line.match(first, 0, HEAD_BYTES)
    if line is None or first.startswith(_BEGINS) or _control.search(line[0]) or not _is_utf8(line[0]):
        return None
    return line[0]


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.end >= len(data) == HEAD_BYTES and error.reason == "unexpected end of data"
    return True


def _is_wide_text(head: bytes) -> bool:
    """Return whether these bytes are text in UTF-16 or UTF-32."""
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)  # without half a last character
        if _between.search(text) and not _no_character.search(text):
            return True
    return False
