"""Command line options. Their defaults suit a laptop, and README.md gives the reason of each."""

import logging
import os
import re
import sys
import time
from pathlib import Path

import tornado.options
from tornado.options import define, options

from pagecast.edges.http.authors import Authors
from pagecast.edges.logs import FORMATTERS, set_format
from pagecast.limits.addresses import is_loopback
from pagecast.limits.admission import Admission
from pagecast.limits.documents import Limits
from pagecast.limits.proxies import TrustedProxies
from pagecast.limits.quota import Quota

HUB_PREFIX = "JUPYTERHUB_SERVICE_PREFIX"
"""The variable in which JupyterHub says below which path it serves a service."""

_origin = re.compile(r"(?:https?://(?:\*\.)?[a-z0-9.-]+(?::\d+)?)?", re.ASCII)
_path = re.compile(r"(?:/[\w.~%@+-]+)*", re.ASCII)

POSITIVE = (
    "max_table_mb",
    "max_document_mb",
    "max_total_mb",
    "max_expansion",
    "max_message_mb",
    "max_messages_mb",
    "max_messages_mb_each",
    "cache_mb",
    "max_uploads",
    "max_uploads_each",
    "max_viewers",
    "max_viewers_each",
    "max_new_each",
    "keep_versions",
    "keep_days",
    "processes",
    "drain_s",
)
"""Options that must be more than 0."""


def define_options() -> None:
    """Define all options."""
    define("port", 8080, help="port to listen on")
    define("address", "127.0.0.1", help="address to listen on; 0.0.0.0 for all addresses of this machine")
    define("data_dir", "data", help="folder for the tables")
    define("store", "", help="object store for the tables, such as s3://bucket/prefix; none for the folder")
    define("cache_mb", 1024, help="local cache of an object store, in MB")
    define("bus", "", help="Redis or Valkey that connects several processes: redis://host:6379")
    define("processes", 1, help="server processes that share the port and the bus; more than one needs --bus")
    define("hosts", "", multiple=True, help="host names of this server, besides addresses and localhost")
    define("max_table_mb", 100 * 1024, help="largest table, in MB")
    define("max_document_mb", 200 * 1024, help="all versions of a document together, in MB")
    define("max_total_mb", 500 * 1024, help="all stored tables together, in MB")
    define("max_expansion", 200, help="how many bytes one byte of a compressed file may expand to")
    define("max_message_mb", 16, help="largest table in one message of the plain protocol, in MB")
    define("max_messages_mb", 256, help="memory for incoming messages, in all, in MB")
    define("max_messages_mb_each", 64, help="the same for one address, in MB; this machine does not count")
    define("least_rate_kb", 1, help="slowest upload or download over HTTP, in KB a second; 0 for any")
    define("keep_free_mb", 1024, help="disk space to keep free, in MB; 0 for none")
    define("max_uploads", 64, help="simultaneous uploads, in all")
    define("max_uploads_each", 16, help="simultaneous uploads from one address; this machine does not count")
    define("max_viewers", 10_000, help="simultaneous viewers, in all")
    define("max_viewers_each", 500, help="simultaneous viewers from one address; this machine does not count")
    define("max_new_each", 600, help="new documents an hour from one address; this machine does not count")
    define("lines_port", 0, help="TCP port that reads a table line by line; 0 for none")
    define("public_url", "", help="address that people use, for the links of the lines port")
    define("keep_versions", 5, help="versions to keep of a document")
    define("keep_days", 30.0, help="days to keep a document after it was last opened")
    define("base_path", "", help="path below which a proxy serves Pagecast, such as /tables")
    define("allow_frame", "", multiple=True, help="origins that may embed read-only links, such as https://a.example")
    define("upload_token", "", help="what a client must know to create a document; @file reads it from a file")
    define("user_header", "", help="the header in which a trusted proxy names people: only these create documents")
    define("trusted_proxies", "", multiple=True, help="addresses or networks of proxies, whose headers are trusted")
    define("log_format", "text", help="text or json: how each event is logged, in one line")
    define("log_requests", False, help="log each request; a proxy most often does")
    define("drain_s", 10.0, help="seconds that a stopping server gives to requests in progress")
    define("engine_memory_mb", 1024, help="memory for each of the processes that answer questions, in MB")
    define("engine_threads", 2, help="threads for each of these processes")
    define("join_scripts", True, help="send the page's scripts joined; false sends each module, to debug them")


