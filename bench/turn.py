"""How long one page turn takes to reach the last of many viewers."""

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Line, Setting, times
from bench.server import TOP, pagecast, sink
from bench.wire import upload

ABOUT = "one page turn, until the last of many viewers has it; server on one core, viewers on another, no deflate"

TURNS = 4
"""Turns to each server, times the rounds."""


def measure(setting: Setting) -> Iterator[Line]:
    table = setting.table
    with pagecast(setting.folder, cpu=0) as ours, sink(setting.folder, table.path, cpu=0) as plain:
        uuid = upload(ours.port, "/parser/ws/upload", table)["uuid"]
        for viewers in setting.viewers:
            places = (
                f"{ours.port}/parser/ws/{uuid}",
                f"{plain.port}/ws/write-to-each",
                f"{plain.port}/ws/send-to-each",
            )
            mine, written, sent = gather(viewers, TURNS * setting.rounds, places)
            yield times(f"turn, {viewers:,} viewers", mine, written, "`write_message(dict)` to each")
            yield times("", mine, sent, "a loop of `send()`")


def gather(viewers: int, turns: int, places: tuple[str, ...]) -> list[list[float]]:
    """Have many viewers at each place, in a process of their own; answers the seconds of each turn at each."""
    command = [sys.executable, "-m", "bench.crowd", str(viewers), str(turns), *places]
    with subprocess.Popen(command, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as crowd:
        try:
            answer, _ = crowd.communicate()
        finally:
            crowd.kill()
    if crowd.returncode:
        raise RuntimeError("the viewers' process failed")
    taken: list[list[float]] = json.loads(answer)
    return taken
