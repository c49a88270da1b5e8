"""The bus that connects processes. Its client is loaded only where one is asked for."""

from pagecast.ports.rooms import Bus


def redis_bus(url: str, process: str) -> Bus:
    """Return the bus on Redis or Valkey at an address, which has yet to be started.

    ``process`` is this process's name. Raises OSError, with a sentence, where the address or the client will not do.
    """
    try:
        from pagecast.edges.redis import RedisBus
    except ModuleNotFoundError:
        raise OSError("--bus needs the package redis: pip install -r requirements-cluster.txt") from None
    try:
        return RedisBus(url, process)
    except ValueError as error:
        raise OSError(f"--bus is not an address such as redis://127.0.0.1:6379 ({error})") from None
