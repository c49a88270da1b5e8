"""What a Store promises, held by those on disk and on an object store, and by their twin in memory: the same cases."""

import asyncio
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pagecast.edges.disk.store
import pagecast.edges.objects.store
import pagecast.memory.store
from pagecast.edges.disk.space import Space
from pagecast.edges.disk.store import DiskStore
from pagecast.edges.objects.bucket import Bucket
from pagecast.edges.objects.store import ObjectStore
from pagecast.memory.store import MemoryStore
from pagecast.ports.storage import DraftFile, RecordChanged, Store
from pagecast.protocol.errors import StorageFailed, TooManyViews
from pagecast.protocol.facts import changed
from pagecast.protocol.people import Person
from pagecast.protocol.talk import Message
from pagecast.room.record import Record
from pagecast.room.talk import Talk
from pagecast.table.cells import rows_of
from pagecast.table.draft import Draft
from pagecast.table.ingest import Ingest
from pagecast.table.version import Version
from pagecast.view.view import LongView
from tests.seaweed import BUCKET
from tests.service.house import page_of, save, saved, version_of
from tests.table.pieces import cut, pieces_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
READER, OTHER_READER = "d1f3a0c6-58b4-4f0e-9a27-6c1be02f7d43", "e2f3a0c6-58b4-4f0e-9a27-6c1be02f7d43"
OTHER = "0f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"

CLEAN = b"".join(b"%d\tcell\n" % row for row in range(1, 351))
LATE_CRLF = CLEAN + b"end\tof it\r\n" * 150
"""A file that turns out not to be the inner form when most of it is stored."""
FILES = {
    "clean": CLEAN,
    "with blank lines": b"\n\n" + CLEAN.replace(b"0\t", b"0\n\t"),
    "with CRLF": CLEAN.replace(b"\n", b"\r\n"),
    "with CRLF in the end": LATE_CRLF,
    "with a mark": b"\xef\xbb\xbf" + CLEAN,
    "one row": b"a",
}


def draft_of(key: str, uuid: str = UUID) -> Draft:
    return Draft(key, uuid, "cities.tsv", None, "", "2026-11-21T09:30:00Z", True)


def store_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> Store:
    """A new store of a kind. One on an object store has a prefix of its own there."""
    if kind == "memory":
        return MemoryStore()
    if kind == "disk":
        return DiskStore(folder)
    request.getfixturevalue("object_store")
    return ObjectStore(Bucket(f"s3://{BUCKET}/{uuid4()}"), folder, Space(folder))


