"""PROTOCOL.md is true: every example decodes and encodes byte for byte, and every frame has an example."""

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pagecast.protocol import close_codes, errors, websocket
from pagecast.protocol.codec import ToServer, ToViewer, decode, encode_frame
from pagecast.protocol.connection import MAX_CONTROL, error_frame
from pagecast.protocol.errors import BadFrame, BadPageNumber, PagecastError
from pagecast.protocol.facts import Fact, Tagged, decoder, encode
from pagecast.protocol.plain import PlainPage, page_number, plain
from pagecast.protocol.summaries import Crossed, MadeFile, Overview, Plot, Profile, RowHits, Shapes, Values, ViewChanges
from pagecast.protocol.tables import Columns, Document, Found, Info, Page, Progress, Turn, fetched
from pagecast.protocol.uploads import MAX_CHUNK, Chunk, decode_chunk, encode_chunk
from tests.vectors import BLOCKS, TEXT, Block, examples, table

DECODERS = {
    "json plain": decoder(PlainPage),
    "json to-server": decode,
    "json to-viewer": decoder(ToViewer),
    "json columns": decoder(Columns),
    "json find": decoder(Found),
    "json info": decoder(Info),
    "json values": decoder(Values),
    "json profile": decoder(Profile),
    "json shapes": decoder(Shapes),
    "json crossed": decoder(Crossed),
    "json plot": decoder(Plot),
    "json overview": decoder(Overview),
    "json changes": decoder(ViewChanges),
    "json file": decoder(MadeFile),
}
JSON_BLOCKS = [block for block in BLOCKS if block.info in DECODERS]
HELLO, TURN = '{"type":"hello","name":"Otter","key":""}', '{"type":"turn","page_no":2}'


def errors_below(kind: type[PagecastError]) -> Iterator[type[PagecastError]]:
    for error in kind.__subclasses__():
        yield error
        yield from errors_below(error)


ERRORS: dict[str, type[PagecastError]] = {error.code: error for error in errors_below(PagecastError)}


def line_of(block: Block) -> str:
    return f"line {block.line}"


def shown_types(info: str) -> set[str]:
    return {json.loads(body)["type"] for body in examples(info)}


def names_in(union: object) -> set[str]:
    return {frame.__name__.lower() for frame in get_args(union)}


# The examples


def test_every_kind_of_example_is_tested() -> None:
    assert {block.info for block in BLOCKS} == {*DECODERS, "jsonl hits", "hex chunk", "json numbers", "json views"}


@pytest.mark.parametrize("block", JSON_BLOCKS, ids=line_of)
def test_every_example_is_read_and_written_again_byte_for_byte(block: Block) -> None:
    frame: Fact = DECODERS[block.info](block.body)
    assert encode(frame).decode() == block.body


def test_every_line_of_an_answer_in_lines_is_read_and_written_again() -> None:
    (body,) = examples("jsonl hits")
    *told, partial, answer = body.splitlines()
    lines = [*map(decoder(Progress), told), *map(decoder(RowHits), (partial, answer))]
    assert "\n".join(encode(line).decode() for line in lines) == body


@pytest.mark.parametrize("body", examples("hex chunk"))
def test_every_chunk_is_read_and_written_again_byte_for_byte(body: str) -> None:
    message = bytes.fromhex(body)
    chunk = decode_chunk(message)
    assert chunk == Chunk(int(body.split()[0][:16], 16), message[8:])
    assert encode_chunk(chunk) == message


def test_every_frame_of_either_side_has_an_example() -> None:
    assert names_in(ToServer) == shown_types("json to-server")
    assert names_in(ToViewer) == shown_types("json to-viewer")


def test_every_frame_of_the_module_goes_one_way_or_the_other() -> None:
    frames = {
        kind.__name__.lower() for kind in Tagged.__subclasses__() if kind.__module__.startswith("pagecast.protocol.")
    }
    assert frames == names_in(ToServer) | names_in(ToViewer)


@pytest.mark.parametrize("block", [block for block in JSON_BLOCKS if "type" in json.loads(block.body)], ids=line_of)
def test_every_frame_is_written_without_spaces_and_its_type_first(block: Block) -> None:
    frame = json.loads(block.body)
    assert next(iter(frame)) == "type"
    assert json.loads(encode(DECODERS[block.info](block.body))) == frame


# Other messages


OR_NONE = {
    ("place", "page_no"): {int, type(None)},
    ("place", "follow"): {str, type(None)},
    ("give", "to"): {str, type(None)},
    ("select", "area"): {list, type(None)},
    ("brush", "range"): {list, type(None)},
}

