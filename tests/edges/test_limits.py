"""What the server takes has bounds that its options set, and who meets one is told in a sentence."""

import gzip
import json

from tests.edges.talk import ask, put, table
from tests.server import serving


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
