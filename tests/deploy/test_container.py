"""The Containerfile: its steps, carried out in plain directories, make a server that writes to its volume alone."""

import os
import re
from pathlib import Path

from tests.deploy.container import build, steps_of
from tests.edges.talk import ask, put, table
from tests.mounting import as_root
from tests.server import CommandServer, running
from tests.sources import TOP

CONTAINERFILE = TOP / "deploy" / "Containerfile"
STEPS = steps_of(CONTAINERFILE.read_text())


def rests(name: str) -> list[str]:
    return [step.rest for step in STEPS if step.name == name]


def test_the_container_serves_as_a_user_without_rights_on_a_read_only_root(tmp_path: Path) -> None:
    (volume,) = rests("VOLUME")
    text = CONTAINERFILE.read_text()
    if os.geteuid() != 0:  # a plain user has no other account to give things to
        text = text.replace("10001:10001", "0:0")
    stage = build(text, TOP, tmp_path)
    packages = stage.root.glob("opt/pagecast/.venv/lib/python3*/site-packages/*")
    assert "pip" not in {path.name for path in packages}, "pip stays behind"
    stage.root.chmod(0o755)
    folder = tmp_path / "here"
    folder.mkdir()
    command = [*as_root(), "/bin/sh", "-c", stage.serve(volume), "--", *stage.cmd]
    with running(CommandServer(folder, volume, command, stage.environment)) as server:
        status = Path(f"/proc/{server.pid}/status").read_text()
        if os.geteuid() == 0:
            assert re.findall(r"^(?:Uid|Gid):\s+(\d+)\s", status, re.MULTILINE) == ["10001", "10001"]
            assert "\nCapEff:\t0000000000000000\n" in status
        assert "\nNoNewPrivs:\t1\n" in status or os.geteuid() != 0
        uuid = put(server, table(500))
        assert ask(server, "GET", f"/parser/{uuid}/rows?n__gt=498").status == 200
        assert ask(server, "GET", f"/parser/{uuid}/download").body == table(500)
        assert ask(server, "GET", f"/parser/{uuid}").status == 200
    assert (stage.inside(volume) / "documents" / uuid).is_dir()
    assert stage.inside(volume).stat().st_mode & 0o777 == 0o700


def test_all_that_is_copied_is_sent_to_the_builder_and_nothing_else() -> None:
    lines = (TOP / ".dockerignore").read_text().splitlines()
    sent = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copies = [rest.split()[:-1] for rest in rests("COPY") if not rest.startswith("--from=")]
    assert {word for words in copies for word in words} == sent
    assert "*" in lines


def test_packages_are_installed_as_make_installs_them() -> None:
    (step,) = [rest for rest in rests("RUN") if "requirements.txt" in rest]
    (line,) = [line for line in (TOP / "Makefile").read_text().splitlines() if "-r requirements.txt" in line]
    for need in ("--require-hashes", "-r requirements.txt"):
        assert need in step
        assert need in line


def test_the_server_is_not_root_and_listens_where_the_port_is_open() -> None:
    names = [step.name for step in STEPS]
    assert rests("USER") == ["10001:10001"]
    assert names.index("USER") > max(index for index, name in enumerate(names) if name == "RUN")
    assert rests("EXPOSE") == ["8080"], "the default of --port"
