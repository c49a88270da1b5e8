"""What a document may take of the disk, and of people's patience."""

from pagecast.protocol.facts import Fact


class Limits(Fact, frozen=True):
    """The same for all documents of a server."""

    max_file: int = 2**40
    """Bytes of one file, as it was sent and unpacked."""
    max_expansion: int = 200
    """Bytes that may come out of one byte of a compressed file."""
    max_document: int = 2**62
    """Bytes of the files of all versions together."""
    keep_versions: int = 5
    keep_days: float = 30
    """Days that a document lasts after it was last opened."""
    presenter_missed_s: float = 5
    """Seconds until the others are told that who has the wheel is away: who loads the page again is not."""
    presenter_grace_s: float = 30
    """Seconds that the wheel waits for somebody who has gone: a tunnel, not a lunch."""

    @property
    def max_size(self) -> int:
        """Bytes of the largest file taken: it must fit into its document, if need be alone."""
        return min(self.max_file, self.max_document)
