"""Files that are made of views are kept for a while, and not longer."""

from contextlib import ExitStack

import pytest

from pagecast.memory.engine import MemoryRowsFile
from pagecast.protocol.errors import UnknownFile
from pagecast.service import exports as exports_module
from pagecast.view.exports import ExportForm
from tests.service.house import House, until

CSV = ExportForm("csv")


async def test_a_file_that_the_disk_has_given_up_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    def is_given_up(_: MemoryRowsFile) -> None:
        raise FileNotFoundError

    house = House()
    uuid = await house.document(b"a\tb\n1\t2\n")
    answers = house.room(uuid).answers
    made = (await answers.make_file(await answers.exported(None, [], CSV))).file
    with answers.made_file(made) as file:
        assert file.size
    monkeypatch.setattr(MemoryRowsFile, "use", is_given_up)
    with pytest.raises(UnknownFile), answers.made_file(made):
        pass
    await house.leave(uuid)
    await house.services.stop()


async def test_the_last_files_are_kept_and_those_that_nobody_wants_expire(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports_module, "KEPT_FILES", 2)
    house = House()
    uuid = await house.document(b"a\tb\n1\t2\n")
    answers = house.room(uuid).answers
    exported = [await answers.exported(None, [("a", str(number))], CSV) for number in range(4)]
    first, second = [(await answers.make_file(one)).file for one in exported[:2]]
    with ExitStack() as stack:
        file = stack.enter_context(answers.made_file(first))
        third, fourth = [(await answers.make_file(one)).file for one in exported[2:]]
        for gone in (second, third):
            with pytest.raises(UnknownFile), answers.made_file(gone):
                pass
        assert await file.read(range(file.size)) == b"a,b\n"  # it is being read, and stays
        with answers.made_file(fourth) as other:
            assert other.size == 4
    monkeypatch.setattr(exports_module, "KEPT_S", 0)
    last = (await answers.make_file(exported[1])).file

    def is_gone() -> bool:
        try:
            with answers.made_file(last):
                return False
        except UnknownFile:
            return True

    await until(is_gone)
    await house.leave(uuid)
    await house.services.stop()
