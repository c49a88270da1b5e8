"""A real object store for tests: SeaweedFS, with an S3 API on a port of this machine."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from tests.ports import free_port

PROGRAM = Path(sys.executable).parent / "weed"
WITH_US = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); os.execv(sys.argv[1], sys.argv[1:])"
"""Has the system end a program when the tests end, however they do (prctl(2), PR_SET_PDEATHSIG)."""

KEYS = {"AWS_ACCESS_KEY_ID": "pagecast", "AWS_SECRET_ACCESS_KEY": "of-the-tests", "AWS_REGION": "us-east-1"}
PORTS = ("master", "volume", "filer", "s3")
BUCKET = "tables"

WAIT_S = 60.0
"""A server starts within some seconds, also on a busy machine."""


class Seaweed:
    """An object store that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        ports = [f"-{name}.port{grpc}={free_port()}" for name in PORTS for grpc in ("", ".grpc")]
        self.port = free_port()
        identity = {"accessKey": KEYS["AWS_ACCESS_KEY_ID"], "secretKey": KEYS["AWS_SECRET_ACCESS_KEY"]}
        rights = {"name": "pagecast", "credentials": [identity], "actions": ["Admin", "Read", "Write", "List"]}
        (folder / "s3.json").write_text(json.dumps({"identities": [rights]}))
        (folder / "data").mkdir()
        self._command = [
            *(sys.executable, "-c", WITH_US, str(PROGRAM), "-logtostderr=true", "server"),
            *(f"-dir={folder / 'data'}", "-s3", "-filer"),
            *("-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-master.telemetry=false", "-volume.minFreeSpace=0"),
            *(
                "-master.volumeSizeLimitMB=64",
                "-master.electionTimeout=1s",
                "-master.heartbeatInterval=100ms",
                "-volume.max=0",
                f"-s3.config={folder / 's3.json'}",
            ),
            *(port for port in ports if not port.startswith("-s3.port=")),
            *(f"-s3.port={self.port}", f"-s3.port.iceberg={free_port()}", f"-s3.port.lance={free_port()}"),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """The variables that lead to it."""
        return {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.port}"}

    def start(self) -> None:
        """Start, and wait until it stores objects."""
        with open(self._folder / "log", "ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, cwd=self._folder)
        store = S3Store(
            BUCKET,
            endpoint=self.environment["AWS_ENDPOINT_URL"],
            access_key_id=KEYS["AWS_ACCESS_KEY_ID"],
            secret_access_key=KEYS["AWS_SECRET_ACCESS_KEY"],
            region=KEYS["AWS_REGION"],
            client_options={"allow_http": True},
            retry_config={"max_retries": 0},
        )
        end = time.monotonic() + WAIT_S
        while True:
            try:
                obstore.put(store, "ready", b"ready")
            except (BaseError, OSError):
                assert self._process.poll() is None, (self._folder / "log").read_text()[-2000:]
                assert time.monotonic() < end, (self._folder / "log").read_text()[-2000:]
                time.sleep(0.1)
            else:
                return

    def stop(self) -> None:
        """Stop as a power cut would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None


@contextmanager
def seaweed(folder: Path) -> Iterator[Seaweed]:
    """Run an object store in a ``with`` block, which this process's environment leads to."""
    server = Seaweed(folder)
    before = {name: os.environ.get(name) for name in server.environment}
    os.environ.update(server.environment)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
