"""All errors that a client is told, in one tree: each class has a code on the wire and an HTTP status.

    PagecastError
    ├── BadFrame            bad-frame           400
    ├── BadPageNumber       bad-page-number     400
    ├── BadRequest          bad-request         400
    ├── BadView             bad-view            400
    ├── NeedsToken          needs-token         401
    ├── WrongToken          wrong-token         401
    ├── ReadOnly            read-only           403
    ├── NeedsSignIn         needs-sign-in       403
    ├── PageOutOfRange      page-out-of-range   404
    ├── CellOutOfRange      cell-out-of-range   404
    ├── UnknownDocument     unknown-document    404
    ├── DocumentDeleted     document-deleted    404
    ├── UnknownVersion      unknown-version     404
    ├── UnknownUpload       unknown-upload      404
    ├── UnknownFile         unknown-file        404
    ├── TooSlow             too-slow            408
    ├── WrongOffset         wrong-offset        409
    ├── NotYourTurn         not-your-turn       409
    ├── StillArriving       still-arriving      409
    ├── CannotGrow          cannot-grow         409
    ├── AlreadyGrowing      already-growing     409
    ├── Superseded          superseded          409
    ├── TakenOver           taken-over          409
    ├── TooManyViews        too-many-views      409
    ├── OtherTus            other-tus           412
    ├── TooLarge            too-large           413
    ├── LongerThanSaid      longer-than-said    413
    ├── NoFileHere          no-file-here        413
    ├── NotATable           not-a-table         415
    ├── SeveralTables       several-tables      415
    ├── WrongType           wrong-type          415
    ├── NotAForm            not-a-form          415
    ├── ForbiddenHost       forbidden-host      421
    ├── EmptyFile           empty-file          422
    ├── NotQuoted           not-quoted          422
    ├── TooFewRows          too-few-rows        422
    ├── TooFast             too-fast            429
    ├── TooManyDocuments    too-many-documents  429
    ├── TooManyMisses       too-many-misses     429
    ├── ChecksumMismatch    checksum-mismatch   460
    ├── ServerBusy          server-busy         503
    ├── QueryFailed         query-failed        503
    ├── QueryTooLarge       query-too-large     503
    ├── ServerRestarting    server-restarting   503
    ├── TooManyMessages     too-many-messages   503
    ├── TooManyUploads      too-many-uploads    503
    ├── TooManyViewers      too-many-viewers    503
    └── StorageFailed       storage-failed      507
        ├── ServerFull      server-full         507
        └── ObjectStoreFailed  object-store-failed  507

``str()`` of each is one sentence for a person: what is wrong, and what can be done about it. Its facts are attributes,
which translations take.
"""


class PagecastError(Exception):
    """An error that is no fault of the program."""

    code: str
    """The code in an `error` frame."""
    status: int
    """The HTTP status, with the codes of RFC 9110, RFC 6585 (429), RFC 4918 (507) and tus (460)."""


class BadFrame(PagecastError):
    code = "bad-frame"
    status = 400

    def __init__(self, why: str) -> None:
        self.why = why

    def __str__(self) -> str:
        return f"The server cannot read this message: {self.why}."


class BadPageNumber(PagecastError):
    code = "bad-page-number"
    status = 400

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        shown = "".join(letter for letter in self.text[:20] if letter.isprintable())
        shown += "…" if len(self.text) > 20 else ""
        return f"“{shown}” is not a page number: send a whole number from 1."


class BadRequest(PagecastError):
    code = "bad-request"
    status = 400

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class BadView(PagecastError):
    code = "bad-view"
    status = 400

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class NeedsToken(PagecastError):
    code = "needs-token"
    status = 401

    def __str__(self) -> str:
        return (
            "New tables need this server’s upload token: enter it at /parser/, or send “Authorization: Bearer TOKEN”."
        )


class WrongToken(PagecastError):
    code = "wrong-token"
    status = 401

    def __str__(self) -> str:
        return "This is not the upload token of this server: ask its operator for it."


class ReadOnly(PagecastError):
    code = "read-only"
    status = 403

    def __str__(self) -> str:
        return "This link is read-only: ask its sender for one with full access."


class NeedsSignIn(PagecastError):
    code = "needs-sign-in"
    status = 403

    def __str__(self) -> str:
        return "Only people who have signed in may upload new tables: sign in, and try again."


class PageOutOfRange(PagecastError):
    code = "page-out-of-range"
    status = 404

    def __init__(self, page_no: int, pages: int) -> None:
        self.page_no, self.pages = page_no, pages

    def __str__(self) -> str:
        if self.pages == 0:
            return f"There is no page {self.page_no:,}: this document has no table yet."
        has = "1 page" if self.pages == 1 else f"{self.pages:,} pages"
        return f"There is no page {self.page_no:,}: this table has {has}."


