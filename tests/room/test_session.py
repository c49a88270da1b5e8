"""Each kind of connection may ask for its own things, and is told what it asked for or that it may not."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol.connection import MAX_BAD_FRAMES
from pagecast.protocol.errors import BadFrame, BadPageNumber, BadView, ReadOnly
from pagecast.protocol.people import MAX_NAME, Hello, Person, Place
from pagecast.protocol.presenting import Ask, Give, Take
from pagecast.protocol.tables import MAX_VIEW, MAX_WATCHED, Fetch, Show, Turn, Watch
from pagecast.protocol.talk import Offer, Say
from pagecast.protocol.uploads import Cancel, Chunk, Finish, Resume, Upload, encode_chunk
from pagecast.room.session import PlainViewer, Session, Table, Uploader, Viewer, person_of

UUID = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"

HELLO, TURN = '{"type":"hello","name":"Otter","key":"a"}', '{"type":"turn","page_no":2}'
UPLOAD, RESUME = '{"type":"upload","name":"a.tsv","size":3,"viewer":""}', '{"type":"resume","upload":"c2b7"}'
FINISH, CANCEL = '{"type":"finish","sha256":"9f86"}', '{"type":"cancel"}'
CHUNK = encode_chunk(Chunk(0, b"abc"))


def test_a_plain_viewer_sends_tables_and_page_numbers() -> None:
    viewer = PlainViewer()
    assert viewer.receive(b"city\n") == Table(b"city\n")
    assert viewer.receive(b"") == Table(b"")
    assert viewer.receive("12") == Turn(12)
    assert viewer.receive(b"12") == Table(b"12")


@given(st.text())
def test_whatever_text_a_plain_viewer_sends_never_closes_it(text: str) -> None:
    viewer = PlainViewer()
    for _ in range(MAX_BAD_FRAMES + 1):
        with suppress(BadPageNumber):
            assert isinstance(viewer.receive(text), Turn)
    assert not viewer.misbehaved


def test_a_viewer_says_hello_and_turns() -> None:
    viewer = Viewer()
    assert viewer.receive(HELLO) == Hello("Otter", "a")
    assert viewer.receive(TURN) == Turn(2)
    assert viewer.receive(HELLO) == Hello("Otter", "a")


def test_a_viewer_shows_and_offers_views_of_up_to_64_kib() -> None:
    viewer = Viewer()
    assert viewer.receive('{"type":"show","version":1,"view":"","row":7}') == Show(1, "", 7)
    longest = "a" * MAX_VIEW
    assert viewer.receive(f'{{"type":"show","version":1,"view":"{longest}"}}') == Show(1, longest)
    assert viewer.receive(f'{{"type": "offer", "version": 1, "view": "{longest}"}}') == Offer(1, longest)
    assert viewer.receive(f'{{"type":"fetch","page_no":1,"view":"{longest}"}}') == Fetch(1, view=longest)
    for head in ('"show","version":1', '"offer","version":1', '"fetch","page_no":1'):
        with pytest.raises(BadView):
            viewer.receive(f'{{"type":{head},"view":"a{longest}"}}')
    assert viewer.bad_frames == 0
    for bad in (
        f'{{"type":"place","page_no":1,"follow":null,"view":"{longest}"}}',
        f'{{"version":1,"type":"show","view":"{longest}"}}',
        f'{{"type":"show","version":1,"view":"{longest}","more":"{longest}"}}',
        '{"type":"show","version":0,"view":""}',
        '{"type":"show","version":1,"view":"","row":0}',
        '{"type":"offer","version":0,"view":""}',
    ):
        with pytest.raises(BadFrame):
            viewer.receive(bad)


def test_a_read_only_viewer_turns_nobody_to_a_view() -> None:
    viewer = Viewer()
    viewer.reads_only = True
    with pytest.raises(ReadOnly):
        viewer.receive('{"type":"show","version":1,"view":"a=1"}')
    assert viewer.receive('{"type":"fetch","page_no":1,"view":"a=1"}') == Fetch(1, view="a=1")


def test_a_viewer_looks_at_columns_from_left_to_right() -> None:
    viewer = Viewer()
    assert viewer.receive('{"type":"watch","columns":[[1,1],[15009,15072]]}') == Watch([(1, 1), (15009, 15072)])
    assert viewer.receive(f'{{"type":"watch","columns":[[1,{MAX_WATCHED}]]}}') == Watch([(1, MAX_WATCHED)])
    for columns in (
        "[]",
        "[[0,1]]",
        "[[2,1]]",
        "[[1,2],[2,3]]",
        "[[3,4],[1,2]]",
        f"[[1,{MAX_WATCHED + 1}]]",
        "[[1,1e3]]",
    ):
        with pytest.raises(BadFrame):
            viewer.receive(f'{{"type":"watch","columns":{columns}}}')


def test_a_viewer_fetches_pages_and_says_where_it_is() -> None:
    viewer = Viewer()
    assert viewer.receive('{"type":"fetch","page_no":3}') == Fetch(3)
    assert viewer.receive('{"type":"place","page_no":3,"follow":"0b7716aa"}') == Place(3, "0b7716aa")
    assert viewer.receive('{"type":"place","page_no":null,"follow":null}') == Place(None, None)
    assert viewer.receive('{"type":"fetch","page_no":3,"version":1}') == Fetch(3, 1)
    assert viewer.receive('{"type":"place","page_no":3,"follow":null,"version":1}') == Place(3, None, 1)
    for version in (0, -1, 10**15 + 1):
        with pytest.raises(BadFrame):
            viewer.receive(f'{{"type":"fetch","page_no":3,"version":{version}}}')


def test_a_viewer_presents_asks_to_and_hands_over() -> None:
    viewer = Viewer()
    assert viewer.receive('{"type":"take"}') == Take()
    assert viewer.receive('{"type":"ask"}') == Ask()
    assert viewer.receive('{"type":"give","to":"0b7716aa"}') == Give("0b7716aa")
    assert viewer.receive('{"type":"give","to":null}') == Give(None)


@pytest.mark.parametrize("kind", ["turn", "fetch", "place"])
@pytest.mark.parametrize("page_no", [0, -3, 10**15])
def test_a_page_that_no_table_can_have_is_no_page_number(kind: str, page_no: int) -> None:
    more = {"follow": None} if kind == "place" else {}
    with pytest.raises(BadPageNumber):
        Viewer().receive(json.dumps({"type": kind, "page_no": page_no, **more}))


def test_the_same_key_is_the_same_person_in_one_document_and_in_no_other() -> None:
    otter = person_of(Hello("Otter", "secret"), UUID, "9f2c41d7", str)
    assert otter == person_of(Hello("Otter", "secret"), UUID, "0b7716aa", str)
    assert otter.who == person_of(Hello("Sea otter", "secret"), UUID, "0b7716aa", str).who
    assert otter.who != person_of(Hello("Otter", "another"), UUID, "9f2c41d7", str).who
    assert otter.who != person_of(Hello("Otter", "secret"), "another document", "9f2c41d7", str).who
    assert "secret" not in otter.who


def test_who_has_no_key_is_somebody_new_and_who_has_no_name_is_a_guest() -> None:
    assert person_of(Hello("", ""), UUID, "9f2c41d7", "Guest {}".format) == Person("9f2c41d7", "Guest 9f2c41d7")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(" \t Otter \n the  second ", "Otter the second"), ("", ""), ("東" * 61, "東" * 60), ("😀" * 100, "😀" * 60)],
)
def test_a_name_is_on_one_line_and_of_a_length_that_fits(sent: str, kept: str) -> None:
    assert Viewer().receive(json.dumps({"type": "hello", "name": sent, "key": ""})) == Hello(kept, "")
    assert len(kept) <= MAX_NAME


@pytest.mark.parametrize("message", [UPLOAD, RESUME, FINISH, CHUNK, b"", "", "2", "null"], ids=repr)
def test_a_viewer_may_not_upload_nor_speak_plainly(message: str | bytes) -> None:
    with pytest.raises(BadFrame):
        Viewer().receive(message)


@pytest.mark.parametrize(("session", "message"), [(Viewer(), TURN), (PlainViewer(), "2"), (PlainViewer(), b"city\n")])
def test_who_may_only_read_changes_nothing_and_does_not_misbehave(
    session: Session[object], message: str | bytes
) -> None:
    session.reads_only = True
    for _ in range(MAX_BAD_FRAMES + 1):
        with pytest.raises(ReadOnly):
            session.receive(message)
    assert not session.misbehaved
    assert isinstance(session, PlainViewer) or session.receive(HELLO) == Hello("Otter", "a")


@pytest.mark.parametrize(
    ("sent", "heard"),
    [(" a \n\t b ", "a b"), ("a\0\x1b[31mb\x9bc", "a [31mb c"), ("👨‍👩‍👧 שלום", "👨‍👩‍👧 שלום"), ("x" * 500, "x" * 500)],
)
def test_what_is_said_is_one_line_without_control_characters(sent: str, heard: str) -> None:
    assert Viewer().receive(json.dumps({"type": "say", "text": sent})) == Say(heard)


@pytest.mark.parametrize("first", [UPLOAD, RESUME])
def test_an_uploader_begins_once_and_then_sends_what_it_has(first: str) -> None:
    uploader = Uploader()
    assert isinstance(uploader.receive(first), Upload | Resume)
    assert uploader.receive(CHUNK) == Chunk(0, b"abc")
    for again in (UPLOAD, RESUME):
        with pytest.raises(BadFrame, match="twice"):
            uploader.receive(again)
    assert uploader.receive(FINISH) == Finish("9f86")
    assert uploader.receive(CANCEL) == Cancel()


@pytest.mark.parametrize("message", [CHUNK, FINISH, CANCEL, HELLO, TURN, b"", b"1234567"], ids=repr)
def test_an_uploader_begins_with_upload_or_resume(message: str | bytes) -> None:
    uploader = Uploader()
    with pytest.raises(BadFrame):
        uploader.receive(message)
    assert uploader.receive(UPLOAD) == Upload("a.tsv", 3, "")


@pytest.mark.parametrize("session", [Viewer(), Uploader()], ids=["viewer", "uploader"])
def test_ten_messages_that_are_no_frames_are_enough(session: Session[object]) -> None:
    for sent in range(10):
        assert not session.misbehaved, sent
        with pytest.raises(BadFrame):
            session.receive("what?")
    assert session.misbehaved
