"""The options of the command line: their defaults suit a laptop, and README.md gives the reasons."""

import logging
import sys
import time

import tornado.options
from tornado.options import define, options

from pagecast.edges.websocket.messages import Quota
from pagecast.limits.admission import Admission
from pagecast.limits.documents import Limits

MORE_THAN_0 = (
    "max_table_mb",
    "max_document_mb",
    "max_total_mb",
    "max_expansion",
    "max_message_mb",
    "max_messages_mb",
    "max_messages_mb_each",
    "max_uploads",
    "max_uploads_each",
    "max_viewers",
    "max_viewers_each",
    "max_new_each",
    "keep_versions",
    "keep_days",
)


def define_options() -> None:
    """Name every option."""
    define("port", 8080, help="port to listen on")
    define("address", "127.0.0.1", help="address to listen on; 0.0.0.0 for every one of this machine")
    define("data_dir", "data", help="folder that keeps the tables")
    define("hosts", "", multiple=True, help="names that this server answers to, besides addresses and localhost")
    define("max_table_mb", 100 * 1024, help="largest table taken, in MB")
    define("max_document_mb", 200 * 1024, help="files of all versions of a document together, in MB")
    define("max_total_mb", 500 * 1024, help="all tables together, as they are kept, in MB")
    define("max_expansion", 200, help="bytes that may come out of a byte of a compressed file")
    define("max_message_mb", 16, help="largest table in one message of the plain protocol, in MB")
    define("max_messages_mb", 256, help="messages that are being sent at a time, in all, in MB")
    define("max_messages_mb_each", 64, help="the same from one address; this machine's own does not count")
    define("least_rate_kb", 1, help="KB a second that a file comes or goes at over HTTP, or it is given up; 0 for any")
    define("keep_free_mb", 1024, help="space that uploads leave free on the disk, in MB; 0 for none")
    define("max_uploads", 64, help="uploads at a time, in all")
    define("max_uploads_each", 16, help="uploads at a time from one address; this machine's own does not count")
    define("max_viewers", 10_000, help="viewers at a time, in all")
    define("max_viewers_each", 500, help="viewers at a time from one address; this machine's own does not count")
    define("max_new_each", 600, help="new documents an hour from one address; this machine's own does not count")
    define("lines_port", 0, help="port that takes a table as lines over plain TCP; 0 for none")
    define("public_url", "", help="how people reach this server, for the links that the TCP port gives out")
    define("keep_versions", 5, help="versions kept of a document")
    define("keep_days", 30.0, help="days a document is kept after it was last opened")


def read_options() -> None:
    """Take the command line, or say in a sentence what is wrong with it."""
    define_options()
    try:
        options.parse_command_line()
    except (tornado.options.Error, ValueError) as error:
        sys.exit(f"{error}: python parser.py --help lists the options.")
    for name in MORE_THAN_0:
        if options[name] <= 0:
            sys.exit(f"--{name} must be more than 0.")


def chosen_limits() -> Limits:
    """What a document may take."""
    return Limits(
        options.max_table_mb * 2**20,
        options.max_expansion,
        options.max_document_mb * 2**20,
        options.keep_versions,
        options.keep_days,
    )


def chosen_quota() -> Quota:
    """How much of messages may be on its way. The largest one always fits."""
    in_all, each = (max(mb, options.max_message_mb) for mb in (options.max_messages_mb, options.max_messages_mb_each))
    return Quota(in_all * 2**20, each * 2**20)


def chosen_gates(connections: int) -> Admission:
    """How many may come in: as many as was said, if this process may have so many connections."""
    viewers = min(options.max_viewers, connections)
    if viewers < options.max_viewers:
        logging.getLogger(__name__).warning("The system lets this process have only %d viewers at a time.", viewers)
    return Admission(viewers, options.max_viewers_each, connections, options.max_new_each, time.monotonic)
