"""The fixture of the tests that drive a whole house."""

from collections.abc import AsyncIterator

import pytest

from tests.service.house import House, started


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with started() as running:
        yield running
