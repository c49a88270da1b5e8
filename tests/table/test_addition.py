"""Rows that are added to a table read as if the whole had come at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.memory.store import MemoryStore
from pagecast.protocol.errors import CannotGrow, EmptyFile, NotATable
from pagecast.protocol.facts import changed
from pagecast.protocol.tables import Choices
from pagecast.service.intake import Intake
from pagecast.table.addition import AppendReader, check_can_grow, line_end_of
from pagecast.table.draft import Draft
from pagecast.table.index import index_entries
from pagecast.table.ingest import UNBOUNDED, Ingest
from pagecast.table.layout import SNIFFED
from pagecast.table.version import Version
from tests.service.house import page_of, version_of

lines = st.lists(st.sampled_from(["city\tpeople", "Oslo\t709037", "", "naïve", '"a\t"', "x" * 40]), max_size=130)


async def read(data: bytes, onto: tuple[MemoryStore, Version] | None = None) -> tuple[MemoryStore, Version]:
    """Store some bytes as a version of their own, or add them to one; return the store and the version."""
    store, version = onto or (MemoryStore(), None)
    choices = (
        Choices("utf-8", "tab", "literal") if not data.startswith(b"\xff\xfe") else Choices(None, "tab", "literal")
    )
    choices = onto[1].choices if onto else choices  # or a quote that is added would change how the whole is read
    draft = Draft("k", "u", "t.tsv", None, "", "2026-11-21T09:30:00Z", False, adds=onto is not None, choices=choices)
    if version is None:
        intake = Intake(draft, await store.begin(draft), UNBOUNDED)
    else:
        reader = AppendReader(version, await page_of(store, "u", version, version.pages))
        seal = line_end_of(version) if reader.is_open else b""
        intake = Intake(draft, await store.extend(draft, version), UNBOUNDED, reader, version.received)
        await intake.add(seal)
    for begin in range(0, len(data), 7):
        await intake.add(data[begin : begin + 7])
    await intake.finish()
    read = intake.version(1)
    assert read is not None
    return store, read


@given(
    first=lines, added=lines, encoding=st.sampled_from(["utf-8", "utf-16"]), line_end=st.sampled_from(["\n", "\r\n"])
)
async def test_added_rows_read_as_if_the_file_had_held_them(
    first: list[str], added: list[str], encoding: str, line_end: str
) -> None:
    first, added = ["n\tword", *first], [*added, "last\t1"]
    begun = line_end.join(first).encode(encoding)
    rest = line_end.join(added).encode("utf-16-le" if encoding == "utf-16" else encoding)
    before = await read(begun)
    seal = b"" if first[-1] == "" else line_end_of(before[1])
    whole_store, whole = await read(begun + seal + rest)
    store, version = await read(rest, before)
    facts = {"kinds": whole.kinds, "dialect": whole.dialect, "edition": whole.edition}
    # What is usual was settled before the rows were added.
    facts |= {name: getattr(whole, name) for name in ("usual_cells", "irregular", "irregular_rows")}
    assert changed(version, **facts) == whole
    assert version.dialect.line_end in (whole.dialect.line_end, "mixed")
    for page_no in range(1, whole.pages + 1):
        assert await page_of(store, "u", version, page_no) == await page_of(whole_store, "u", whole, page_no)
    assert await store.original("u", version, range(10**6)) == begun + seal + rest
    assert bytes(store.files["k"].indexes[version.edition]) == bytes(whole_store.files["k"].indexes[whole.edition])


async def test_a_lone_header_names_the_columns_of_added_rows() -> None:
    before = await read(b"city\tpeople")
    assert not before[1].dialect.header
    _, version = await read(b"Oslo\t709037\n", before)
    assert (version.kinds, version.dialect.header) == ("tn", True)


async def test_added_line_ends_of_another_kind_make_the_file_mixed() -> None:
    _, version = await read(b"Oslo\tNO\r\n", await read(b"city\tcountry\n"))
    assert version.dialect.line_end == "mixed"
    assert not version.clean


async def test_an_addition_without_rows_is_refused() -> None:
    for nothing in (b"", b"\n", b"\r\n\n"):
        with pytest.raises(EmptyFile):
            await read(nothing, await read(b"city\tcountry\n"))


async def test_only_text_can_be_added() -> None:
    for data in (b"\x1f\x8b\x08\0\0\0\0\0", b"\x89PNG\r\n\x1a\n"):
        addition = AppendReader(version_of(2), b"a\tb\nc\td\n")
        with pytest.raises(NotATable):
            addition.feed(data)


def test_a_compressed_table_takes_no_rows() -> None:
    version = version_of(2)
    check_can_grow(version)
    with pytest.raises(CannotGrow, match="a gzip file"):
        check_can_grow(changed(version, dialect=changed(version.dialect, compression="gzip")))


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("delimiter", "comma"),
        ("quoting", "quoted"),
        ("line_end", "cr"),
        ("line_end", "crcrlf"),
        ("skip_initial_space", True),
    ],
)
def test_only_plain_tab_separated_text_takes_rows(member: str, value: object) -> None:
    version = version_of(2)
    with pytest.raises(CannotGrow, match="plain tab-separated text"):
        check_can_grow(changed(version, dialect=changed(version.dialect, **{member: value})))


def test_a_table_whose_comments_were_chosen_takes_no_rows() -> None:
    version = version_of(2)
    check_can_grow(changed(version, dialect=changed(version.dialect, comment="#")))  # detected: a tab ends a cell
    with pytest.raises(CannotGrow, match="plain tab-separated text"):
        check_can_grow(changed(version, choices=Choices(comment="#")))


def test_a_long_addition_to_a_short_table_is_read_in_part_for_its_header() -> None:
    addition = AppendReader(changed(version_of(2), choices=Choices(header=True)), b"city\tpeople\nOslo\t7\n")
    addition.feed(b"x" * SNIFFED)
    addition.feed(b"\ty\n")
    assert addition.finish().pages == []
    assert (addition.dialect.header, addition.kinds) == (True, ["text", "number"])


def test_pages_go_on_where_the_table_ends() -> None:
    ingest, table = Ingest(), b"".join(b"%d\n" % n for n in range(250))
    pages = [*ingest.feed(table).pages, *ingest.finish().pages]
    assert len(pages) == 3
    addition = AppendReader(changed(version_of(250), table_size=len(table), columns=1), b"249\n")
    assert addition.feed(b"x\n" * 60).pages == [len(table) + 2 * 50]
    assert index_entries(addition.finish().pages) == b""
    assert addition.scanner.rows == 310


def test_rows_added_to_a_version_whose_usual_cells_are_not_known_are_not_called_irregular() -> None:
    for usual, irregular in ((0, 0), (2, 1)):
        addition = AppendReader(changed(version_of(2), usual_cells=usual), b"1\n")
        addition.feed(b"x\ty\nz\n")
        addition.finish()
        assert addition.irregular[0] == irregular


async def test_notes_before_the_header_stay_notes() -> None:
    before = b"##source=x\n#CHROM\tPOS\n1\t7\n"
    _, version = await read(b"2\t9\n", await read(before))
    assert (version.preamble, version.dialect.header, version.kinds) == (1, True, "n2")


async def test_added_rows_may_show_the_lens_of_a_short_table_and_not_change_that_of_a_long_one() -> None:
    _, version = await read("Bonn\t0,5 €\n".encode(), await read(b"town\tprice\nOslo\t7\n"))
    assert (list(version.column_kinds), list(version.column_lenses)) == (["text", "number"], ["", "comma"])
    long = await read(b"town\tprice\n" + b"Oslo\t1,5\n" * 150)
    _, version = await read(b"Bonn\t1.5\n", long)
    assert list(version.column_lenses) == list(long[1].column_lenses) == ["", "comma"]
