"""What the server takes has bounds that its options set, and who meets one is told in a sentence."""

import gzip

from tests.edges.talk import ask, put
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