class CellOutOfRange(PagecastError):
    code = "cell-out-of-range"
    status = 404

    def __init__(self, row: int, column: int) -> None:
        self.row, self.column = row, column

    def __str__(self) -> str:
        return f"There is no cell in row {self.row:,}, column {self.column:,} of this table."


class UnknownDocument(PagecastError):
    code = "unknown-document"
    status = 404

    def __str__(self) -> str:
        return "There is no table at this address: check the link, or ask its sender for a new one."


class DocumentDeleted(PagecastError):
    code = "document-deleted"
    status = 404

    def __str__(self) -> str:
        return "This table has been deleted: upload it again to get a new link."


class UnknownVersion(PagecastError):
    code = "unknown-version"
    status = 404

    def __init__(self, number: int) -> None:
        self.number = number

    def __str__(self) -> str:
        return f"There is no version {self.number:,} of this table: only the newest ones are kept."


class UnknownUpload(PagecastError):
    code = "unknown-upload"
    status = 404

    def __str__(self) -> str:
        return "The server no longer has this upload: start it again."


class UnknownFile(PagecastError):
    code = "unknown-file"
    status = 404

    def __str__(self) -> str:
        return "The server no longer has this file: make it again."


class TooSlow(PagecastError):
    code = "too-slow"
    status = 408

    def __str__(self) -> str:
        return "The upload was too slow: send the file again over a faster connection."


class WrongOffset(PagecastError):
    code = "wrong-offset"
    status = 409

    def __init__(self, offset: int, stored: int) -> None:
        self.offset, self.stored = offset, stored

    def __str__(self) -> str:
        return f"A chunk at byte {self.offset} leaves a gap: continue from byte {self.stored}."


class NotYourTurn(PagecastError):
    code = "not-your-turn"
    status = 409

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return f"Only {self.name} turns the pages while presenting: ask to present, or read on your own."


class StillArriving(PagecastError):
    code = "still-arriving"
    status = 409

    def __str__(self) -> str:
        return "This table is still uploading: download the file when the upload is complete."


class CannotGrow(PagecastError):
    code = "cannot-grow"
    status = 409

    def __init__(self, what: str) -> None:
        self.what = what

    def __str__(self) -> str:
        return f"Rows cannot be added to {self.what}: upload the whole table again."


class AlreadyGrowing(PagecastError):
    code = "already-growing"
    status = 409

    def __str__(self) -> str:
        return "Rows are being added to this table, or it is being re-parsed: try again when that is done."


class Superseded(PagecastError):
    code = "superseded"
    status = 409

    def __str__(self) -> str:
        return "A newer version of this table has been uploaded: look at it first."


class TakenOver(PagecastError):
    code = "taken-over"
    status = 409

    def __str__(self) -> str:
        return "This upload continues over another connection: only one can send it at a time."


class TooManyViews(PagecastError):
    code = "too-many-views"
    status = 409

    def __init__(self, most: int) -> None:
        self.most = most

    def __str__(self) -> str:
        return f"This document keeps {self.most:,} long views already: use one of them, or a shorter one."


class OtherTus(PagecastError):
    code = "other-tus"
    status = 412

    def __init__(self, version: str) -> None:
        self.version = version

    def __str__(self) -> str:
        return f"This server supports tus {self.version}: send this version in a Tus-Resumable header."


class TooLarge(PagecastError):
    code = "too-large"
    status = 413

    def __init__(self, limit: int) -> None:
        self.limit, self.limit_mb = limit, round(limit / 2**20)

    def __str__(self) -> str:
        return f"The file is too large: this server accepts up to {self.limit_mb:,} MB a table."


class LongerThanSaid(PagecastError):
    code = "longer-than-said"
    status = 413

    def __init__(self, size: int) -> None:
        self.size = size

    def __str__(self) -> str:
        return f"The file is longer than the {self.size:,} bytes announced: upload it again."


class NoFileHere(PagecastError):
    code = "no-file-here"
    status = 413

    def __str__(self) -> str:
        return "This address takes no files: PUT a new table to /parser/, or a new version to the table's own address."


class NotATable(PagecastError):
    code = "not-a-table"
    status = 415

    def __init__(self, what: str, advice: str) -> None:
        self.what, self.advice = what, advice

    def __str__(self) -> str:
        return f"This looks like {self.what}, not a table of text: {self.advice}."


class SeveralTables(PagecastError):
    code = "several-tables"
    status = 415

    def __init__(self, names: str) -> None:
        self.names = names

    def __str__(self) -> str:
        return f"This archive holds several tables ({self.names}): unpack it, and upload the one you want."


class WrongType(PagecastError):
    code = "wrong-type"
    status = 415

    def __init__(self, wanted: str) -> None:
        self.wanted = wanted

    def __str__(self) -> str:
        return f"A chunk of a file needs the Content-Type {self.wanted}."


