"""A server that the network cuts from the broker goes on, and all agree when the network is whole again."""

import os
import subprocess
import sys

from tests.sources import TOP


def test_a_server_that_is_cut_off_in_a_real_network_goes_on_and_agrees_afterwards() -> None:
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    command = ["unshare", "--net", *as_root, sys.executable, "-m", "tests.edges.network"]
    done = subprocess.run(command, cwd=TOP, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, "all agree\n"), done.stderr
