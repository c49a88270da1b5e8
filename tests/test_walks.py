"""The walks of docs/ are true: a real page turn and a real upload pass through the functions they name, in order.

The server under test writes down every function of ours that it calls. In a walk, `name()` is such a function; those
under a heading that names the browser are JavaScript, and tests/browser/test_walks.py holds them.
"""

import hashlib
import re
from pathlib import Path

import pytest

from tests.edges.talk import put, table, uploading, viewing
from tests.nginx import TOP
from tests.server import serving

TRACER = """
import os, sys, threading
def write(frame, event, _, out=os.open({out!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND), top={pagecast!r}):
    code = frame.f_code
    if event == "call" and (code.co_filename.startswith(top) or code.co_filename.endswith("parser.py")):
        os.write(out, code.co_qualname.encode() + b"\\n")
sys.setprofile(write)
threading.setprofile(write)
"""


def traced(trace: Path) -> str:
    """What a server runs first, so that it writes its calls to a file."""
    return TRACER.format(out=str(trace), pagecast=str(TOP / "pagecast"))


def walk(name: str) -> list[str]:
    """The server's functions that a walk names, in order."""
    sections = re.split(r"^## ", (TOP / "docs" / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    served = [section for section in sections if "browser" not in section.partition("\n")[0]]
    return re.findall(r"`([\w.]+)\(\)`", "".join(served))


def calls_of(trace: Path) -> list[str]:
    return [line.replace(".<locals>", "") for line in trace.read_text(encoding="utf-8").splitlines()]


def assert_walked(steps: list[str], calls: list[str]) -> None:
    """See that every step is a call, each behind the one before it."""
    assert len(steps) > 8, "the walk names the functions on its way"
    rest = iter(calls)
    for number, step in enumerate(steps):
        assert step in rest, f"{step}() does not follow {' > '.join(steps[max(0, number - 2) : number])}"


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace"


async def test_a_page_turn_passes_through_the_functions_that_its_walk_names(trace: Path) -> None:
    with serving(first=traced(trace)) as server:
        uuid = put(server, table(250))
        async with viewing(server, uuid) as other, viewing(server, uuid) as viewer:
            for one in (other, viewer):
                await one.until("page")
            await viewer.say("turn", page_no=3)
            for one in (other, viewer):
                await one.until("page", page_no=3)
    steps, calls = walk("page-turn.md"), calls_of(trace)
    assert_walked(steps, calls[calls.index(steps[0]) :])


async def test_an_upload_passes_through_the_functions_that_its_walk_names(trace: Path) -> None:
    data = table(250)
    with serving(first=traced(trace)) as server:
        async with uploading(server) as uploader:
            await uploader.say("upload", name="a.tsv", size=len(data), viewer="")
            accepted = await uploader.until("accepted")
            async with viewing(server, accepted["uuid"]) as viewer:
                await uploader.chunk(0, data)
                await uploader.stored(len(data))
                await uploader.say("finish", sha256=hashlib.sha256(data).hexdigest())
                await uploader.until("finished")
                await viewer.until("document", complete=True)
    steps, calls = walk("upload.md"), calls_of(trace)
    assert_walked(steps, calls[calls.index(steps[0]) :])
