"""The code that the page writes for a view finds the rows that the view has, in its order, in each language."""

import csv
import io
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import duckdb
import pytest
import rjsmin  # type: ignore[import-untyped]

from tests.edges.talk import ask, put
from tests.server import Server

TOP = Path(__file__).resolve().parents[3]

DIRT = (
    "gene\tGene\tpadj\tprice\tbetrag\tday\tnote\t_row\t^odd$\tx\tx\n"
    'TP53\ta\t0.05\t1,234.5\t1.234,5\t2026-11-28\tsays ""hi""\t1\tchr2\tü\t1\n'
    "BRCA1\tb\t1e-6\t$ 7\t7,25 €\t2026-11\tit's 'so'\t2\tchr10\tÜber\t2\n"
    "brca1\tc\tNA\t-3\t−3,5\t2026-11-28T09:30+02:00\t\t3\tchr010\t\t3\n"
    "EGFR\td\t12\t\tNA\t\ta\\b\t4\tChrX\tOslo, Norway\t4\n"
    "\te\t-0.5\t12\t12\t2025-01-01T00:00:00Z\toslo\t5\tchr2\tnew oslo_x\n"
    "NA\tf\t12\t12 %\t0,5\t2026-11-27T23:59:59.5Z\t(a|b)*\t6\t\t基因\t6\n"
    "KRAS\tg\t.5\t1000\t1 000\t1999-12-31\ttwo\tNULL\tchr1\tOSLO\t7\n"
)
"""Names that differ in their capitals, are taken, are patterns, or belong to two columns; and cells of all kinds."""

VIEWS = (
    "",
    "gene=TP53",
    "gene__not=",
    "gene__in=BRCA1,EGFR,",
    "gene__notin=NA,KRAS",
    "gene__contains=brca&_sort_desc=padj",
    "_c10__startswith=%C3%BC",
    "_c10__endswith=%20norway",
    "_c10__notcontains=oslo",
    "padj__lte=0.05",
    "padj__gt=0.05&_sort=gene",
    "price__gte=12&_sort_desc=price",
    "betrag__gt=0&_sort=betrag",
    "day__gte=2026-11-27&_sort_desc=day",
    "day__lt=2026-11-28T08:00Z&_sort=day",
    "gene__isblank=1",
    "note__notblank=1&_sort=note",
    "note__regex=%5B(%5D%7C'",
    "note__contains=%22hi%22",
    "note__contains=it's",
    r"note__contains=\b",
    "_sort_natural=%5Eodd$",
    "_sort_natural_desc=%5Eodd$&_sort=padj",
    "_sort=padj&_sort_desc=gene",
    "_search=oslo",
    "_search=OSLO&_search_case=1",
    "_search=oslo&_search_word=1",
    "_search=%5EOs&_search_regex=1&_search_case=1",
    "_search=(a%7Cb)*",
    "_col=padj&_col=_c2&padj__notblank=1",
)


@pytest.fixture(scope="module")
def uuid(server: Server) -> str:
    return put(server, DIRT.encode(), "genes.tsv")


@pytest.fixture(scope="module")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the scripts that write code, as they are served: minified."""
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "package.json").write_text('{"type": "module"}')
    for path in (TOP / "static" / "js").rglob("*.js"):
        copy = folder / path.relative_to(TOP / "static" / "js")
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(rjsmin.jsmin(path.read_text()))
    return folder


@pytest.fixture(scope="module")
def codes(server: Server, uuid: str, scripts: Path) -> dict[str, list[str]]:
    """Return the code that the page writes for each of VIEWS, by its language."""
    info = json.loads(ask(server, "GET", f"/parser/{uuid}/info").text)["columns"]
    script = f"""
        import {{ LANGUAGES, viewCode }} from '{scripts}/view/code.js'
        import {{ columnNames, parseQuery, writeQuery }} from '{scripts}/view/query.js'
        const [columns, queries, address] = JSON.parse(process.argv[1])
        const names = columnNames(columns.map(column => column.name), columns.length)
        const kinds = columns.map(column => column.kind), lenses = columns.map(column => column.lens)
        const code = language => queries.map(query => {{
          const view = parseQuery(query, names)
          const named = {{ query: writeQuery(view, names), words: '7 rows', names }}
          return viewCode(language, {{ ...named, view, address, kinds, lenses }})
        }})
        console.log(JSON.stringify(Object.fromEntries(LANGUAGES.map(language => [language, code(language)]))))
    """
    node = shutil.which("node")
    assert node, "node is not installed"
    given = json.dumps([info, VIEWS, f"{server.http}/parser/{uuid}/export?version=1"])
    written = subprocess.run([node, "--input-type=module", "-e", script, given], check=True, stdout=subprocess.PIPE)
    return json.loads(written.stdout)  # type: ignore[no-any-return]


def run_sql(code: str, server: Server, folder: Path) -> list[str]:
    """Run SQL on the file that its comment says how to download."""
    assert server.runs
    command = re.search("^-- (curl .*)", code, re.M)
    assert command
    subprocess.run([*shlex.split(command[1]), "--silent"], check=True, cwd=folder)
    connection = duckdb.connect()
    found: Any = None
    for statement in duckdb.extract_statements(code.replace("'table.csv'", f"'{folder}/table.csv'")):
        found = connection.execute(statement)
    assert found.description[0][0] == "_row"
    return [row[0] for row in found.fetchall()]


def run_python(code: str, server: Server, folder: Path) -> list[str]:
    assert server.runs
    assert folder.exists()
    names: dict[str, Any] = {}
    exec(code, names)
    return list(names["t"]["_row"])


def run_shell(code: str, server: Server, folder: Path) -> list[str]:
    assert server.runs
    command = [*shlex.split(code), "--silent"]
    subprocess.run(command, check=True, cwd=folder)
    (path,) = folder.iterdir()
    rows = csv.reader(io.StringIO(path.read_text(), newline=""))
    assert next(rows)[0] == "_row"
    return [row[0] for row in rows]


def run_r(code: str, server: Server, folder: Path) -> list[str]:
    assert server.runs
    script = folder / "view.R"
    script.write_text(f'{code}\nwriteLines(t[["_row"]])\n')
    return subprocess.run(["Rscript", str(script)], check=True, capture_output=True, text=True).stdout.split()


RUNNERS = {"sql": run_sql, "pandas": run_python, "polars": run_python, "curl": run_shell, "r": run_r}


@pytest.fixture(scope="module")
def expected(server: Server, uuid: str) -> list[list[str]]:
    """Return the numbers of the rows of each of VIEWS."""
    found = [ask(server, "GET", f"/parser/{uuid}/export?format=jsonl&row_numbers=1&{query}") for query in VIEWS]
    return [[str(json.loads(line)["_row"]) for line in answer.text.splitlines()] for answer in found]


@pytest.mark.parametrize("language", RUNNERS)
def test_the_code_finds_the_rows_of_the_view(
    server: Server, tmp_path: Path, codes: dict[str, list[str]], expected: list[list[str]], language: str
) -> None:
    for number, (query, code, rows) in enumerate(zip(VIEWS, codes[language], expected, strict=True)):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert language == "curl" or code.partition(" ")[2].startswith("7 rows\n")
        assert rows, query
        assert RUNNERS[language](code, server, folder) == rows, f"{query}\n{code}"
