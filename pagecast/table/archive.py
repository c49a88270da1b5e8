"""The files in an archive, and which of them is the table: by their names, as they come.

    a table      cities.tsv, data/genes.bed, prices: a name that tables have, or a name without an ending
    a companion  README.md, LICENSE, __MACOSX/..., .DS_Store, empty files: passed over
    another file mesh.obj, notes.md: passed over, unless it is the only file besides companions

One table is opened. An archive with several is refused, and the error names them. Where no file has the name of a
table and one other file is there, that one is opened: ``ArchiveRevised`` says its name, and the archive is read again.
"""

import re
from collections.abc import Iterator

from pagecast.protocol.errors import NotATable, SeveralTables

ZIP = "a ZIP archive"
TAR = "a tar archive"

MAX_FILES = 10_000
"""Files that an archive may hold: one with a table has few, one with millions would keep the server busy."""

MAX_NAMED = 5
"""Tables whose names a person is told: enough to recognize the archive. No more names are kept."""

MAX_NAME = 255
"""Characters of a file's name that are shown, as file systems allow."""

_table = re.compile(
    r"(tsv|csv|tab|txt|psv|ssv|asc|dat|data|tbl|out|bed|vcf|gff3?|gtf|sam|maf|gct|bedgraph|narrowpeak|rdb|sif|mtx)"
    r"(\.(gz|bz2|xz|zst))?",
    re.IGNORECASE,
)
_companion = re.compile(
    r"read[ _-]?me([._-](?!(txt|[ct]sv)$).*)?|"
    r"(licen[cs]e|copying|notice|changes|changelog|citation|authors|manifest|checksums?|(md5|sha\d+)sums?)"
    r"([._-].*)?",
    re.IGNORECASE,
)

# README.txt counts as a table: some archives have their table, or a second one, in a file of that name.

Container = tuple[re.Pattern[str], str, str]

_text = "“Text (Tab delimited)” or “CSV UTF-8”"
WORKBOOK_ADVICE = f"open it in its own program, and use File > Save As > {_text}"
UNPACK_ADVICE = "unpack it, and upload the table inside"

_CONTAINERS: tuple[Container, ...] = (
    (re.compile(r"xl/(workbook\.|worksheets/|_rels/|styles\.)"), "an Excel workbook (.xlsx)", WORKBOOK_ADVICE),
    (re.compile(r"word/(document\.|_rels/|styles\.)"), "a Word document (.docx)", "save its table as text (.tsv)"),
    (re.compile(r"ppt/(presentation\.|slides/|_rels/)"), "a PowerPoint presentation (.pptx)", "upload a text file"),
    (re.compile(r"Index/(Document|Metadata)\.iwa"), "a Numbers, Pages or Keynote document", "export it as CSV"),
    (re.compile(r"[^/]+\.npy"), "NumPy arrays (.npz)", "save each with numpy.savetxt(…, delimiter='\\t')"),
    (re.compile(r"AndroidManifest\.xml|classes\.dex"), "an Android app (.apk)", "upload a text file"),
    (re.compile(r"META-INF/MANIFEST\.MF"), "a Java archive (.jar)", "upload a text file"),
)
"""Files that are ZIP archives to a program: a name that each holds, what it is, and what to do."""

_OFFICE = re.compile(r"\[Content_Types\]\.xml|_rels/\.rels|docProps/.*")

_MIMETYPES: tuple[Container, ...] = (
    (re.compile(r"application/vnd\.oasis\.opendocument\.spreadsheet"), "a spreadsheet (.ods)", WORKBOOK_ADVICE),
    (re.compile(r"application/vnd\.oasis\.opendocument"), "an OpenDocument file", "save its table as text (.tsv)"),
    (re.compile(r"application/epub\+zip"), "an e-book (.epub)", "upload a text file"),
)
"""The same of those whose first file, ``mimetype``, says what they are (OpenDocument 1.3, part 2, section 3.3)."""


class ArchiveRevised(Exception):
    """Raised at the end of an archive that has to be read again: the table is ``member``."""

    def __init__(self, member: str) -> None:
        self.member = member


def shown_name(name: str) -> str:
    r"""Return the name of a file in an archive as it is safe to show.

    >>> shown_name("data/\x1b[31mcities.tsv")
    'data/[31mcities.tsv'
    """
    return "".join(letter for letter in name if letter.isprintable())[:MAX_NAME]


