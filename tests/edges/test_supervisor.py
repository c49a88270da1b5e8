"""Several processes on one port: they share the viewers, one that dies is started again, and all stop together."""

import asyncio
import os
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from tests.brokers import Broker, broker
from tests.edges.talk import Client, ask, comes_true, page_of, put, table, viewing
from tests.edges.test_start import start
from tests.ports import free_port
from tests.server import Server, serving

VIEWERS = 12


@pytest.fixture(scope="module")
def redis() -> Iterator[Broker]:
    with broker() as running:
        yield running


def children(server: Server) -> set[int]:
    return set(map(int, Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()))


async def turned(viewers: list[Client], data: bytes, page_no: int) -> None:
    await viewers[0].say("turn", page_no=page_no)
    for viewer in viewers:
        assert (await viewer.until("page", page_no=page_no))["data"] == page_of(data, page_no)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_processes_share_the_viewers_and_one_that_ends_is_started_again(
    redis: Broker, ending: signal.Signals
) -> None:
    data = table(950)
    with serving(f"--bus={redis.url}", "--processes=2") as server:
        await comes_true(lambda: len(children(server)) == 2)
        before = children(server)
        uuid = put(server, data)
        async with AsyncExitStack() as stack:
            viewers = [await stack.enter_async_context(viewing(server, uuid)) for _ in range(VIEWERS)]
            await turned(viewers, data, 3)
            dead = min(before)
            os.kill(dead, ending)
            await comes_true(lambda: len(children(server)) == 2 and dead not in children(server))
            closed = [viewer for viewer in viewers if await is_closed(viewer)]
            left = [viewer for viewer in viewers if viewer not in closed]
            left += [await stack.enter_async_context(viewing(server, uuid)) for _ in closed]
            await turned(left, data, 5)
        assert ask(server, "GET", f"/parser/{uuid}/download").body == data


async def is_closed(viewer: Client) -> bool:
    """Whether the viewer's process has died; a living one answers a ping."""
    try:
        await asyncio.wait_for(await viewer.socket.ping(), 60)
    except ConnectionClosed:
        return True
    return False


async def test_processes_end_when_their_parent_is_killed(redis: Broker) -> None:
    with serving(f"--bus={redis.url}", "--processes=2") as server:
        await comes_true(lambda: len(children(server)) == 2)
        alone = children(server)
        server.kill()
        await comes_true(lambda: not any(Path(f"/proc/{pid}").exists() for pid in alone))
        server.start()
        assert put(server, table(5))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--processes=2",), "--processes=2 needs --bus=redis://…, by which the processes hear of each other."),
        (("--processes=0",), "--processes must be more than 0."),
        (("--processes=2", "--bus=redis://127.0.0.1:1", "--port=0"), "--processes=2 needs a --port"),
        (("--processes=2", "--bus=redis://127.0.0.1:1", "--port=1{port}"), "the bus does not answer"),
    ],
)
def test_what_processes_need_is_told_in_a_sentence(options: tuple[str, ...], says: str, tmp_path: Path) -> None:
    status, said = start(f"--data_dir={tmp_path}", *(one.replace("1{port}", str(free_port())) for one in options))
    assert (status, says in said, "Traceback" in said) == (1, True, False), said


def test_a_port_that_another_server_has_is_told_before_any_process_starts(redis: Broker, tmp_path: Path) -> None:
    with serving() as other:
        options = (f"--port={other.port}", f"--data_dir={tmp_path}", f"--bus={redis.url}", "--processes=2")
        status, said = start(*options)
    assert (status, said.count("Pagecast cannot start: ")) == (1, 1)
