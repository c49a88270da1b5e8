"""How long one page turn takes to reach the last of many viewers."""

import json
import subprocess
import sys
from collections.abc import Iterator

from bench.figures import Line, Setting, times
from bench.server import TOP, broadcast, pagecast, sink
from bench.wire import upload

ABOUT = "one page turn, from asking until the last of many viewers has it; server on one core, viewers on another"

TURNS = 4
"""Turns to each server, times the rounds."""

MOST = 20
"""Turns to each where the viewers are many: some of the ways take seconds for one."""


def measure(setting: Setting) -> Iterator[Line]:
    table = setting.table
    with (
        pagecast(setting.folder, cpu=0) as ours,
        sink(setting.folder, table.path, cpu=0) as plain,
        broadcast(setting.folder, table.path, cpu=0) as library,
    ):
        uuid = upload(ours.port, "/parser/ws/upload", table)["uuid"]
        room = f"{ours.port}/parser/ws/{uuid}"
        written, text = "`write_message(dict)` to each", "`write_message(text)` to each"
        races = {  # no more than three at a time, or the viewers' process would need too many files
            "turn": {written: f"{plain.port}/ws/write-to-each", text: f"{plain.port}/ws/text-to-each"},
            "turn again": {
                "`broadcast()` of websockets": f"{library.port}/",
                "a loop of `send()`": f"{plain.port}/ws/send-to-each",
            },
            "turn, deflated": {written: f"deflate:{plain.port}/ws/deflate-to-each"},
        }
        for viewers in setting.viewers:
            turns = min(TURNS * setting.rounds, MOST)
            for race, others in races.items():
                mine = f"deflate:{room}" if race == "turn, deflated" else room
                taken, *theirs = gather(viewers, turns, (mine, *others.values()))
                name = f"{race}, {viewers:,} viewers"
                for other, seconds in zip(others, theirs, strict=True):
                    yield times(name, taken, seconds, other)
                    name = ""


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
