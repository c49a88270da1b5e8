"""The wheel: `pip install .` gives a command that serves from any folder, with all of the page inside."""

import os
import re
import subprocess
import sys
import sysconfig
import tomllib
import venv
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.edges.talk import PATIENCE_S, ask, page_of, put, table
from tests.server import CommandServer, running
from tests.sources import TOP


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the checkout without a network: the packages that it needs are lent by the environment of the tests."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False, symlinks=True)
    (packages(folder) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    command = [*(sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"), "--python", python_of(folder)]
    offline = ["--no-deps", "--no-index", "--no-build-isolation", "--check-build-dependencies"]
    done = subprocess.run([*command, "install", *offline, "."], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def python_of(environment: Path) -> str:
    return str(environment / "bin" / "python")


def packages(environment: Path) -> Path:
    (folder,) = environment.glob("lib/python3*/site-packages")
    return folder


def installed(environment: Path) -> Distribution:
    (information,) = packages(environment).glob("pagecast-*.dist-info")
    return Distribution.at(information)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder that are in the repository too: Python and editors leave others, at any moment."""
    files = (path for path in folder.rglob("*") if "__pycache__" not in path.parts and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files if path.is_file()}


def test_the_wheel_holds_the_server_and_the_page_and_nothing_else(environment: Path) -> None:
    expected = {f"pagecast/{name}": data for name, data in files_in(TOP / "pagecast").items()}
    expected["pagecast/parser.py"] = (TOP / "parser.py").read_bytes()
    for folder in ("static", "templates"):
        expected |= {f"pagecast/{folder}/{name}": data for name, data in files_in(TOP / folder).items()}
    assert {f"pagecast/{name}": data for name, data in files_in(packages(environment) / "pagecast").items()} == expected
    top = {path.name for path in packages(environment).iterdir()} - {"lent.pth"}
    assert {name for name in top if not name.startswith("pagecast")} == set()


def test_the_wheel_asks_for_the_pinned_packages(environment: Path) -> None:
    needs = installed(environment).requires or []
    wanted = {
        re.split(r"[=;]", need)[0].strip().replace(".", "-"): need.partition("==")[2].partition(";")[0].strip()
        for need in needs
    }
    pinned = dict(re.findall(r"^([\w.-]+)==([\w.]+)", (TOP / "requirements.txt").read_text(), re.MULTILINE))
    assert wanted
    assert wanted.items() <= {name.replace(".", "-"): version for name, version in pinned.items()}.items()


def test_the_wheel_is_built_by_the_version_that_is_pinned_for_the_tests() -> None:
    (backend,) = tomllib.loads((TOP / "pyproject.toml").read_text())["build-system"]["requires"]
    assert backend == f"hatchling=={distribution('hatchling').version}"


def test_the_command_serves_from_any_folder(environment: Path, tmp_path: Path) -> None:
    for module in ("duckdb", "numpy", "pagecast", "queue"):  # what lies in the folder of a user is none of ours
        (tmp_path / f"{module}.py").write_text("raise SystemExit('a file of the user was imported')")
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = CommandServer(tmp_path, "tables", [str(environment / "bin" / "pagecast")], clean)
    data = table(450)
    with running(command) as server:
        page = ask(server, "GET", "/parser/")
        assert page.status == 200
        (script,) = set(re.findall(r'src="([^"]+/app\.js)"', page.text))
        assert ask(server, "GET", script).status == 200
        uuid = put(server, data)
        with connect(f"{server.ws}/parser/ws/{uuid}", proxy=None, open_timeout=PATIENCE_S) as viewer:
            viewer.recv(PATIENCE_S)
            viewer.send("5")
            assert str(page_of(data, 5)[0][1]) in str(viewer.recv(PATIENCE_S))
        answer = ask(server, "GET", f"/parser/{uuid}/rows?n__gt=447")
        assert '"data":[["448","row","896"],["449","row","898"]]' in answer.text.replace(" ", "")
        assert (tmp_path / "tables" / "documents" / uuid).is_dir()