def read_options() -> None:
    """Parse the command line. Exits with a sentence if it is wrong."""
    define_options()
    try:
        options.parse_command_line()
    except (tornado.options.Error, ValueError) as error:
        sys.exit(f"{error}: --help lists the options.")
    for name in POSITIVE:
        if options[name] <= 0:
            sys.exit(f"--{name} must be more than 0.")
    if options.processes > 1 and not options.bus:
        sys.exit(f"--processes={options.processes} needs --bus=redis://…, by which the processes hear of each other.")
    if options.processes > 1 and not options.port:
        sys.exit(f"--processes={options.processes} needs a --port, which the processes share.")
    if options.log_format not in FORMATTERS:
        sys.exit(f"--log_format must be one of {', '.join(FORMATTERS)}.")
    set_format(options.log_format)
    if not _path.fullmatch(base_path()):
        sys.exit(f"--base_path must be a path such as /tables, and not {base_path()}.")
    for origin in options.allow_frame:
        if not _origin.fullmatch(origin):
            sys.exit(f"--allow_frame must be origins such as https://a.example, and not {origin}.")
    check_authors()


def base_path() -> str:
    """Return the path below which a proxy serves Pagecast, without a slash at its end. JupyterHub names it itself."""
    return (options.base_path or os.environ.get(HUB_PREFIX, "")).rstrip("/")


def check_authors() -> None:
    """Check the options about proxies and about who may create documents. Exits with a sentence if they are wrong."""
    try:
        trusted_proxies()
    except ValueError as error:
        sys.exit(f"--trusted_proxies must be addresses or networks such as 10.0.0.0/8: {error}.")
    try:
        authors()
    except OSError as error:
        sys.exit(f"--upload_token names a file that cannot be read: {error}.")
    except ValueError:
        sys.exit("--upload_token names an empty file: write the token into it.")
    if options.user_header and not is_loopback(options.address) and not options.trusted_proxies:
        sys.exit("--user_header needs --trusted_proxies, or everyone could name anybody: give the proxy's address.")
    if options.lines_port and (options.upload_token or options.user_header):
        sys.exit("--lines_port takes tables from everyone: leave it out, or --upload_token and --user_header.")


def authors() -> Authors:
    """Return the people who may create documents. Raises OSError; ValueError for a file without a token."""
    token = options.upload_token
    if token.startswith("@"):
        token = Path(token[1:]).read_text("utf-8").strip()
        if not token:
            raise ValueError("the file is empty")
    return Authors(token, options.user_header)


def trusted_proxies() -> TrustedProxies:
    """Return the proxies whose headers are trusted: on a server that only this machine reaches, this machine, too."""
    networks = (network.strip() for network in options.trusted_proxies)
    return TrustedProxies(filter(None, networks), loopback=is_loopback(options.address))


def document_limits() -> Limits:
    """Return the limits of each document."""
    return Limits(
        options.max_table_mb * 2**20,
        options.max_expansion,
        options.max_document_mb * 2**20,
        options.keep_versions,
        options.keep_days,
    )


def store_limits() -> dict[str, int]:
    """Return the limits of the store, in bytes."""
    return {
        "most": options.max_total_mb * 2**20,
        "keep_free": options.keep_free_mb * 2**20,
        "cache": options.cache_mb * 2**20,
    }


def message_quota() -> Quota:
    """Return the quota of the messages that are being sent. The largest message always fits."""
    in_all, each = (max(mb, options.max_message_mb) for mb in (options.max_messages_mb, options.max_messages_mb_each))
    return Quota(in_all * 2**20, each * 2**20)


def admission(connections: int) -> Admission:
    """Return the limits on connections. ``connections`` is the number that the system lets this process have."""
    viewers = min(options.max_viewers, connections)
    if viewers < options.max_viewers:
        logging.getLogger(__name__).warning("The limit of open files allows only %d viewers at a time.", viewers)
    return Admission(viewers, options.max_viewers_each, connections, options.max_new_each, time.monotonic)
