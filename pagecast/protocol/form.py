"""A form with a file in it (RFC 7578), read as it streams in. Only this module knows python_multipart."""

from typing import NamedTuple

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from pagecast.protocol.errors import BadRequest

FORM_TYPE = "multipart/form-data"

MAX_VALUE_BYTES = 1024
"""Bytes of one field's value: each is a word or a number."""

MAX_OTHER_BYTES = 2**16
"""Bytes of a form beside its file: the names, values and headers of all fields."""

EXAMPLE = "curl -F file=@cities.tsv"


class FormField(NamedTuple):
    """A field that has arrived."""

    name: str
    value: str


class FormFile(NamedTuple):
    """The beginning of the file, which has a name."""

    name: str


FormEvent = FormField | FormFile | bytes
"""The parts of a form in their order: fields, the beginning of the file, and the file's bytes."""


class FormReader:
    """Reads a form with one file, in pieces of any size. Memory never holds more than a piece and a field.

    ``content_type`` is the request's header. Every method raises BadRequest where the form is broken.

    >>> reader = FormReader("multipart/form-data; boundary=cut")
    >>> head = b'--cut\\r\\nContent-Disposition: form-data; name="file"; filename="t.tsv"\\r\\n\\r\\n'
    >>> reader.feed(head + b"Oslo\\tNO\\r\\n--cut--\\r\\n")
    [FormFile(name='t.tsv'), b'Oslo\\tNO']
    >>> reader.finish()
    """

    def __init__(self, content_type: str) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary", b"")
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._add_header_name,
                    "on_header_value": self._add_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._begin_body,
                    "on_part_data": self._add_body,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError:
            boundary = b""
        if not boundary:
            raise BadRequest(f"The form has no valid boundary: send it as {EXAMPLE} does.")
        self._parser.logger.disabled = True  # the sender is told what is wrong
        self._events: list[FormEvent] = []
        self._others = 0  # bytes so far that are not the file's
        self._has_file = self._has_ended = False
        self._header_name = self._header_value = b""
        self._disposition = ""
        self._field: str | None = None  # the name of the field that is arriving; None within the file
        self._value = b""

    def feed(self, data: bytes) -> list[FormEvent]:
        """Take the next bytes of the form, and return what they hold."""
        self._events = []
        self._others += len(data)
        try:
            self._parser.write(data)
        except FormParserError:
            raise BadRequest(f"The form cannot be read: send it as {EXAMPLE} does.") from None
        if self._others > MAX_OTHER_BYTES:
            raise BadRequest("The form has too much beside the file: send only the file and its import options.")
        return self._events

    def finish(self) -> None:
        """Check that the form has ended, and that it had a file."""
        if not self._has_ended:
            raise BadRequest("The form is cut off: send it again.")
        if not self._has_file:
            raise BadRequest(f"The form has no file: send one as {EXAMPLE} does.")

    def _begin_part(self) -> None:
        self._disposition = ""

    def _add_header_name(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _add_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _end_header(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value.decode("latin-1")
        self._header_name = self._header_value = b""

    def _begin_body(self) -> None:
        parameters = parse_options_header(self._disposition)[1]
        name, file = (_text(parameters.get(key, b"")) for key in (b"name", b"filename"))
        self._value = b""
        self._field = None if file else name
        if not file:
            return
        if self._has_file:
            raise BadRequest("The form has a second file: send each file in a form of its own.")
        self._has_file = True
        self._events.append(FormFile(file))

    def _add_body(self, data: bytes, start: int, end: int) -> None:
        if self._field is None:
            self._others -= end - start
            self._events.append(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > MAX_VALUE_BYTES:
            raise BadRequest(f"A field of the form is too long: send a file as {EXAMPLE} does, with an @.")

    def _end_part(self) -> None:
        if self._field is not None:
            self._events.append(FormField(self._field, self._value.decode("utf-8", "replace")))

    def _end(self) -> None:
        self._has_ended = True


def is_form(content_type: str) -> bool:
    """Tell whether a ``Content-Type`` is that of a form with files.

    >>> is_form("Multipart/Form-Data; boundary=x"), is_form("application/x-www-form-urlencoded")
    (True, False)
    """
    return content_type.partition(";")[0].strip().lower() == FORM_TYPE


def _text(name: bytes) -> str:
    """Return a name in a header. Browsers and curl encode a quote and line ends in it, and nothing else."""
    text = name.decode("utf-8", "replace")
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
