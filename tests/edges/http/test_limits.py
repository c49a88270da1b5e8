"""What the server takes has bounds that its options set, and who meets one is told in a sentence."""

import gzip
import json

from tests.edges.talk import ask, count, page_of, put, table, uploading, viewing
from tests.server import serving
from tests.table.pieces import pieces_of


def test_how_much_may_come_out_of_a_compressed_file_is_an_option() -> None:
    file = gzip.compress(b"Oslo\t709037\n" * 2_000_000)
    with serving("--max_expansion=50") as server:
        refused = ask(server, "PUT", "/parser/cities.tsv.gz", file)
        assert (refused.status, refused.text.count("\n")) == (415, 1)
    with serving("--max_expansion=1000") as server:
        uuid = put(server, file, "cities.tsv.gz")
        assert ask(server, "GET", f"/parser/{uuid}/download").body == file
        assert ask(server, "POST", f"/parser/{uuid}/read?header=0").status == 200


def test_what_a_document_may_take_is_an_option() -> None:
    one, two, three = (table(40_000, name) for name in ("one", "two", "three"))
    with serving("--max_document_mb=1") as server:
        uuid = put(server, one[: 400 * 2**10])
        for data in (two[: 400 * 2**10], three[: 400 * 2**10]):
            assert ask(server, "PUT", f"/parser/{uuid}", data).status == 200
        told = json.loads(ask(server, "GET", f"/parser/{uuid}/versions").body)["versions"]
        assert [version["version"] for version in told] == [2, 3]
        assert len(list(server.data.glob(f"documents/{uuid}/*.original"))) == 2
        refused = ask(server, "PUT", f"/parser/{uuid}", bytes(2**20 + 1))
        assert (refused.status, refused.text.count("\n")) == (413, 1)
        assert ask(server, "GET", f"/parser/{uuid}/download").body == three[: 400 * 2**10]


async def test_what_all_tables_may_take_is_an_option() -> None:
    small, large = table(20_000), table(60_000)
    with serving("--max_total_mb=1") as server:
        uuid = put(server, small)
        held = count(server, "stored_bytes")
        assert held > len(small)
        async with viewing(server, uuid) as viewer:
            await viewer.until("page")
            refused = ask(server, "PUT", "/parser/large.tsv", large)
            assert (refused.status, refused.text.count("\n")) == (507, 1)
            assert "1 MB of tables, and" in refused.text
            async with uploading(server) as uploader:
                await uploader.say("upload", name="large.tsv", size=len(large), viewer="")
                assert (await uploader.until("error"))["code"] == "server-full"
                assert (await uploader.closed())[0] == 4500, "waiting would not help"
            crlf = large[: 600 * 2**10].replace(b"\n", b"\r\n")  # it is kept twice, which its size does not tell
            async with uploading(server) as uploader:
                await uploader.say("upload", name="large.tsv", size=len(crlf), viewer="")
                await uploader.until("accepted")
                await uploader.chunk(0, crlf)
                assert (await uploader.until("error"))["code"] == "server-full"
                assert (await uploader.closed())[0] == 4500
            unsaid = ask(server, "PUT", f"/parser/{uuid}", iter(pieces_of(large, 2**16)))  # chunked: no length is told
            assert unsaid.status == 507
            await viewer.say("turn", page_no=7)
            assert (await viewer.until("page"))["data"] == page_of(small, 7), "viewers read on"
        assert count(server, "stored_bytes") == held, "what was refused is gone"
        server.restart()
        assert count(server, "stored_bytes") == held
        assert ask(server, "GET", f"/parser/{put(server, small[:1000])}/download").body == small[:1000]
        assert ask(server, "GET", f"/parser/{uuid}/download").body == small
