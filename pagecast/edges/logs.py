"""Logs: one line an event, as text or as JSON, without the contents of tables, their names, or whole links.

A link to a document is a secret. So of each UUID, and of each upload's key, a log has the first 8 characters. Of an
error that nobody foresaw it has the type and the places in the code: its text may hold cells of a table.
"""

import json
import logging
import re
import secrets
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType

from tornado.log import LogFormatter

ALLOWED_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
"""A request id that is taken over from a proxy."""

KEPT = 8
"""Characters of a secret that a log has."""

_secret = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{32}", re.ASCII)

requests_log = logging.getLogger("pagecast.requests")
"""Takes a line for each request."""

current_request: ContextVar[str] = ContextVar("current_request", default="")
"""The id of the request that is being answered."""


def new_request_id(proposed: str | None) -> str:
    """Return the id that a proxy proposed, if it can be one, else a new one."""
    return proposed if proposed and ALLOWED_ID.fullmatch(proposed) else secrets.token_hex(8)


def shortened(text: str) -> str:
    """Cut the secrets in a text.

    >>> shortened("/parser/3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11/rows")
    '/parser/3f0c1a52…/rows'
    """
    return _secret.sub(lambda match: f"{match[0][:KEPT]}…", text)


def loggable_path(path: str, words: frozenset[str]) -> str:
    """Return a path for a log: secrets are cut, and a star stands for what is not one of ``words``, as a file's name.

    >>> loggable_path("/parser/patients.tsv", frozenset({"parser"}))
    '/parser/*'
    """

    def shown(part: str) -> str:
        if part in words or _secret.fullmatch(part):
            return shortened(part)
        return "*" if part else ""

    return "/".join(map(shown, path.split("/")))


class TextFormatter(LogFormatter):
    """Formats an event as one line of text."""

    def format(self, record: logging.LogRecord) -> str:
        line = logging.makeLogRecord(record.__dict__ | {"msg": message_of(record), "args": (), "exc_info": None})
        line.exc_text = None
        request, trace = current_request.get(), trace_of(record)
        return " | ".join(filter(None, (super().format(line), request and f"request {request}", trace)))


class JsonFormatter(logging.Formatter):
    """Formats an event as one line of JSON: `time`, `level`, `message`, and what else is known of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return an event as JSON, without a line end."""
        event: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": message_of(record),
        }
        event |= {"request": current_request.get()} if current_request.get() else {}
        event |= getattr(record, "facts", {})
        event |= {"trace": trace_of(record)} if record.exc_info else {}
        return json.dumps(event, ensure_ascii=False)


FORMATTERS: dict[str, type[logging.Formatter]] = {"text": TextFormatter, "json": JsonFormatter}
"""The formats that ``--log_format`` offers."""


def set_format(name: str) -> None:
    """Have all events written in one of FORMATTERS."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(FORMATTERS[name]())


def message_of(record: logging.LogRecord) -> str:
    """Return an event's message as one line. asyncio tells of an error in its first line; the others show values."""
    lines = record.getMessage().splitlines() or [""]
    return shortened(lines[0] if record.name == "asyncio" else " ".join(line.strip() for line in lines))


def trace_of(record: logging.LogRecord) -> str:
    """Return where an error came from, as one line; empty without one."""
    if not record.exc_info or record.exc_info[1] is None:
        return ""
    _, error, trace = record.exc_info
    return f"Traceback: {type(error).__name__} in {', '.join(places_of(trace))}"


def places_of(trace: TracebackType | None) -> Iterable[str]:
    """Return the places in the code that an error passed, the outermost first."""
    for frame in traceback.extract_tb(trace):
        yield f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}"