def kind_of_name(name: str) -> str:
    """Return ``table``, ``companion`` or ``other`` for the name of a file in an archive.

    >>> [kind_of_name(name) for name in ("a/cities.tsv", "prices", "README.md", "__MACOSX/._cities.tsv", "map.obj")]
    ['table', 'table', 'companion', 'companion', 'other']
    """
    *folders, last = name.replace("\\", "/").split("/")
    if "__MACOSX" in folders or not last or last.startswith(".") or last in ("Thumbs.db", "desktop.ini"):
        return "companion"
    if _companion.fullmatch(last):
        return "companion"
    if name == "mimetype" or _OFFICE.fullmatch(name):
        return "companion"
    stem, _, ending = re.sub(r"\.(gz|bz2|xz|zst)$", "", last, flags=re.IGNORECASE).rpartition(".")
    return "table" if not stem or _table.fullmatch(ending) else "other"


class Members:
    """Chooses the table among the files of an archive. ``what``: the archive's kind. ``chosen``: the table's name."""

    def __init__(self, what: str, chosen: str = "") -> None:
        self.what = what
        self.member = ""
        """The name of the table, safe to show."""
        self._chosen = chosen
        self._files = 0
        self._tables: list[str] = []
        self._others: list[str] = []  # at most MAX_NAMED
        self._is_office = False

    def is_wanted(self, name: str) -> bool:
        """Return whether the bytes of the next file may be the table's. Raises NotATable."""
        self._files += 1
        if self._files > MAX_FILES:
            raise NotATable(f"{self.what} with more than {MAX_FILES:,} files", UNPACK_ADVICE)
        for pattern, what, advice in _CONTAINERS:
            if self.what == ZIP and pattern.match(name):
                raise NotATable(what, advice)
        self._is_office = self._is_office or bool(_OFFICE.fullmatch(name))
        return shown_name(name) == self._chosen if self._chosen else kind_of_name(name) != "companion"

    def check_mimetype(self, text: str) -> None:
        """Raise NotATable where the file ``mimetype`` names another format."""
        for pattern, what, advice in _MIMETYPES:
            if pattern.match(text):
                raise NotATable(what, advice)

    def begin(self, name: str) -> bool:
        """Return whether a wanted file is the table, when it turns out to hold bytes. Raises SeveralTables."""
        shown = shown_name(name)
        is_table = bool(self._chosen) or kind_of_name(name) == "table"
        names = self._tables if is_table else self._others
        if len(names) <= MAX_NAMED:
            names.append(shown)
        if self._chosen and len(self._tables) > 1:
            return False  # two files of one name: the first one is the table
        if len(self._tables) > MAX_NAMED:
            self._refuse(self._tables)
        if is_table and len(self._tables) == 1:
            self.member = shown
            return True
        return False

    def finish(self) -> None:
        """Check that there was one table. Raises NotATable, SeveralTables, ArchiveRevised."""
        if self.member and (self._chosen or len(self._tables) == 1):
            return
        if self._tables:
            self._refuse(self._tables)
        if self._is_office:
            raise NotATable("an Office document", WORKBOOK_ADVICE)
        if len(self._others) == 1:
            raise ArchiveRevised(self._others[0])
        if self._others:
            self._refuse(self._others)
        raise NotATable(f"{self.what} without a table", "upload the table itself")

    def _refuse(self, names: list[str]) -> None:
        more = " …" if len(names) > MAX_NAMED else ""
        raise SeveralTables(", ".join(names[:MAX_NAMED]) + more)


class ArchiveReader:
    """Reads the table in an archive that arrives in pieces of any size."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self._waiting = b""  # bytes of the archive that are not read yet
        self._steps = self._read()

    @property
    def member(self) -> str:
        """The table's name; empty before its first byte."""
        return self._members.member

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take the next bytes, and yield those of the table. Raises NotATable, SeveralTables."""
        self._waiting += data
        while (piece := next(self._steps)) is not None:
            yield piece

    def finish(self) -> None:
        """Raise NotATable where the archive ends too early or has no table, SeveralTables, ArchiveRevised."""
        raise NotImplementedError

    def _read(self) -> Iterator[bytes | None]:
        """Yield the table's bytes, and None wherever more of the archive is needed. The iterator never ends."""
        raise NotImplementedError

    def _need(self, size: int) -> Iterator[None]:
        while len(self._waiting) < size:
            yield None

    def _take(self, size: int) -> bytes:
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken
