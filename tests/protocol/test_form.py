"""A form is read alike however its bytes arrive, and a broken one is refused in a sentence."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pagecast.protocol.errors import BadRequest
from pagecast.protocol.form import MAX_OTHER_BYTES, MAX_VALUE_BYTES, FormEvent, FormField, FormFile, FormReader, is_form
from tests.table.pieces import pieces_of

BOUNDARY = "------------------------d74496d66958873e"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
LINE = b"\r\n--" + BOUNDARY.encode()


def part(name: str, value: bytes, file: str = "") -> bytes:
    """A part of a form, as curl writes it."""
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"'
    if file:
        head += f'; filename="{file}"\r\nContent-Type: application/octet-stream'
    return head.encode() + b"\r\n\r\n" + value + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


def read(form: bytes, size: int = 2**16) -> list[FormEvent]:
    """What a form holds when it comes in pieces of this size. The file's bytes are joined."""
    reader, events = FormReader(TYPE), list[FormEvent]()
    for piece in pieces_of(form, size):
        for event in reader.feed(piece):
            if isinstance(event, bytes) and events and isinstance(events[-1], bytes):
                events[-1] += event
            else:
                events.append(event)
    reader.finish()
    return events


LOOKALIKES = [b"\r", b"\n", b"\r\n", b"-", b"\r\n--", LINE[:-1], LINE[2:], b"--\r\n", b"a\tb"]
"""Parts of files that look like a part of the boundary's line."""


@given(st.lists(st.sampled_from(LOOKALIKES) | st.binary(max_size=9)).map(b"".join), st.integers(1, 200))
def test_the_file_arrives_as_it_is_in_pieces_of_any_size(file: bytes, size: int) -> None:
    assume(LINE not in b"\r\n" + file)  # else a sender chooses another boundary
    form = part("header", b"1") + part("file", file, "t.tsv") + END
    assert read(form, size) == [FormField("header", "1"), FormFile("t.tsv"), *([file] if file else [])]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("数据.tsv", "数据.tsv"),
        ("6%22 pipes.tsv", '6" pipes.tsv'),
        ('6\\" pipes.tsv', '6" pipes.tsv'),
        ("a; b=c.tsv", "a; b=c.tsv"),
        ("50%.tsv", "50%.tsv"),
    ],
)
def test_a_file_has_the_name_that_browsers_and_curl_send(sent: str, name: str) -> None:
    assert read(part("file", b"a", sent) + END) == [FormFile(name), b"a"]


def test_an_empty_file_and_an_unchosen_one_are_told_apart() -> None:
    assert read(part("file", b"", "t.tsv") + END) == [FormFile("t.tsv")]
    unchosen = part("file", b"", "x").replace(b'"x"', b'""')
    with pytest.raises(BadRequest, match="The form has no file: send one as curl -F file=@"):
        read(unchosen + END)


def test_the_end_may_lack_its_line_end_or_have_an_epilogue() -> None:
    for end in (END[:-2], END + b"epilogue"):
        assert read(part("file", b"a\tb", "t.tsv") + end) == [FormFile("t.tsv"), b"a\tb"]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (b"", "The form is cut off"),
        (part("file", b"a", "t.tsv"), "The form is cut off"),
        (part("file", b"a", "t.tsv") + END[:-4], "The form is cut off"),
        (END, "The form has no file"),
        (part("header", b"1") + END, "The form has no file"),
        (b"a\tb\n1\t2\n", "The form cannot be read"),
        (END.replace(b"d744", b"e855"), "The form cannot be read"),
        (part("file", b"a", "t.tsv") * 2 + END, "The form has a second file"),
        (
            part("file", b"a", "t.tsv").replace(b"name=", b"na me\0=").replace(b"Content-D", b"Content D"),
            "The form cannot",
        ),
        (part("file", b"a", "x" * 10_000) + END, "The form cannot be read"),
        (part("encoding", b"x" * (MAX_VALUE_BYTES + 1)) + END, "A field of the form is too long"),
        (part("header", b"1") * 1000 + END, "The form has too much beside the file"),
        (part("file", b"a", "t.tsv") + END + bytes(MAX_OTHER_BYTES), "The form has too much beside the file"),
    ],
)
def test_a_broken_form_is_refused_in_a_sentence(form: bytes, sentence: str) -> None:
    for size in (7, 2**16):
        with pytest.raises(BadRequest) as caught:
            read(form, size)
        assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=", f"{TYPE}{'x' * 300}"])
def test_a_form_without_a_boundary_is_refused(kind: str) -> None:
    assert is_form(kind)
    with pytest.raises(BadRequest, match="The form has no valid boundary"):
        FormReader(kind)


def test_a_large_file_is_not_beside_itself() -> None:
    data = bytes(3 * MAX_OTHER_BYTES)
    assert read(part("file", data, "t.tsv") + END) == [FormFile("t.tsv"), data]