OPTIONAL = {
    *(
        ("fetch", "version"),
        ("fetch", "view"),
        ("place", "version"),
        ("place", "view"),
        ("show", "row"),
        ("show", "undoes"),
    ),
    ("hello", "language"),
    ("finish", "viewer"),
}
"""Members that a frame to the server may leave out."""


def variations(body: str) -> list[str]:
    """Return a frame to the server with one thing wrong in it, in every possible way."""
    frame = json.loads(body)
    wrong: list[Any] = [None, True, [], {}, 1.5, "1", -1, [frame]]
    required = [name for name in frame if (frame["type"], name) not in OPTIONAL]
    broken = [{name: value for name, value in frame.items() if name != gone} for gone in required]
    broken += [{**frame, "more": 1}, {**frame, "Type": frame["type"]}, {**frame, "type": frame["type"].upper()}]
    for name, value in frame.items():
        right = OR_NONE.get((frame["type"], name), set()) | {type(value)}
        broken += [{**frame, name: other} for other in wrong if type(other) not in right]
    return [json.dumps(frame) for frame in broken]


@pytest.mark.parametrize("body", examples("json to-server"))
def test_a_member_missing_unknown_or_of_another_type_is_refused(body: str) -> None:
    for broken in variations(body):
        with pytest.raises(BadFrame):
            decode(broken)


(READ,) = (body for body in examples("json to-server") if '"type":"read"' in body)
TWICE = READ.replace('"header":', '"header":true,"header":')

BROKEN = {
    "nothing": "",
    "a number": "2",
    "null": "null",
    "a list": f"[{TURN}]",
    "two frames": TURN + TURN,
    "cut off": TURN[:-1],
    "a member twice": '{"type":"turn","page_no":1,"page_no":2}',
    "a member twice, with the same value": '{"type":"turn","page_no":1,"page_no":1}',
    "a member twice, once in other letters": '{"type":"turn","page_no":1,"page\\u005fno":2}',
    "two types": '{"type":"turn","type":"fetch","page_no":1}',
    "the same type twice": '{"type":"turn","page_no":1,"type":"turn"}',
    "a member twice, further in": TWICE,
    "a comment": TURN + "//",
    "single quotes": TURN.replace('"', "'"),
    "a byte order mark": "\ufeff" + TURN,
    "NaN": '{"type":"turn","page_no":NaN}',
    "infinity": '{"type":"turn","page_no":Infinity}',
    "an exponent": '{"type":"turn","page_no":1e3}',
    "a point": '{"type":"turn","page_no":1.0}',
    "true": '{"type":"turn","page_no":true}',
    "a text": '{"type":"turn","page_no":"1"}',
    "a leading zero": '{"type":"turn","page_no":01}',
    "5,000 digits": '{"type":"turn","page_no":' + "9" * 5000 + "}",
    "a frame to a viewer": examples("json to-viewer")[0],
    "an unknown type": '{"type":"shout","name":"Otter"}',
    "a size below nothing": '{"type":"upload","name":"a.tsv","size":-1,"viewer":""}',
    "deep lists": "[" * 2000 + "]" * 2000,
    "deep objects": '{"a":' * 800 + "1" + "}" * 800,
    "depth in a member": '{"type":"hello","key":"","name":' + "[" * 1900 + "]" * 1900 + "}",
    "depth in an unknown member": '{"type":"cancel","x":' + "[" * 1900 + "]" * 1900 + "}",
    "half a surrogate pair": '{"type":"hello","key":"","name":"\\ud83d"}',
    "a pair the wrong way": '{"type":"hello","key":"","name":"\\ude00\\ud83d"}',
    "a surrogate in the text": '{"type":"hello","key":"","name":"\ud83d"}',
    "a control character": '{"type":"hello","key":"","name":"a\nb"}',
    "an unknown escape": '{"type":"hello","key":"","name":"\\x41"}',
}


@pytest.mark.parametrize("what", BROKEN)
def test_other_messages_are_refused_with_a_sentence_that_can_be_sent(what: str) -> None:
    with pytest.raises(BadFrame) as caught:
        decode(BROKEN[what])
    frame = error_frame(caught.value)
    assert frame.code == "bad-frame"
    assert len(encode_frame(frame)) < 2 * MAX_CONTROL


@given(st.text() | st.sampled_from(examples("json to-server")).flatmap(lambda body: st.permutations(body).map("".join)))
def test_any_text_is_a_frame_or_a_bad_frame(text: str) -> None:
    try:
        frame = decode(text)
    except BadFrame as error:
        encode_frame(error_frame(error))
    else:
        assert isinstance(frame, get_args(ToServer))


@pytest.mark.parametrize("letter", ["x", "é", "東", "😀"])
def test_a_frame_to_the_server_is_at_most_4_kib(letter: str) -> None:
    room = MAX_CONTROL - len('{"type":"hello","key":"","name":""}')
    name = letter * (room // len(letter.encode()))
    padding = " " * (room - len(name.encode()))
    assert "at most 4 KiB" in TEXT
    assert MAX_CONTROL == 4 * 1024
    assert decode(f'{{"type":"hello","key":"","name":"{name}"}}{padding}') is not None
    with pytest.raises(BadFrame):
        decode(f'{{"type":"hello","key":"","name":"{name}"}}{padding} ')


def test_a_page_number_of_any_size_is_decoded_as_it_is() -> None:
    assert decode('{"type":"turn","page_no":9223372036854775808}') == Turn(2**63)
    assert decode('{"type":"turn","page_no":-3}') == Turn(-3)


# Chunks


@given(st.integers(0, 2**64 - 1), st.binary(max_size=50))
def test_any_chunk_is_read_as_it_was_written(offset: int, data: bytes) -> None:
    message = encode_chunk(Chunk(offset, data))
    assert message[8:] == data
    assert decode_chunk(message) == Chunk(offset, data)


@pytest.mark.parametrize("size", range(8))
def test_a_message_without_room_for_an_offset_is_no_chunk(size: int) -> None:
    with pytest.raises(BadFrame):
        decode_chunk(bytes(size))


def test_a_chunk_holds_at_most_the_announced_size() -> None:
    (accepted,) = [json.loads(body) for body in examples("json to-viewer") if '"accepted"' in body]
    assert accepted["max_chunk"] == MAX_CHUNK
    assert len(decode_chunk(bytes(8 + MAX_CHUNK)).data) == MAX_CHUNK
    with pytest.raises(BadFrame):
        decode_chunk(bytes(8 + MAX_CHUNK + 1))


# The plain protocol


@given(st.integers(1, 10**15 - 1), st.integers(1, 15))
def test_a_page_number_is_decimal_digits(number: int, width: int) -> None:
    assert page_number(str(number)) == page_number(str(number).zfill(width)) == number


@pytest.mark.parametrize(
    "text",
    [
        *["", "0", "000", "-3", "+7", " 7 ", "7\n", "7\0", "1_000", "1e3", "1.5", "1,000", "0x7", "٣", "３", "²", "Ⅶ"],
        *["NaN", "Infinity", "true", "null", "abc", '"7"', "9" * 16, "9" * 5000, "1" + "0" * 15],
    ],
    ids=lambda text: repr(text[:20]) + str(len(text)),
)
def test_nothing_else_is_a_page_number(text: str) -> None:
    with pytest.raises(BadPageNumber) as caught:
        page_number(text)
    assert len(str(caught.value)) < 100


@given(st.text())
def test_a_text_is_a_page_number_where_the_grammar_says_so(text: str) -> None:
    digits = re.fullmatch("[0-9]{1,15}", text) and text.strip("0")
    try:
        assert page_number(text) == int(text)
    except BadPageNumber:
        assert not digits
    else:
        assert digits


def test_the_plain_page_has_the_page_frames_members_and_an_error_where_there_is_one() -> None:
    page = decoder(Page)(next(body for body in examples("json to-viewer") if '"page"' in body[:20]))
    said = json.loads(encode_frame(plain(page)))
    assert list(said) == ["uuid", "page_no", "total_number", "data"]
    assert said == {name: getattr(page, name) for name in said}
    error = errors.PageOutOfRange(9, 1)
    assert json.loads(encode_frame(plain(page, error))) == {**said, "error": str(error)}


def test_a_fetched_page_is_the_page_for_one_viewer() -> None:
    page = decoder(Page)(next(body for body in examples("json to-viewer") if '"page"' in body[:20]))
    sent = json.loads(encode_frame(fetched(page)))
    assert sent.pop("type") == "fetched"
    assert sent == {name: value for name, value in json.loads(encode(page)).items() if name in sent}


def test_the_members_of_info_are_explained() -> None:
    own = [name for name in Info.__struct_fields__ if name not in Document.__struct_fields__ or name == "columns"]
    assert [member for member, _ in table("member of `info", "is")] == own
    assert {*Document.__struct_fields__} - {*Info.__struct_fields__} == {"seq"}


def test_the_sentences_in_examples_are_those_of_the_errors() -> None:
    shown = {json.loads(body).get("error") for body in examples("json plain")} - {None}
    shown |= {json.loads(body)["message"] for body in examples("json to-viewer") if '"error"' in body[:20]}
    assert shown == {str(errors.PageOutOfRange(9, 1)), str(errors.EmptyFile())}


@given(st.lists(st.lists(st.text(max_size=5), max_size=3), max_size=3))
def test_any_cells_are_valid_json_and_come_back_as_they_are(data: list[list[str]]) -> None:
    page = PlainPage("3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11", 1, len(data), data)
    assert json.loads(encode_frame(page))["data"] == data


# The tables


def test_the_error_codes_are_those_of_the_errors() -> None:
    written = {code: int(status) for code, status, _ in table("code", "HTTP", "when")}
    assert written == {code: error.status for code, error in ERRORS.items()}
    assert len(ERRORS) == len(list(errors_below(PagecastError)))


def test_the_tree_of_errors_shows_all_of_them() -> None:
    shown = re.findall(r"[├└]── (\w+) +([a-z-]+) +(\d+)$", inspect.getdoc(errors) or "", re.MULTILINE)
    assert shown == [(error.__name__, error.code, str(error.status)) for error in ERRORS.values()]
    assert [error.status for error in ERRORS.values()] == sorted(error.status for error in ERRORS.values())


TOLD = [
    errors.BadFrame("it is shouted"),
    errors.BadPageNumber("abc"),
    errors.BadRequest("There is no such parameter."),
    errors.BadView("There is no column “gen”. Columns can also be named by position, such as _c1."),
    errors.NeedsToken(),
    errors.WrongToken(),
    errors.NeedsSignIn(),
    errors.ReadOnly(),
    errors.Superseded(),
    errors.NotQuoted(),
    errors.TooFewRows(999, 1),
    errors.TooFewRows(999, 3),
    errors.TooFast(),
    errors.TooManyDocuments(),
    errors.TooManyMisses(),
    errors.PageOutOfRange(9, 0),
    errors.PageOutOfRange(9, 1),
    errors.PageOutOfRange(9, 8),
    errors.CellOutOfRange(4, 7),
    errors.UnknownDocument(),
    errors.DocumentDeleted(),
    errors.UnknownVersion(2),
    errors.ServerFull(2**30),
    errors.UnknownUpload(),
    errors.UnknownFile(),
    errors.CannotGrow("a gzip file"),
    errors.AlreadyGrowing(),
    errors.TooSlow(),
    errors.WrongOffset(9, 8),
    errors.NotYourTurn("Otter"),
    errors.StillArriving(),
    errors.TooLarge(2**40),
    errors.LongerThanSaid(9),
    errors.NoFileHere(),
    errors.TakenOver(),
    errors.OtherTus("1.0.0"),
    errors.WrongType("application/offset+octet-stream"),
    errors.NotAForm(),
    errors.NotATable("a PNG image", "drop a .tsv file"),
    errors.SeveralTables("cities.tsv, rivers.tsv"),
    errors.ForbiddenHost("evil.example"),
    errors.EmptyFile(),
    errors.ChecksumMismatch(),
    errors.ServerBusy(),
    errors.QueryFailed(),
    errors.TooManyViews(1000),
    errors.QueryTooLarge(),
    errors.ServerRestarting(),
    errors.TooManyMessages(),
    errors.TooManyUploads(1, address_alone=True),
    errors.TooManyUploads(64, address_alone=False),
    errors.TooManyViewers(1, address_alone=True),
    errors.TooManyViewers(10_000, address_alone=False),
    errors.StorageFailed(),
    errors.ObjectStoreFailed(),
]


def test_an_error_is_one_sentence_and_its_code() -> None:
    assert {error.code for error in TOLD} == set(ERRORS)
    for error in TOLD:
        sentence = str(error)
        assert re.fullmatch(r"[A-Z“].*\.", sentence)
        assert json.loads(encode_frame(error_frame(error))) == {
            "type": "error",
            "code": error.code,
            "message": sentence,
        }


def test_the_close_codes_are_those_of_the_protocol() -> None:
    written = {int(code) for code, _ in table("code", "means")}
    constants = {name: value for name, value in vars(close_codes).items() if name.isupper()}
    said = {value for value in constants.values() if isinstance(value, int) and value >= 1000}
    assert written - said == {websocket.PROTOCOL_ERROR, websocket.BAD_DATA, websocket.TOO_BIG}
    assert said <= written


def test_close_codes_invite_back_or_do_not_as_is_written() -> None:
    meanings = {int(code): means for code, means in table("code", "means")}
    assert "4000 to 4499 mean come back, 4500 to 4999 mean do not." in TEXT
    for code, means in meanings.items():
        if code >= 4000:
            assert ("come back" in means) == (code < 4500)
