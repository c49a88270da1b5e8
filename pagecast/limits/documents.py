"""Limits on one document: how much of the disk it takes, and how long it lasts."""

from pagecast.protocol.facts import Fact


class Limits(Fact, frozen=True):
    """Limits that are the same for all documents of a server."""

    max_file: int = 2**40
    """Bytes of one file, as it was sent and after it was unpacked."""
    max_expansion: int = 200
    """Bytes that one byte of a compressed file may expand to."""
    max_document: int = 2**62
    """Bytes of the files of all versions together."""
    keep_versions: int = 5
    """Finished versions kept of a document."""
    keep_days: float = 30
    """Days until a document is removed, counted from the last time it was opened."""
    presenter_missed_s: float = 5
    """Seconds until the others see that the presenter is away. Reloading the page takes less."""
    presenter_grace_s: float = 30
    """Seconds that control stays with a presenter whose connection is gone: a train in a tunnel, not a lunch."""

    @property
    def max_size(self) -> int:
        """Bytes of the largest file accepted. A file must fit into its document even when it is the only version."""
        return min(self.max_file, self.max_document)
