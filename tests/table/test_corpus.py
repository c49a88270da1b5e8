"""Each file of tests/corpus is parsed, or refused, as its JSON file says, however the bytes arrive."""

import json
import re
from pathlib import Path

import pytest

from pagecast.protocol.errors import PagecastError
from pagecast.protocol.tables import Choices
from tests.examples import USUAL, examples
from tests.table.pieces import pieces_of
from tests.table.reading import read

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FILES = sorted(path for path in CORPUS.glob("[!.]*") if path.suffix != ".json")

SIZES = [1, 3, 10**6] if examples(USUAL) <= USUAL else [1, 2, 3, 4, 5, 7, 11, 64, 1000, 10**6]
"""Bytes of the pieces in which a file arrives."""

TOLD = {"rows", "columns", "delimiter", "line_end", "quoting", "header"}
"""The members of every JSON file, unless it has ``refused``, a part of the sentence that the file is refused with. Any
other member is compared where a file has it: ``head`` begins ``data``, and ``choices`` are the parts of the dialect
that somebody chose."""


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_read_as_is_written_beside_it(path: Path, size: int) -> None:
    expected = json.loads(_beside(path).read_text(encoding="utf-8"))
    choices = Choices(**expected.pop("choices", {}))
    if "refused" in expected:
        with pytest.raises(PagecastError, match=re.escape(expected["refused"])):
            read(pieces_of(path.read_bytes(), size), choices)
        return
    done = read(pieces_of(path.read_bytes(), size), choices)
    ingest, dialect = done.ingest, done.ingest.dialect
    told = {
        "rows": ingest.scanner.rows,
        "columns": ingest.scanner.columns,
        "empty_lines": ingest.scanner.empty_lines,
        "irregular": ingest.scanner.irregular,
        "invalid_cells": ingest.invalid.count,
        "compression": dialect.compression,
        "member": dialect.member,
        "encoding": dialect.encoding,
        "bom": dialect.bom,
        "certain": ingest.certain,
        "encodings": [guess.encoding for guess in ingest.encodings],
        "delimiter": dialect.delimiter,
        "skip_initial_space": dialect.skip_initial_space,
        "line_end": dialect.line_end,
        "quoting": dialect.quoting,
        "quote": dialect.quote,
        "escape": dialect.escape,
        "comment": dialect.comment,
        "mended": ingest.mended,
        "mended_rows": list(ingest.mended_rows),
        "preamble": ingest.preamble,
        "notes": list(ingest.notes),
        "header": ingest.header,
        "header_offset": ingest.header_offset,
        "other_headers": list(ingest.other_headers),
        "kinds": ingest.kinds,
        "lenses": ingest.lenses,
        "data": done.rows,
        "head": done.rows[: len(expected.get("head", ()))],
    }
    assert {name: told[name] for name in expected} == expected
    assert expected.keys() > TOLD
    assert expected.keys() & {"data", "head"}


def test_every_file_of_the_corpus_has_its_other_half() -> None:
    assert sorted(map(_beside, FILES)) == sorted(CORPUS.glob("*.json"))
    assert len(FILES) > 10


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")
