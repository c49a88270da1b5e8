"""A bucket of an object store, by any S3 API. Only this module knows obstore.

Where the store is, and with which keys, the usual variables of the environment say: AWS_ENDPOINT_URL, AWS_REGION,
AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their kind.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from pagecast.protocol.errors import ObjectStoreFailed

if TYPE_CHECKING:
    from obstore import PutMode

ANSWER_S = timedelta(seconds=10)
"""How long the store may take to answer one request: enough for a segment on a slow line."""

CONNECT_S = timedelta(seconds=3)
"""How long a connection to the store may take."""

RETRIES, RETRY_S = 3, timedelta(seconds=6)
"""How often a request is sent again, and for how long. A viewer waits for it."""

DELETED_AT_ONCE = 1000
"""Objects that one request deletes: S3 takes no more."""

FILE_CHUNK = 8 * 2**20
"""Bytes of a file of the disk that one request carries."""

log = logging.getLogger("pagecast")


class StoredObject(NamedTuple):
    """An object as a listing shows it."""

    path: str
    size: int
    """Its bytes."""
    modified: datetime


class ObjectChanged(Exception):
    """The object is another one than the ETag names: load it and try again."""


class ObjectMissing(Exception):
    """There is no such object."""


class Bucket:
    """The objects below a prefix of a bucket. Any thread may use it.

    All methods block. They raise ObjectStoreFailed, and log the store's own words for the operator.
    """

    def __init__(self, url: str) -> None:
        """Args:
        url: ``s3://bucket/prefix``. Raises ValueError where it is not one.
        """
        found = re.fullmatch(r"s3://([^/]+)/?(.*?)/?", url)
        if found is None:
            raise ValueError(f"--store={url} is not an address such as s3://bucket/prefix")
        name, prefix = found.groups()
        self._store = S3Store(
            name,
            prefix=prefix or None,
            client_options={"timeout": ANSWER_S, "connect_timeout": CONNECT_S, "allow_http": True},
            retry_config={"max_retries": RETRIES, "retry_timeout": RETRY_S},
        )

    def check(self) -> None:
        """Check that the store answers, and that it keeps the promise on which records rest.

        Raises ObjectStoreFailed; OSError where it lets one writer overwrite what another one has just created.
        """
        self.put("check", b"first")
        with suppress(ObjectChanged):
            if self.create("check", b"second") is None:
                self.replace("check", b"third", '"0"')
            raise OSError("the object store knows no conditional writes: servers could overwrite each other's records")

    def get(self, path: str) -> tuple[bytes, str]:
        """Return an object and its ETag. Raises ObjectMissing."""
        with _store_errors():
            found = obstore.get(self._store, path)
            return bytes(found.bytes()), found.meta["e_tag"] or ""

    def get_range(self, path: str, span: range) -> bytes:
        """Return some bytes of an object, which must not be empty. Raises ObjectMissing."""
        with _store_errors():
            return bytes(obstore.get_range(self._store, path, start=span.start, end=span.stop))

    def size(self, path: str) -> int | None:
        """Return the bytes of an object; None where there is none."""
        try:
            with _store_errors():
                return obstore.head(self._store, path)["size"]
        except ObjectMissing:
            return None

    def put_file(self, path: str, file: Path) -> None:
        """Store a file of the disk, which may be large. Raises OSError, too."""
        with _store_errors():
            obstore.put(self._store, path, file, chunk_size=FILE_CHUNK, max_concurrency=2)

    def put(self, path: str, data: bytes) -> None:
        """Store an object, instead of what there was."""
        with _store_errors():
            obstore.put(self._store, path, data, use_multipart=False)

    def create(self, path: str, data: bytes) -> str | None:
        """Store an object and return its ETag; None where there is another one."""
        return self._put_if(path, data, "create")

    def replace(self, path: str, data: bytes, etag: str) -> str:
        """Replace the object that has an ETag, and return the new one. Raises ObjectChanged."""
        new = self._put_if(path, data, {"e_tag": etag})
        if new is None:
            raise ObjectChanged
        return new

    def _put_if(self, path: str, data: bytes, mode: "PutMode") -> str | None:
        """Store an object under a condition, and return its ETag; None where the condition does not hold.

        The store may have done it and its answer may be lost. So it is asked what it has, before anybody is told.
        """
        try:
            with _store_errors():
                return obstore.put(self._store, path, data, mode=mode)["e_tag"] or ""
        except (AlreadyExistsError, PreconditionError, ObjectMissing):
            return self._own(path, data)
        except ObjectStoreFailed:
            own = self._own(path, data)
            if own is None:
                raise
            return own

    def _own(self, path: str, data: bytes) -> str | None:
        """Return the ETag of an object if it is what was just written."""
        try:
            found, etag = self.get(path)
        except ObjectMissing:
            return None
        return etag if found == data else None

    def list(self, prefix: str) -> Iterator[StoredObject]:
        """Yield the objects below a path, which ends between two slashes, in the order of their names."""
        with _store_errors():
            for some in obstore.list(self._store, prefix, chunk_size=DELETED_AT_ONCE):
                for one in some:
                    yield StoredObject(one["path"], one["size"], one["last_modified"])

    def remove(self, paths: Sequence[str]) -> None:
        """Remove objects, as far as they exist."""
        for begin in range(0, len(paths), DELETED_AT_ONCE):
            with _store_errors():
                obstore.delete(self._store, paths[begin : begin + DELETED_AT_ONCE])


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn what obstore raises into ObjectStoreFailed, but for the answers that are expected."""
    try:
        yield
    except FileNotFoundError:
        raise ObjectMissing from None
    except (AlreadyExistsError, PreconditionError):
        raise
    except (BaseError, OSError, ValueError) as error:
        log.warning("The object store failed: %s", " ".join(str(error).split())[:300])
        raise ObjectStoreFailed from error
