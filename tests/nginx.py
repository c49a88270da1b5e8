"""A real nginx, run with the configuration that Pagecast ships, in front of a server under test."""

import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

TOP = Path(__file__).resolve().parent.parent
SHIPPED = TOP / "nginx" / "pagecast.conf"
PATH_WITH_SBIN = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"])
"""Debian keeps nginx where only root's PATH leads."""
START_S = 60.0

WRAPPER = """\
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {site};
}}
"""
"""The least that a site needs around it, and nothing outside one temporary folder."""


BELOW = """\
server {{
    listen 127.0.0.1:{outside};
    location {path}/ {{
        proxy_pass http://127.0.0.1:{port}{end};
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection upgrade;
    }}
}}
"""
"""A site that serves Pagecast below a path, as the README says."""


def wrap(site: Path, folder: Path) -> Path:
    """Write an nginx.conf that runs one site in a folder, as whoever runs the tests."""
    user = "user root;" if os.geteuid() == 0 else ""  # else nginx would give up its rights to the checkout
    conf = folder / "nginx.conf"
    conf.write_text(WRAPPER.format(user=user, folder=folder, site=site))
    return conf


def command(conf: Path, *more: str) -> list[str]:
    nginx = shutil.which("nginx", path=PATH_WITH_SBIN)
    assert nginx, "nginx is not installed: scripts/system-packages nginx"
    return [nginx, "-p", str(conf.parent), "-c", str(conf), "-e", str(conf.parent / "error.log"), *more]


def try_out(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Ask nginx whether it accepts a site."""
    site = folder / "site.conf"
    site.write_text(text)
    return subprocess.run(command(wrap(site, folder), "-t"), capture_output=True, text=True, check=False)


def may_listen_on(port: int) -> bool:
    try:
        for family, address in ((socket.AF_INET, "0.0.0.0"), (socket.AF_INET6, "::")):
            with socket.socket(family) as listening:
                listening.bind((address, port))
    except PermissionError:
        return False
    except OSError:
        pass  # in use, which does not trouble nginx -t
    return True


def elsewhere(text: str, port: int) -> str:
    """The same site where even a plain user may listen."""
    if may_listen_on(port):
        return text
    return re.sub(rf"(listen (\[::\]:)?){port}\b", rf"\g<1>{free_port()}", text)


@contextmanager
def nginx_in_front_of(*ports: int, folder: Path | None = None) -> Iterator[str]:
    """Run nginx in front of servers on 127.0.0.1; yields its address, such as http://127.0.0.1:40123.

    Only where it listens and where it leads differs from the shipped file. It listens on
    `nginx.sock` in `folder` too: who comes that way is not of this machine. What it wrote to its logs is there as well.
    """
    with tempfile.TemporaryDirectory(prefix="pagecast-nginx-") as temporary:
        folder = folder or Path(temporary)
        outside = free_port()
        site = folder / "pagecast.conf"
        site.write_text(
            substitute(
                SHIPPED.read_text(),
                {
                    "    listen 80;\n": f"    listen 127.0.0.1:{outside};\n    listen unix:{folder}/nginx.sock;\n",
                    "    listen [::]:80;\n": "",
                    "server 127.0.0.1:8080;": " ".join(f"server 127.0.0.1:{port};" for port in ports),
                },
            )
        )
        with running(site, outside):
            yield f"http://127.0.0.1:{outside}"
        assert "buffered to a temporary file" not in (folder / "error.log").read_text(), "nginx kept a body on its disk"


@contextmanager
def nginx_below(port: int, path: str, *, takes_away: bool) -> Iterator[str]:
    """Run nginx that serves a server on 127.0.0.1 below a path, and nothing else; yields its address with that path.

    ``takes_away``: whether the server is asked without that path.
    """
    with tempfile.TemporaryDirectory(prefix="pagecast-nginx-") as temporary:
        outside, site = free_port(), Path(temporary, "below.conf")
        site.write_text(BELOW.format(outside=outside, path=path, port=port, end="/" if takes_away else ""))
        with running(site, outside):
            yield f"http://127.0.0.1:{outside}{path}"


@contextmanager
def running(site: Path, port: int) -> Iterator[None]:
    """Run nginx with one site, which listens on a port, in the folder of the site."""
    process = subprocess.Popen(command(wrap(site, site.parent)))
    try:
        wait_until_it_listens(process, port, site.parent)
        yield
    finally:
        process.terminate()
        process.wait(timeout=START_S)


def substitute(text: str, changes: dict[str, str]) -> str:
    """Make each change exactly once: what the test does not find, it does not test."""
    text = "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#"))
    for old, new in changes.items():
        assert text.count(old) == 1, f"{SHIPPED.name} has {old.strip()!r} {text.count(old)} times"
        text = text.replace(old, new)
    return text


def wait_until_it_listens(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    until = time.monotonic() + START_S
    while process.poll() is None and time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"nginx does not listen: {(folder / 'error.log').read_text()}")
