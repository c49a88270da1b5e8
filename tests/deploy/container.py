"""A Containerfile, carried out in plain directories: no container runtime and no network are needed.

The base image is this machine's own system, which is mounted read-only; Python is where its images have it, in
/usr/local. Each step runs in a mount namespace of its own, with the directory as its root.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass, field
from pathlib import Path

from tests.mounting import as_root

LENT = "/mnt/lent"
"""Where the packages of the tests' environment are mounted, which stand in for those that would be downloaded."""

IGNORED = shutil.ignore_patterns("__pycache__")
"""What .dockerignore leaves out of the folders that are copied."""


@dataclass(frozen=True)
class Step:
    """One instruction, such as RUN, and what follows it."""

    name: str
    rest: str

    @property
    def words(self) -> list[str]:
        return self.rest.split()

    @property
    def command(self) -> list[str]:
        """The words of an instruction in the form of a JSON list."""
        words: list[str] = json.loads(self.rest)
        return words


def steps_of(text: str) -> list[Step]:
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [Step(*line.split(maxsplit=1)) for line in "\n".join(lines).replace("\\\n", " ").splitlines()]


@dataclass
class Stage:
    """A root directory in which steps are carried out."""

    root: Path
    workdir: str = "/"
    user: str = "0:0"
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/local/bin:/usr/sbin:/usr/bin"})
    entrypoint: list[str] = field(default_factory=list)
    cmd: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in ("usr", "etc", "proc", "dev", "tmp", LENT, sys.base_prefix):
            self.inside(name).mkdir(parents=True, exist_ok=True)
        for name in ("bin", "lib", "lib64"):
            self.inside(name).symlink_to(f"usr/{name}")

    def inside(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def script(self, command: str, *, mounts: str = "", user: str = "0:0") -> str:
        """What a shell does, in a mount namespace of its own, to run a command in this directory."""
        root, uid, gid = shlex.quote(str(self.root)), *user.split(":")
        lines = ["set -e", f"mount --bind {root} {root}"]
        lines += [f"mount --rbind {name} {root}{name}" for name in ("/proc", "/dev")]
        base, lent = sys.base_prefix, sysconfig.get_path("purelib")
        python = {"/usr/local": base} | (
            {} if base.startswith("/usr") else {base: base}
        )  # it looks there for its library
        for at, source in {"/usr": "/usr", "/etc": "/etc", **python, LENT: lent}.items():
            lines.append(f"mount --bind {shlex.quote(source)} {root}{shlex.quote(at)}")
            lines.append(f"mount -o remount,bind,ro {root}{shlex.quote(at)}")
        lines.append(mounts)
        rights = f"setpriv --reuid={uid} --regid={gid} --clear-groups --no-new-privs" if user != "0:0" else ""
        lines.append(f"exec chroot {root} {rights} /bin/sh -c {shlex.quote(f'cd {self.workdir} && exec {command}')}")
        return "\n".join(lines)

    def run(self, command: str) -> None:
        """Carry out RUN."""
        done = subprocess.run(
            [*as_root(), "/bin/sh", "-c", self.script(f"/bin/sh -c {shlex.quote(command)}")],
            env={**self.environment, "HOME": "/tmp", "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"RUN {command}: {done.stdout}{done.stderr}"

    def lend(self) -> None:
        """Stand in for the step that downloads what requirements.txt names."""
        (packages,) = self.root.glob("opt/pagecast/.venv/lib/python3*/site-packages")
        (packages / "lent.pth").write_text(LENT + "\n")

    def copy(self, sources: list[Path], target: str) -> None:
        """Carry out COPY."""
        to = self.inside(os.path.join(self.workdir, target))
        for source in sources:
            if source.is_dir():
                shutil.copytree(source, to, symlinks=True, dirs_exist_ok=True, ignore=IGNORED)
            else:
                to.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, to)

    def serve(self, volume: str) -> str:
        """Return the script that starts the container: nothing can be written but the volume and /tmp."""
        root = shlex.quote(str(self.root))
        mounts = "\n".join(
            [
                f"mount --bind {root}{volume} {root}{volume}",
                f"mount -t tmpfs -o mode=1777 none {root}/tmp",
                f"mount -o remount,bind,ro {root}",
                f"if touch {root}/written {root}/opt/pagecast/written 2>/dev/null; then exit 99; fi",
            ]
        )
        return self.script(f'{shlex.join(self.entrypoint)} "$0" "$@"', mounts=mounts, user=self.user) + ' "$@"'


def build(text: str, context: Path, folder: Path) -> Stage:
    """Carry out the steps of a Containerfile; answers its last stage."""
    stages: dict[str, Stage] = {}
    stage: Stage | None = None
    for step in steps_of(text):
        if step.name == "FROM":
            name = re.findall(r" AS (\w+)$", step.rest) or ["last"]
            stage = stages[name[0]] = Stage(folder / name[0])
            continue
        assert stage, "a Containerfile begins with FROM"
        match step.name:
            case "COPY" if step.rest.startswith("--from="):
                other, source, target = step.words
                stage.copy([stages[other.removeprefix("--from=")].inside(source)], target)
            case "COPY":
                stage.copy([context / word for word in step.words[:-1]], step.words[-1])
            case "RUN" if "--require-hashes -r requirements.txt" in step.rest:
                stage.lend()
            case "RUN":
                stage.run(step.rest)
            case "WORKDIR":
                stage.workdir = step.rest
                stage.inside(step.rest).mkdir(parents=True, exist_ok=True)
            case "ENV":
                stage.environment |= dict(word.split("=", 1) for word in step.words)
            case "USER":
                stage.user = step.rest
            case "ENTRYPOINT":
                stage.entrypoint = step.command
            case "CMD":
                stage.cmd = step.command
            case other:
                assert other in ("VOLUME", "EXPOSE", "STOPSIGNAL"), f"the tests do not know {other}"
    assert stage
    return stage
