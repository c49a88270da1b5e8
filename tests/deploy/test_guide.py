"""docs/deploy.md: its commands name files that exist, and write what systemd and nginx accept."""

import re
import shlex
import subprocess
from pathlib import Path

from tests.nginx import elsewhere, try_out
from tests.sources import TOP

GUIDE = (TOP / "docs" / "deploy.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines()]

WRITING = {"cp", "sed", "mkdir", "openssl"}
"""Programs that write files: the tests run them, in a folder of their own instead of /etc."""
DOING = {
    "apt-get",
    "cd",
    "certbot",
    "curl",
    "git",
    "journalctl",
    "nginx",
    "podman",
    "printf",
    "python3",
    "rm",
    "systemctl",
    "tar",
}
"""Programs that change a machine or ask it: the tests look at what they are given."""
NAME = "tables.example.org"


def words_of(command: str) -> list[str]:
    return shlex.split(command, comments=True)


def carry_out(commands: list[str], etc: Path) -> None:
    """Run the commands that write files, at the top of the checkout, with a name for the server."""
    lines = [line.replace("/etc/", f"{etc}/") for line in commands if words_of(line)[0] in WRITING]
    script = "\n".join(["set -e", f"NAME={NAME}", *lines])
    done = subprocess.run(["/bin/sh", "-c", script], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def folders(etc: Path) -> Path:
    for name in ("systemd/system", "nginx/conf.d"):
        (etc / name).mkdir(parents=True)
    return etc


def test_every_command_is_known_here() -> None:
    programs = {words_of(command)[0] for command in COMMANDS}
    assert programs - WRITING - DOING == {"NAME=pagecast.example", ".venv/bin/pip", ".venv/bin/python"}


def test_the_files_of_the_checkout_in_the_commands_exist() -> None:
    named = {
        word for command in COMMANDS for word in words_of(command) if re.fullmatch(r"[\w./-]+\.\w+|\w+/[\w./-]+", word)
    }
    ours = {word for word in named if not word.startswith(("/", ".venv", "http"))}
    assert {"deploy/pagecast.service", "deploy/Containerfile", "nginx/pagecast.conf", "requirements.txt"} <= ours
    for word in ours:
        assert (TOP / word).exists(), word


def test_the_service_is_set_up_for_the_name_of_the_server(tmp_path: Path) -> None:
    carry_out(COMMANDS, folders(tmp_path))
    unit = (tmp_path / "systemd" / "system" / "pagecast.service").read_text()
    assert f"--hosts={NAME}\n" in unit
    assert "pagecast.example" not in unit
    for path in re.findall(r"(?:WorkingDirectory=|ExecStart=)(/opt/\w+)", unit):
        assert f"git clone https://git.example/pagecast.git {path}\n" in GUIDE
    assert "\npython3 -m venv .venv\n" in GUIDE
    assert "ExecStart=/opt/pagecast/.venv/bin/python parser.py " in unit


def test_nginx_accepts_what_the_commands_make_of_the_site_before_tls_and_with_it(tmp_path: Path) -> None:
    site = folders(tmp_path) / "nginx" / "conf.d" / "pagecast.conf"
    start = next(index for index, line in enumerate(COMMANDS) if line.startswith("sed -i -E"))
    carry_out(COMMANDS[:start], tmp_path)
    plain = site.read_text()
    carry_out(COMMANDS, tmp_path)
    tls = site.read_text()
    for text in (plain, tls):
        assert "pagecast.example" not in "".join(
            line for line in text.splitlines() if not line.lstrip().startswith("#")
        )
        text = text.replace("/etc/letsencrypt/", f"{tmp_path}/letsencrypt/")
        run = try_out(elsewhere(elsewhere(text, 80), 443), tmp_path)
        assert run.returncode == 0, run.stderr
    assert "\n    listen 443 ssl http2;\n" in tls
    assert tls.count("    listen 80;") == 1, "the server that redirects"


def test_the_container_is_started_as_its_file_says() -> None:
    (run,) = [words_of(command) for command in COMMANDS if command.startswith("podman run")]
    container = (TOP / "deploy" / "Containerfile").read_text()
    volume, folder = run[run.index("--volume") + 1].split(":")
    assert volume == "pagecast"
    assert f"\nVOLUME {folder}\n" in container
    assert f"--data_dir={folder}" in container
    assert "--read-only" in run
    (build,) = [words_of(command) for command in COMMANDS if command.startswith("podman build")]
    assert build[build.index("-t") + 1] in run
