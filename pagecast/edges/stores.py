"""Open the store that the options name: a folder of this machine, or an object store."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from pagecast.edges.disk.space import KINDS, QUERIES, Space
from pagecast.edges.disk.store import DiskStore
from pagecast.edges.engine_files import EngineFiles, LocalFiles
from pagecast.ports.storage import Store
from pagecast.protocol.errors import ObjectStoreFailed

BLOCKS = "blocks"
"""The folder of the cache of an object store, in the data folder."""


class OpenedStore(NamedTuple):
    """A store, and what else depends on where it is."""

    store: Store
    space: Space
    """The room of the local disk."""
    used: Callable[[], int]
    """Returns the bytes of all stored tables."""
    files: EngineFiles


def remove_leftovers(folder: Path, *, is_cache: bool) -> None:
    """Remove what killed processes have left behind in a data folder that no other process uses.

    ``is_cache``: whether its tables are copies of those on an object store, which a power cut may have damaged.
    """
    for name in (QUERIES, BLOCKS):
        shutil.rmtree(folder / name, ignore_errors=True)
    for path in folder.glob("documents/*/*") if is_cache else ():
        if path.suffix in KINDS:
            path.unlink()


def open_store(address: str, data: Path, process: str = "", *, most: int, keep_free: int, cache: int) -> OpenedStore:
    """Open a store. It blocks, and raises OSError with a sentence, StorageFailed.

    Args:
        address: "" for the folder ``data``, or ``s3://bucket/prefix``.
        data: the folder of this server.
        process: the name of this process, where several share the folder.
        most: bytes of all tables.
        keep_free: bytes of the disk that stay free.
        cache: bytes of the local cache of an object store.
    """
    if address:
        return _open_objects(address, data, process, most, keep_free, cache)
    space = Space(data, most, keep_free)
    space.count()
    return OpenedStore(DiskStore(data, space, shared=bool(process)), space, lambda: space.used, LocalFiles())


def _open_objects(address: str, data: Path, process: str, most: int, keep_free: int, cache: int) -> OpenedStore:
    try:
        from pagecast.edges.objects.blocks import BlockCache
        from pagecast.edges.objects.bucket import Bucket
        from pagecast.edges.objects.store import ObjectStore
    except ImportError as error:
        raise OSError(f"--store needs more libraries ({error}): pip install -r requirements-cluster.txt") from None
    space = Space(data, most, keep_free)
    space.count()
    try:
        bucket = Bucket(address)
        bucket.check()
        blocks = BlockCache(data / BLOCKS / process, cache, bucket.get_range, space)
        store = ObjectStore(bucket, data, space, blocks, most)
        store.sweeper.count()
    except ValueError as error:
        raise OSError(str(error)) from None
    except ObjectStoreFailed:
        raise OSError(
            f"the object store {address} refuses or does not answer: check the bucket, AWS_ENDPOINT_URL, AWS_REGION "
            "and the keys"
        ) from None
    return OpenedStore(store, space, lambda: store.used, store.files)
