"""An operator's slips are answered in a sentence, and end the server before it does any harm."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edges.talk import comes_true
from tests.nginx import TOP
from tests.ports import free_port
from tests.server import serving


def start(*options: str) -> tuple[int, str]:
    """Run parser.py, which is to end by itself; answers its status and all that it said."""
    done = subprocess.run(
        [sys.executable, "parser.py", *options], cwd=TOP, capture_output=True, text=True, timeout=20, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("option", "says"),
    [
        ("--colour=red", "--help lists the options"),
        ("--port=abc", "--help lists the options"),
        ("--keep_versions=0", "must be more than 0"),
        ("--keep-versions=-1", "must be more than 0"),
        ("--max_table_mb=0", "must be more than 0"),
        ("--cache_mb=0", "must be more than 0"),
        ("--store=tables", "is not an address such as s3://bucket/prefix"),
    ],
)
def test_a_wrong_option_is_told_in_a_sentence(option: str, says: str, tmp_path: Path) -> None:
    status, said = start(f"--data_dir={tmp_path}", option)
    assert status == 1
    assert says in said
    assert "Traceback" not in said


def test_an_object_store_that_does_not_answer_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    status, said = start(f"--data_dir={tmp_path}", "--store=s3://tables/here")
    assert status == 1
    assert "Pagecast cannot start: the object store s3://tables/here refuses or does not answer: check" in said
    assert "Traceback" not in said


def test_a_library_that_is_missing_is_told_in_a_sentence(tmp_path: Path) -> None:
    without = "import runpy, sys; sys.modules['obstore'] = None; runpy.run_path('parser.py', run_name='__main__')"
    options = (f"--data_dir={tmp_path}", "--store=s3://tables/here")
    done = subprocess.run(
        [sys.executable, "-c", without, *options], cwd=TOP, capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Pagecast cannot start: --store needs more libraries")
    assert done.stderr.endswith("pip install -r requirements-cluster.txt.\n")


def test_a_port_or_a_folder_that_cannot_be_had_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with serving() as other:
        for options in ((f"--port={other.port}", f"--data_dir={tmp_path}"), (f"--data_dir={tmp_path}/file/data",)):
            status, said = start(*options)
            assert status == 1
            assert said.startswith("Pagecast cannot start: ")
            assert "Traceback" not in said


def test_two_servers_do_not_share_a_folder(tmp_path: Path) -> None:
    with serving(data=tmp_path):
        status, said = start("--port=0", f"--data_dir={tmp_path}")
    assert status == 1
    assert "another server" in said


TELLS_WHEN_IT_COLLECTS = """
import gc, math, signal
def tell(*_):
    print("garbage:", gc.isenabled(), math.prod(gc.get_threshold()), flush=True)
signal.signal(signal.SIGUSR1, tell)
"""


async def test_garbage_is_looked_for_but_seldom_while_a_crowd_comes_in() -> None:
    with serving(first=TELLS_WHEN_IT_COLLECTS) as server:
        os.kill(server.pid, signal.SIGUSR1)
        await comes_true(lambda: re.search("garbage: .*\n", server.output))
        assert "garbage: True 500000\n" in server.output, "objects: those of some 4,000 viewers"


def test_the_client_of_the_bus_is_loaded_only_where_a_bus_is_asked_for() -> None:
    code = "import sys, parser; sys.exit('redis' in sys.modules or 'pagecast.edges.redis' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=TOP, timeout=60, check=False).returncode == 0


def test_a_missing_client_of_the_bus_is_told_in_a_sentence() -> None:
    with pytest.raises(AssertionError) as ended, serving("--bus=redis://127.0.0.1:6379", first=LACKS_REDIS):
        pass
    assert "cannot start: --bus needs the package redis: pip install -r requirements-cluster.txt." in str(ended.value)
    assert "Traceback" not in str(ended.value)


LACKS_REDIS = "import sys; sys.modules['redis'] = None"
