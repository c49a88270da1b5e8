"""Each file of tests/corpus is parsed as its JSON file says, however the bytes arrive."""

import json
from pathlib import Path

import pytest

from tests.table.pieces import pieces_of
from tests.table.reading import read

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
FILES = sorted(CORPUS.glob("*.tsv"))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10**6])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_read_as_is_written_beside_it(path: Path, size: int) -> None:
    done = read(pieces_of(path.read_bytes(), size))
    ingest = done.ingest
    told = {
        "rows": ingest.scanner.rows,
        "columns": ingest.scanner.columns,
        "empty_lines": ingest.scanner.empty_lines,
        "invalid_cells": ingest.invalid.count,
        "compression": ingest.dialect.compression,
        "encoding": ingest.dialect.encoding,
        "bom": ingest.dialect.bom,
        "delimiter": ingest.dialect.delimiter,
        "line_end": ingest.dialect.line_end,
        "quoting": ingest.dialect.quoting,
        "notes": list(ingest.notes),
        "header": ingest.header,
        "kinds": ingest.kinds,
        "data": done.rows,
    }
    assert told == json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def test_every_file_of_the_corpus_has_its_other_half() -> None:
    assert {path.stem for path in FILES} == {path.stem for path in CORPUS.glob("*.json")}
    assert len(FILES) > 10