class NotAForm(PagecastError):
    code = "not-a-form"
    status = 415

    def __str__(self) -> str:
        return "POST takes a file in a form: send it with curl -F file=@cities.tsv, or with PUT, as curl -T does."


class ForbiddenHost(PagecastError):
    code = "forbidden-host"
    status = 421

    def __init__(self, host: str) -> None:
        self.host = host

    def __str__(self) -> str:
        return f"This server does not answer to the name “{self.host[:80]}”: add it with --hosts and restart."


class EmptyFile(PagecastError):
    code = "empty-file"
    status = 422

    def __str__(self) -> str:
        return "The file is empty: send one with at least one row."


class NotQuoted(PagecastError):
    code = "not-quoted"
    status = 422

    def __str__(self) -> str:
        return "The quotes in this file do not all pair, so they are read as text: otherwise rows would be lost."


class TooFewRows(PagecastError):
    code = "too-few-rows"
    status = 422

    def __init__(self, preamble: int, rows: int) -> None:
        self.preamble, self.rows = preamble, rows

    def __str__(self) -> str:
        has = "1 row" if self.rows == 1 else f"{self.rows:,} rows"
        return f"The table cannot begin behind {self.preamble:,} rows: this file has {has} in all."


class TooFast(PagecastError):
    code = "too-fast"
    status = 429

    def __str__(self) -> str:
        return "That was too fast: wait a moment, and try again."


class TooManyDocuments(PagecastError):
    code = "too-many-documents"
    status = 429

    def __str__(self) -> str:
        return (
            "Too many new tables were uploaded from your address: try again later, "
            "or upload this one as a new version of an existing table."
        )


class TooManyMisses(PagecastError):
    code = "too-many-misses"
    status = 429

    def __str__(self) -> str:
        return "Too many requests from your address led nowhere: check the link, and try again in a minute."


class ChecksumMismatch(PagecastError):
    code = "checksum-mismatch"
    status = 460

    def __str__(self) -> str:
        return "The checksum does not match, so the upload was discarded: upload the file again."


class ServerBusy(PagecastError):
    code = "server-busy"
    status = 503

    def __str__(self) -> str:
        return "The server is busy: try again in a minute."


class QueryFailed(PagecastError):
    code = "query-failed"
    status = 503

    def __str__(self) -> str:
        return "The server could not answer this question: ask it again, or a simpler one."


class QueryTooLarge(PagecastError):
    code = "query-too-large"
    status = 503

    def __str__(self) -> str:
        return "This question takes more time or memory than the server gives to one: narrow it with a filter."


class ServerRestarting(PagecastError):
    code = "server-restarting"
    status = 503

    def __str__(self) -> str:
        return "The server is restarting: try again in a moment."


class TooManyMessages(PagecastError):
    code = "too-many-messages"
    status = 503

    def __str__(self) -> str:
        return "The server is receiving too many large messages: send this one again in a moment."


class AtOnce:
    """A limit for the whole server, or for one address where ``address_alone``."""

    def __init__(self, limit: int, *, address_alone: bool) -> None:
        self.limit, self.address_alone = limit, address_alone


class TooManyUploads(AtOnce, PagecastError):
    code = "too-many-uploads"
    status = 503

    def __str__(self) -> str:
        has = "1 upload" if self.limit == 1 else f"{self.limit:,} uploads"
        whose = "Your address" if self.address_alone else "This server"
        return f"{whose} has {has} in progress, which is the limit: wait for one to end."


class TooManyViewers(AtOnce, PagecastError):
    code = "too-many-viewers"
    status = 503

    def __str__(self) -> str:
        has = "1 connection" if self.limit == 1 else f"{self.limit:,} connections"
        whose = "Your address" if self.address_alone else "This server"
        return f"{whose} has {has} open, which is the limit: try again in a minute."


class StorageFailed(PagecastError):
    code = "storage-failed"
    status = 507

    def __str__(self) -> str:
        return "The server’s disk is full or failing: stored tables are safe, try again later."


class ServerFull(StorageFailed):
    """All tables together have reached ``--max_total_mb``. Handled as a full disk, but clients do not resume."""

    code = "server-full"

    def __init__(self, limit: int) -> None:
        self.limit, self.limit_mb = limit, round(limit / 2**20)

    def __str__(self) -> str:
        return (
            f"This server stores up to {self.limit_mb:,} MB of tables, and this upload would exceed that: "
            "upload a smaller table, or try again later."
        )


class ObjectStoreFailed(StorageFailed):
    """The object store that the tables are in (``--store``) does not answer, or refuses."""

    code = "object-store-failed"

    def __str__(self) -> str:
        return "The server cannot reach its object store: stored tables are safe, try again later."
