"""Receive a file in a form, as `curl -F file=@t.tsv` and browsers send it, while it streams in."""

import asyncio

from pagecast.edges.http.errors import PagecastHTTPError
from pagecast.edges.http.query import CHOICES, query_texts, text_choices
from pagecast.edges.http.request_body import BodyHandler
from pagecast.ports.rooms import IncomingUpload
from pagecast.protocol.errors import BadRequest, NotAForm, PagecastError, TooLarge, TooSlow
from pagecast.protocol.form import EXAMPLE, MAX_OTHER_BYTES, FormEvent, FormField, FormFile, FormReader, is_form
from pagecast.protocol.tables import Choices
from pagecast.table.dialect import clipped

BEFORE_FILE_S = 15.0
"""Seconds in which the file must begin. From there on its rate is measured."""


class FormHandler(BodyHandler):
    """The base of handlers that take a file in a form, too.

    A subclass calls ``open_form`` in ``prepare``, and ``close_form`` when the body has ended. Fields before the file
    are choices, as in the query.
    """

    form: FormReader | None = None
    """The form that is arriving; None for another body, and after an error."""
    fields: dict[str, str]
    """The choices so far: those of the query, and those of the form."""
    file_timer: asyncio.TimerHandle | None = None

    async def begin_file(self, name: str, choices: Choices) -> IncomingUpload:
        """Begin the upload of the form's file. Raises PagecastError."""
        raise NotImplementedError

    def open_form(self) -> None:
        """Take a slot, and get ready for the form. Raises PagecastError, for ``fail_form``."""
        length = self.content_length()
        self.acquire_slot()
        content_type = self.request.headers.get("Content-Type", "")
        if not is_form(content_type):
            raise NotAForm
        if length is not None and length > self.context.max_file_size + MAX_OTHER_BYTES:
            raise TooLarge(self.context.max_file_size)
        self.fields = query_texts(self)
        text_choices(self.fields)  # a wrong one is refused before the file is sent
        reader = FormReader(content_type)
        self.file_timer = asyncio.get_running_loop().call_later(BEFORE_FILE_S, self._on_no_file)
        self.form = reader

    async def close_form(self) -> None:
        """Check that the form has ended with a file in it. Raises PagecastHTTPError after discarding the rest."""
        form, self.form = self.form, None
        if form is None:
            return
        try:
            form.finish()
        except PagecastError as error:
            if self.buffer is not None:
                await self.discard(self._detach(self.buffer))
            raise PagecastHTTPError(error) from None

    async def data_received(self, chunk: bytes) -> None:
        if self.form is None:
            await super().data_received(chunk)
            return
        self.received += len(chunk)
        self.is_storing = True
        try:
            for event in self.form.feed(chunk):
                await self._take(event)
        except PagecastError as error:
            await self.fail_form(error)
        finally:
            self.is_storing = False

    async def _take(self, event: FormEvent) -> None:
        match event:
            case FormField(name, value):
                self._take_field(name, value)
            case FormFile(name):
                await self._take_file(name)
            case bytes() as data:
                if self.buffer is not None:
                    await self.buffer.add(data)

    def _take_field(self, name: str, value: str) -> None:
        if name == "file":
            raise BadRequest(f"The field “file” has no file: send one as {EXAMPLE} does, with an @.")
        if name not in CHOICES:
            raise BadRequest(f"“{clipped(name)}” is not a field of this form: use file, {', '.join(CHOICES)}.")
        if self.buffer is not None:
            raise BadRequest(f"The field “{name}” comes too late: send it before the file.")
        self.fields[name] = value

    async def _take_file(self, name: str) -> None:
        self._cancel_file_timer()
        intake = await self.begin_file(name, text_choices(self.fields))
        if self.has_slot:
            self.receive(intake)
        else:  # the client has disconnected meanwhile
            await self.service.discard(intake)

    async def fail_form(self, error: PagecastError) -> None:
        """Answer with an error without waiting for the rest of the form."""
        self.form = None
        if self.buffer is not None:
            await self.abort(error)
        else:
            await self.reject(error)

    def _on_no_file(self) -> None:
        self.aborting = asyncio.create_task(self.fail_form(TooSlow()))

    def _release_slot(self) -> None:
        self._cancel_file_timer()
        super()._release_slot()

    def _cancel_file_timer(self) -> None:
        if self.file_timer is not None:
            self.file_timer.cancel()