@pytest.fixture(params=["memory", "disk", "objects"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    return store_of(request.param, request, tmp_path)


class Upload:
    """An upload as an intake would write it."""

    def __init__(self, file: DraftFile, key: str) -> None:
        self.file, self.key, self.ingest, self.received = file, key, Ingest(), 0

    def take(self, data: bytes) -> None:
        self.received += len(data)
        self.file.write(data)
        self.file.append(self.ingest.feed(data))

    def replay(self) -> bytes:
        read = b""
        for data in self.file.replay():
            self.file.append(self.ingest.feed(data))
            read += data
        self.received = len(read)
        return read

    def finish(self) -> Version:
        self.file.append(self.ingest.finish())
        self.file.commit()
        return self.version()

    def version(self) -> Version:
        scanner = self.ingest.scanner
        version = version_of(scanner.rows, self.key)
        version = changed(version, received=self.received)
        return changed(version, table_size=scanner.scanned, clean=self.ingest.clean, edition=self.file.edition)


async def stored(store: Store, file: bytes, *, size: int = 1000, key: str = "c2b7", uuid: str = UUID) -> Version:
    draft = draft_of(key, uuid)
    upload = Upload(await store.begin(draft), key)
    for piece in pieces_of(file, size):
        upload.take(piece)
    version = upload.finish()
    await store.end(draft)
    return version


async def all_rows(store: Store, version: Version, uuid: str = UUID) -> list[list[str]]:
    return [row for page in range(1, version.pages + 1) for row in rows_of(await page_of(store, uuid, version, page))]


def rows_in(file: bytes) -> list[list[str]]:
    """The rows of a file, by other means than ours."""
    lines = file.decode("utf-8-sig").replace("\r\n", "\n").split("\n")
    return [line.split("\t") for line in lines if line]


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("size", [7, 1000, 10**6])
async def test_the_pages_of_a_version_are_the_rows_of_its_file(store: Store, what: str, size: int) -> None:
    file = FILES[what]
    version = await stored(store, file, size=size)
    assert version.clean == (what in ("clean", "with blank lines", "one row"))
    assert await all_rows(store, version) == rows_in(file)
    assert rows_of(await page_of(store, UUID, version, version.pages)) == rows_in(file)[(version.pages - 1) * 100 :]


@pytest.mark.parametrize("what", FILES)
async def test_the_original_is_what_was_sent_whole_and_in_part(store: Store, what: str) -> None:
    file = FILES[what]
    version = await stored(store, file)
    assert await store.original(UUID, version, range(len(file))) == file
    for span in (range(0), range(1), range(3, 9), range(len(file) - 1, len(file)), range(len(file), len(file))):
        assert await store.original(UUID, version, span) == file[span.start : span.stop]


@pytest.mark.parametrize("what", FILES)
async def test_pages_can_be_read_while_the_draft_grows(store: Store, what: str) -> None:
    file = FILES[what]
    upload = Upload(await store.begin(draft_of("c2b7")), "c2b7")
    shown: list[Version] = []
    for piece in pieces_of(file, 333):
        upload.take(piece)
        shown.append(upload.version())
        assert await all_rows(store, shown[-1]) == rows_in(file)[: shown[-1].rows]
    upload.finish()
    for version in shown:  # what was said of it earlier can still be read
        assert await all_rows(store, version) == rows_in(file)[: version.rows]


@pytest.mark.parametrize("what", FILES)
@pytest.mark.parametrize("closed", [True, False], ids=["closed", "killed"])
async def test_a_draft_can_be_gone_on_with(store: Store, what: str, closed: bool) -> None:
    file = FILES[what]
    half = len(file) // 2
    upload = Upload(await store.begin(draft_of("c2b7")), "c2b7")
    for piece in pieces_of(file[:half], 250):
        upload.take(piece)
    upload.file.sync()
    if closed:
        upload.file.close()
    seen = upload.version()

    again = Upload(await store.reopen(draft_of("c2b7")), "c2b7")
    assert await all_rows(store, seen) == rows_in(file)[: seen.rows]
    assert again.replay() == file[:half]
    assert changed(again.version(), edition=seen.edition) == seen
    assert await all_rows(store, seen) == rows_in(file)[: seen.rows]
    for piece in pieces_of(file[half:], 250):
        again.take(piece)
    version = again.finish()
    assert await all_rows(store, version) == rows_in(file)
    assert await store.original(UUID, version, range(len(file))) == file


async def test_pages_can_be_read_while_a_draft_is_gone_through_again(store: Store) -> None:
    for key, file in (("clean", CLEAN), ("crlf", FILES["with CRLF"])):
        first = Upload(await store.begin(draft_of(key)), key)
        first.take(file)
        first.file.close()
        seen = first.version()
        again = await store.reopen(draft_of(key))
        ingest = Ingest()
        for data in again.replay():
            assert await all_rows(store, seen) == rows_in(file)
            again.append(ingest.feed(data))
            assert await all_rows(store, seen) == rows_in(file)
        again.close()


async def test_a_draft_without_a_byte_can_be_gone_on_with(store: Store) -> None:
    (await store.begin(draft_of("c2b7"))).close()
    upload = Upload(await store.reopen(draft_of("c2b7")), "c2b7")
    assert upload.replay() == b""
    upload.take(b"a\tb\n")
    assert await all_rows(store, upload.finish()) == [["a", "b"]]


async def test_drafts_are_those_that_have_not_ended(store: Store) -> None:
    drafts = [draft_of(key) for key in ("a1", "b2", "c3")]
    assert await store.drafts() == []
    for draft in drafts:
        await store.begin(draft)
    assert await store.drafts() == drafts
    await store.end(drafts[1])
    assert await store.drafts() == [drafts[0], drafts[2]]
    await store.end(drafts[1])  # once more does no harm
    assert await store.drafts() == [drafts[0], drafts[2]]


async def test_an_upload_that_has_not_ended_can_be_taken_over(store: Store) -> None:
    draft = draft_of("a1" * 16)
    await store.begin(draft)
    assert await store.load_draft("b2" * 16) is None
    assert await store.load_draft("a1" * 16) == draft
    assert await store.drafts() == [draft]
    await store.end(draft)
    assert await store.load_draft("a1" * 16) is None


@pytest.mark.parametrize("what", ["clean", "with CRLF"])
async def test_what_is_discarded_is_gone_and_nothing_else_is(store: Store, what: str) -> None:
    kept = await stored(store, FILES[what], key="kept")
    for key, uuid in (("gone", UUID), ("alone", OTHER)):
        upload = Upload(await store.begin(draft_of(key, uuid)), key)
        upload.take(FILES[what])
        upload.file.discard()
        with pytest.raises(StorageFailed):
            await page_of(store, uuid, upload.version(), 1)
        with pytest.raises(StorageFailed):
            await store.original(uuid, upload.version(), range(1))
    assert await all_rows(store, kept) == rows_in(FILES[what])


async def test_a_draft_that_was_closed_can_be_discarded(store: Store) -> None:
    upload = Upload(await store.begin(draft_of("c2b7")), "c2b7")
    upload.take(CLEAN)
    upload.file.close()
    upload.file.discard()
    with pytest.raises(StorageFailed):
        await page_of(store, UUID, upload.version(), 1)


async def test_what_is_forgotten_is_gone_and_nothing_else_is(store: Store) -> None:
    old, new = [await stored(store, FILES["with CRLF"], key=key) for key in ("old", "new")]
    await store.remove_version(UUID, old)
    with pytest.raises(StorageFailed):
        await page_of(store, UUID, old, 1)
    assert await all_rows(store, new) == rows_in(FILES["with CRLF"])
    await store.remove_version(UUID, old)  # once more does no harm


async def read_as_crlf(store: Store, version: Version) -> Version:
    """The same file in a new edition, as a re-reading makes one."""
    again = Upload(await store.read_again(UUID, version), version.key)
    again.replay()
    return again.finish()


async def test_an_edition_that_somebody_uses_stays(store: Store) -> None:
    old = await stored(store, FILES["with CRLF"])
    new = await read_as_crlf(store, old)
    with store.lease(old.key, old.edition):
        await store.remove_editions(UUID, old.key, frozenset([new.edition]))
        await store.sweep(30, frozenset({UUID}))
        assert await all_rows(store, old) == rows_in(FILES["with CRLF"])
    await store.remove_editions(UUID, old.key, frozenset([new.edition]))
    with pytest.raises(StorageFailed):
        await page_of(store, UUID, old, 1)
    assert await all_rows(store, new) == rows_in(FILES["with CRLF"])


async def test_no_edition_of_a_file_is_removed_while_it_is_read_again(store: Store) -> None:
    old = await stored(store, FILES["with CRLF"])
    with store.lease(old.key):
        again = Upload(await store.read_again(UUID, old), old.key)
        await store.remove_editions(UUID, old.key, frozenset([old.edition]))
        await store.remove_version(UUID, old)
        again.replay()
        new = again.finish()
    assert await all_rows(store, new) == await all_rows(store, old) == rows_in(FILES["with CRLF"])


async def test_the_number_of_a_removed_edition_is_not_given_again(store: Store) -> None:
    old = await stored(store, CLEAN)
    numbers = [old.edition]
    for _ in range(3):
        numbers.append((await read_as_crlf(store, old)).edition)
        await store.remove_editions(UUID, old.key, frozenset([old.edition]))
    assert numbers == sorted(set(numbers))


async def test_files_that_a_record_names_are_never_removed(store: Store) -> None:
    """Not for an upload that is taken for unfinished, nor for a version that gives way, nor by a sweep."""
    draft = draft_of("c2b7")
    upload = Upload(await store.begin(draft), "c2b7")
    upload.take(CLEAN)
    version = upload.finish()
    await save(store, UUID, Record(1, (version,)))
    (await store.reopen(draft)).discard()
    await store.remove_version(UUID, version)
    await store.remove_editions(UUID, "c2b7", frozenset())
    await store.end(draft)
    await store.sweep(30, frozenset())
    assert await all_rows(store, version) == rows_in(CLEAN)
    assert await store.original(UUID, version, range(len(CLEAN))) == CLEAN


async def test_a_file_that_has_grown_is_read_again_as_far_as_it_is_the_versions(store: Store) -> None:
    short = await stored(store, CLEAN)
    draft = draft_of(short.key)
    grown = await store.extend(draft, short)
    grown.write(b"more\trows\n")
    grown.commit()
    again = await read_as_crlf(store, short)
    assert await all_rows(store, again) == rows_in(CLEAN)
    assert await store.original(UUID, short, range(len(CLEAN), len(CLEAN) + 10)) == b"more\trows\n", "nothing is cut"


async def test_a_record_is_what_was_saved_last(store: Store) -> None:
    assert await store.load(UUID) is None
    for record in (Record(1, (version_of(7),)), Record(3, (version_of(7), version_of(300, "second", number=2)))):
        await save(store, UUID, record)
        assert await saved(store, UUID) == record
    assert await store.load(OTHER) is None


async def test_a_record_is_replaced_by_one_that_was_made_of_it_and_by_no_other(store: Store) -> None:
    first = await store.save(UUID, Record(1, (version_of(7),)))
    assert first.revision == 1
    second = await store.save(UUID, changed(first, page_no=2))
    for stale in (Record(9), first, changed(second, revision=99)):
        with pytest.raises(RecordChanged):
            await store.save(UUID, stale)
    assert await store.load(UUID) == second == changed(first, page_no=2, revision=2)


async def test_of_many_saves_at_once_one_stands(store: Store) -> None:
    first = await store.save(UUID, Record(1, (version_of(7),)))
    saves = [store.save(UUID, changed(first, page_no=page_no)) for page_no in range(2, 12)]
    done = await asyncio.gather(*saves, return_exceptions=True)
    (saved_one,) = [one for one in done if isinstance(one, Record)]
    assert sum(isinstance(one, RecordChanged) for one in done) == 9
    assert await store.load(UUID) == saved_one


async def test_a_read_only_uuid_leads_to_the_document_that_was_saved_with_it(store: Store) -> None:
    assert await store.find(READER) is None
    for page in (1, 2):
        await save(store, UUID, Record(page, (version_of(7),), READER))
        await save(store, OTHER, Record(page, (version_of(7),), OTHER_READER))
        assert (await store.find(READER), await store.find(OTHER_READER)) == (UUID, OTHER)
    await store.sweep(30, frozenset())
    assert (await store.find(READER), await store.find(UUID)) == (UUID, None)


async def test_the_talk_is_what_was_kept_last(store: Store) -> None:
    await save(store, UUID, Record(1, (version_of(7),), READER))
    assert await store.load_talk(UUID) is None
    for number in (1, 2):
        talk = Talk(
            number, (Message(number, "2026-11-21T09:30:00Z", Person("9f2c", "Otter"), "hello"),), speak=number == 2
        )
        await store.save_talk(UUID, talk)
        assert await store.load_talk(UUID) == talk
    assert await store.load_talk(OTHER) is None


async def test_a_view_is_kept_under_its_name(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    await save(store, UUID, Record(1, (version_of(7),), READER))
    assert await store.load_view(UUID, "ab12") is None
    await store.save_view(UUID, "ab12", LongView("gene__in=a,b"))
    assert await store.load_view(UUID, "ab12") == LongView("gene__in=a,b")
    assert await store.load_view(OTHER, "ab12") is None
    for module in (pagecast.memory.store, pagecast.edges.disk.store, pagecast.edges.objects.store):
        monkeypatch.setattr(module, "MOST_VIEWS", 1)
    await store.save_view(UUID, "ab12", LongView("gene__in=a,b"))
    with pytest.raises(TooManyViews):
        await store.save_view(UUID, "cd34", LongView("gene__in=c"))
    await store.sweep(30, frozenset())
    assert await store.load_view(UUID, "ab12") == LongView("gene__in=a,b")


async def test_sweeping_takes_nothing_that_is_in_use_or_was_opened_lately(store: Store) -> None:
    for uuid in (UUID, OTHER):
        version = await stored(store, CLEAN, key=uuid, uuid=uuid)
        await save(store, uuid, Record(1, (version,)))
    await store.sweep(30, frozenset())
    await store.sweep(0.001, frozenset({UUID, OTHER}))
    for uuid in (UUID, OTHER):
        record = await store.load(uuid)
        assert record is not None
        assert await all_rows(store, record.versions[0], uuid) == rows_in(CLEAN)


LINES = st.lists(st.sampled_from([b"a\tb\n", b"\n", b"c\r\n", b"d\xc3\xa9\n", b"\xef\xbb\xbf\n"]), max_size=250)


@pytest.mark.parametrize("kind", ["memory", "disk", "objects"])
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, places=st.lists(st.integers(0, 5000), max_size=6), stop=st.integers(0, 7))
async def test_any_file_is_read_back_however_it_was_cut_and_wherever_it_was_gone_on_with(
    request: pytest.FixtureRequest, tmp_path: Path, kind: str, lines: list[bytes], places: list[int], stop: int
) -> None:
    file = b"".join([*lines, b"end"])
    store = store_of(kind, request, tmp_path)
    await store.begin(draft_of("c2b7"))
    upload = Upload(await store.reopen(draft_of("c2b7")), "c2b7")
    for number, piece in enumerate(cut(file, places)):
        if number == stop:
            upload.file.close()
            upload = Upload(await store.reopen(draft_of("c2b7")), "c2b7")
            upload.replay()
        upload.take(piece)
    version = upload.finish()
    rows = [line.split("\t") for line in file.decode().removeprefix("\ufeff").replace("\r\n", "\n").split("\n") if line]
    assert await all_rows(store, version) == rows
    assert await store.original(UUID, version, range(len(file))) == file
    upload.file.discard()
