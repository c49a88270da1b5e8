"""Parse a file as an intake does, without a store."""

from typing import NamedTuple

from pagecast.protocol.tables import ALL_GUESSED, Choices
from pagecast.table.cells import rows_of
from pagecast.table.escapes import is_escaped
from pagecast.table.ingest import UNKNOWN, GuessRevised, Ingest, TablePiece


class Read(NamedTuple):
    ingest: Ingest
    table: bytes
    pages: list[int]

    @property
    def rows(self) -> list[list[str]]:
        return rows_of(self.table, escaped=is_escaped(self.ingest.dialect))


def read(pieces: list[bytes], choices: Choices = ALL_GUESSED) -> Read:
    """Parse a file as it arrives. After a GuessRevised, parse the pieces so far again, as one piece."""
    plan = UNKNOWN
    pending: list[bytes | None] = [*pieces, None]
    again = 0
    while True:
        ingest = Ingest(choices=choices, plan=plan)
        done: list[TablePiece] = []
        try:
            for piece in pending:
                done += [ingest.finish() if piece is None else ingest.feed(piece)]
        except GuessRevised as told:
            plan, again = told.plan, again + 1
            assert again < 25
            arrived, rest = pending[: len(done) + 1], pending[len(done) + 1 :]
            pending = [b"".join(piece for piece in arrived if piece is not None), *(rest or [None])]
            continue
        assert [piece.clean for piece in done] == sorted((piece.clean for piece in done), reverse=True)
        return Read(ingest, b"".join(piece.table for piece in done), [page for piece in done for page in piece.pages])
