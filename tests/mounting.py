"""Mounts that only one command sees, and that end with it."""

import os
import shutil


def as_root() -> list[str]:
    """A command that has a mount namespace of its own; a plain user is root in it, and stays a plain user outside."""
    program = shutil.which("unshare")
    assert program, "unshare is not installed: it is in Debian's package util-linux"
    return [program, "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
