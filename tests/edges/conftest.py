"""What the tests of the edges share."""

from collections.abc import Iterator

import pytest

from tests.server import Server, serving


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """One server for all tests of a file, with the options that it has by itself."""
    with serving() as running:
        yield running
