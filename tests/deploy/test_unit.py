"""The systemd unit that we ship: systemd accepts it, it is strict, and the server can do its work under it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.edges.talk import ask, comes_true, put, table
from tests.nginx import SHIPPED
from tests.server import CommandServer, running
from tests.sources import TOP

UNIT = TOP / "deploy" / "pagecast.service"
MOST_EXPOSED = 12
"""Ten times what `systemd-analyze security` may find at most. A service without any setting has 96."""

HINTS = {"mbind"}
"""System calls of numpy's libraries that only make memory faster: where they are refused, the libraries go on."""


def program(name: str) -> str:
    path = shutil.which(name)
    assert path, f"{name} is not installed: scripts/system-packages {name.removesuffix('-analyze')}"
    return path


def analyze(*arguments: str) -> str:
    done = subprocess.run(
        [program("systemd-analyze"), *arguments], capture_output=True, text=True, check=False, env={"PATH": os.defpath}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def settings(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(), re.MULTILINE)


def calls_in(group: str) -> set[str]:
    """The system calls of one of systemd's groups."""
    shown = subprocess.run(
        [program("systemd-analyze"), "syscall-filter", group], capture_output=True, text=True, check=True
    )
    names = [line.strip() for line in shown.stdout.splitlines() if re.fullmatch(r"\s+[@\w-]+", line)]
    return set().union(*(calls_in(name) if name.startswith("@") else {name} for name in names))


def allowed_calls() -> set[str]:
    """The system calls that the unit allows, and those that systemd never takes away."""
    allowed = calls_in("@default")
    for line in settings("SystemCallFilter"):
        denies = line.startswith("~")
        for name in line.removeprefix("~").split():
            calls = calls_in(name) if name.startswith("@") else {name}
            allowed = allowed - calls if denies else allowed | calls
    return allowed


def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text().replace("/opt/pagecast/.venv/bin/python", sys.executable)
    assert sys.executable in text
    unit = tmp_path / "pagecast.service"
    unit.write_text(text.replace("file:///opt/pagecast/", f"file://{TOP}/"))
    assert analyze("verify", "--man=no", str(unit)) == ""


def test_the_unit_exposes_little() -> None:
    analyze("security", "--offline=true", "--no-pager", f"--threshold={MOST_EXPOSED}", str(UNIT))


async def test_the_server_makes_only_system_calls_that_the_unit_allows(tmp_path: Path) -> None:
    """The server starts, takes a table, answers questions in processes of its own, and ends."""
    counted = tmp_path / "calls"
    tracing = [program("strace"), "-D", "-f", "-qq", "-c", "-U", "name", "-o", str(counted)]
    command = [*tracing, sys.executable, str(TOP / "parser.py"), "--join_scripts=false"]
    server = CommandServer(tmp_path, "data", command, {"PATH": os.defpath, "PYTHONPATH": str(TOP)})
    with running(server):
        uuid = put(server, table(3000))
        for path in ("rows?n__gt=2990", "rows?_sort_desc=n", "rows?_search=row", "export?format=parquet", "download"):
            assert ask(server, "GET", f"/parser/{uuid}/{path}").status == 200
    await comes_true(lambda: counted.exists() and "total" in counted.read_text())
    called = {line.strip() for line in counted.read_text().splitlines()} - {"", "syscall", "total"}
    called = {name for name in called if not name.startswith("-")}
    assert {"setpriority", "pwrite64", "rename"} <= called, "strace has seen all processes"
    assert called - HINTS <= allowed_calls()


def test_the_service_starts_where_nginx_expects_the_server() -> None:
    (command,) = settings("ExecStart")
    assert "--address=127.0.0.1 --port=8080" in command
    assert "server 127.0.0.1:8080;" in SHIPPED.read_text()
    assert settings("WorkingDirectory") == ["/opt/pagecast"]
