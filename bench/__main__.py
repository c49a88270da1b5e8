"""Measure Pagecast.

    python -m bench                  everything, on a table of 1 GB: at most 40 minutes
    python -m bench --quick          everything, on a table of 100 MB
    python -m bench upload turn      some of it

Nothing but 127.0.0.1 is spoken to, and what is written goes into one temporary folder that is removed.
"""

import argparse
import os
import platform
import resource
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

import tornado

from bench import (
    back,
    dirty,
    first_page,
    hot_document,
    idle,
    memory,
    objects,
    page,
    pages,
    pointing,
    processes,
    questions,
    slow_line,
    stalled,
    table,
    turn,
    upload,
    wide,
)
from bench.figures import Measure, Setting

FIGURES: dict[str, tuple[str, Measure]] = {
    "upload": (upload.ABOUT, upload.measure),
    "first_page": (first_page.ABOUT, first_page.measure),
    "memory": (memory.ABOUT, memory.measure),
    "page": (page.ABOUT, page.measure),
    "slow_line": (slow_line.ABOUT, slow_line.measure),
    "pages": (pages.ABOUT, pages.measure),
    "objects": (objects.ABOUT, objects.measure),
    "turn": (turn.ABOUT, turn.measure),
    "idle": (idle.ABOUT, idle.measure),
    "stalled": (stalled.ABOUT, stalled.measure),
    "pointing": (pointing.ABOUT, pointing.measure),
    "back": (back.ABOUT, back.measure),
    "processes": (processes.ABOUT, processes.measure),
    "hot_document": (hot_document.ABOUT, hot_document.measure),
    "dirty": (dirty.ABOUT, dirty.measure),
    "wide": (wide.ABOUT, wide.measure),
    "questions": (questions.ABOUT, questions.measure),
}

ROWS = 10_000_000
ROUNDS = 5
QUICK_ROWS = 1_000_000
QUICK_ROUNDS = 3

LIMIT_S = 2400
"""A run that takes longer is stopped: it would be no figure of this machine in any case."""

FILES = 50_000
"""Open files that all places with 5,000 viewers take, two processes having two halves of each connection."""

ROOM = 5
"""Times the table's size that a run needs on disk: it, what each server was sent, and some to spare."""


def main() -> None:
    options = parse()
    raise_file_limit()
    signal.signal(signal.SIGALRM, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.alarm(LIMIT_S)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pagecast-bench-", dir=options.folder) as name:
        folder = Path(name)
        rows = QUICK_ROWS if options.quick else ROWS
        if shutil.disk_usage(folder).free < rows * 100 * ROOM:
            sys.exit(f"The bench needs {rows * 100 * ROOM / 1e9:.1f} GB in {folder.parent}: --folder names another.")
        made = table.make(folder / "bench.tsv", rows)
        rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
        setting = Setting(folder, made, rounds, tuple(options.viewers))
        print(about(setting), flush=True)
        for figure in options.figures or FIGURES:
            what, measure = FIGURES[figure]
            print(f"\n{figure}: {what}", flush=True)
            for line in measure(setting):
                print(line, flush=True)
    print(f"\nTook {time.monotonic() - begun:.0f} s.")


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"one of {', '.join(FIGURES)}; all if none")
    parser.add_argument("--quick", action="store_true", help="a table of 100 MB and fewer rounds")
    parser.add_argument("--rounds", type=int, help=f"how often each thing is timed ({ROUNDS}; quick {QUICK_ROUNDS})")
    parser.add_argument("--viewers", type=int, nargs="+", default=[100, 1000, 5000], help="viewers of a turned page")
    parser.add_argument("--folder", type=Path, help="where the temporary folder is made")
    options = parser.parse_args()
    unknown = set(options.figures) - FIGURES.keys()
    if unknown:
        parser.error(f"no figure is called {', '.join(sorted(unknown))}")
    return options


def about(setting: Setting) -> str:
    """Describe the measurement, and the machine it ran on."""
    cores = len(os.sched_getaffinity(0))
    load = os.getloadavg()[0]
    size = setting.table.size / 1e6
    return (
        f"{cores} cores ({processor()}), load {load:.1f}; {platform.system()} {platform.release()}, "
        f"{file_system(setting.folder)} in {setting.folder.parent}\n"
        f"Python {platform.python_version()}, Tornado {tornado.version}; "
        f"table of {size:,.0f} MB: {setting.table.rows:,} rows, {len(table.COLUMNS)} columns\n"
        "Ratios come from one run in which both sides took turns: ours / theirs, median of the rounds; range."
    )


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2]
    return platform.machine()


def file_system(folder: Path) -> str:
    """The kind of file system that a folder is on: a disk in memory would be no disk."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    holding = [(Path(place), kind) for place, kind in mounts if folder.is_relative_to(place)]
    return max(holding, key=lambda mount: len(mount[0].parts))[1] if holding else "unknown file system"


def raise_file_limit() -> None:
    """Each viewer takes a file descriptor here and in the server, which inherits the limit."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    for limit in (max(FILES, most), most):
        with suppress(ValueError, OSError):  # root alone may have more than it was given
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
            break


def stop(number: int, frame: FrameType | None) -> None:
    """Leave, and clean up on the way."""
    sys.exit(f"Stopped after {LIMIT_S} s." if number == signal.SIGALRM else "Stopped.")


if __name__ == "__main__":
    main()
