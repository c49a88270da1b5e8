"""What the wheel needs: the packages of requirements.in, which is where their versions are chosen."""

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    """Reads the dependencies from requirements.in, one a line, without the comments."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the dependencies to the metadata of the wheel. hatchling calls it."""
        lines = Path(self.root, "requirements.in").read_text(encoding="utf-8").splitlines()
        metadata["dependencies"] = [need for line in lines if (need := line.partition("#")[0].strip())]
