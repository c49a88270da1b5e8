"""Two servers and a broker, as on three machines: each is in a network namespace of its own.

    unshare --map-root-user --net python -m tests.edges.network

The broker is in the namespace in which this runs. One cable links each server to it, and another to the people, so that
a server can be cut from the broker while people stay with it.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from tests.brokers import Broker
from tests.edges.talk import Client, page_of, table
from tests.sources import TOP

PORT = 8080
DATA = table(950)
BUS, DOOR = 77, 78
"""The cables: 10.77.1.0/24 is that of server 1 to the broker, 10.78.1.0/24 leads people to it."""

READY_S = 60.0

IP = shutil.which("ip", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") or "ip"
"""Debian keeps it where only root looks."""


def ip(*arguments: str) -> None:
    """Run ip(8), which sets up the network of this namespace."""
    subprocess.run([IP, *arguments], check=True)


@contextmanager
def machine(number: int, data: Path, broker_port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server in a namespace of its own, with its two cables. It starts when the network is there."""
    options = ["--address=0.0.0.0", f"--port={PORT}", f"--data_dir={data}"]
    bus = f"--bus=redis://10.{BUS}.{number}.1:{broker_port}"
    command = [sys.executable, str(TOP / "parser.py"), *options, bus]
    waiting = ["unshare", "--net", "/bin/sh", "-c", 'read -r _ && exec "$@"', "server", *command]
    with subprocess.Popen(waiting, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        assert server.stdin
        assert server.stdout
        within = ["nsenter", f"--net=/proc/{server.pid}/ns/net", IP]
        while os.readlink(f"/proc/{server.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            os.sched_yield()
        for cable in (BUS, DOOR):
            here, there = f"c{cable}-{number}", f"e{cable}"
            ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", str(server.pid))
            ip("address", "add", f"10.{cable}.{number}.1/24", "dev", here)
            ip("link", "set", here, "up")
            subprocess.run([*within, "address", "add", f"10.{cable}.{number}.2/24", "dev", there], check=True)
            subprocess.run([*within, "link", "set", there, "up"], check=True)
        subprocess.run([*within, "link", "set", "lo", "up"], check=True)
        server.stdin.write(b"go\n")
        server.stdin.close()
        try:
            assert b"Pagecast is at" in server.stdout.readline()
            yield server
        finally:
            server.terminate()


@contextmanager
def network() -> Iterator[None]:
    """Run a broker and two servers over one folder. This must be a network namespace of its own."""
    ip("link", "set", "lo", "up")
    with tempfile.TemporaryDirectory(prefix="pagecast-network-") as folder, ExitStack() as stack:
        broker = Broker(Path(folder), "0.0.0.0")
        broker.start()
        stack.callback(broker.kill)
        for number in (1, 2):
            stack.enter_context(machine(number, Path(folder, "data"), broker.port))
        yield


def address(number: int) -> str:
    return f"10.{DOOR}.{number}.2:{PORT}"


async def main() -> None:
    """Cut a server from the broker, turn pages on both sides, mend the cable: both are on one page again."""
    with network():
        sender = HTTPConnection(address(1), timeout=READY_S)
        sender.request("PUT", "/parser/cities.tsv", DATA)
        uuid = sender.getresponse().read().decode().strip().rsplit("/", 1)[1]
        sender.close()
        places = [f"ws://{address(number)}/parser/ws/{uuid}" for number in (1, 2)]
        speaks = [Subprotocol("pagecast.v1")]
        async with (
            asyncio.timeout(READY_S),
            connect(places[0], subprotocols=speaks) as one,
            connect(places[1], subprotocols=speaks) as other,
        ):
            otter, heron = Client(one), Client(other)
            await heron.until("page", page_no=1)
            await otter.say("turn", page_no=2)
            await heron.until("page", page_no=2)
            ip("link", "set", f"c{BUS}-1", "down")
            await otter.say("turn", page_no=5)
            assert (await otter.until("page", page_no=5))["data"] == page_of(DATA, 5)
            await heron.say("turn", page_no=7)
            await heron.until("page", page_no=7)
            ip("link", "set", f"c{BUS}-1", "up")
            seen = {"otter": 5, "heron": 7}

            async def follow(name: str, viewer: Client) -> None:
                while seen["otter"] != seen["heron"]:
                    seen[name] = (await viewer.until("page"))["page_no"]

            following = [asyncio.create_task(follow("otter", otter)), asyncio.create_task(follow("heron", heron))]
            await asyncio.wait(following, return_when=asyncio.FIRST_COMPLETED)
            for task in following:
                task.cancel()
            await asyncio.gather(*following, return_exceptions=True)
            assert seen["otter"] == seen["heron"], seen
            await heron.say("turn", page_no=9)
            await otter.until("page", page_no=9)
    sys.stdout.write("all agree\n")


if __name__ == "__main__":
    asyncio.run(main())
