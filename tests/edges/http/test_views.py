"""Questions over HTTP: rows of a view, values, figures and shapes, and what is said to bad questions."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from tests.edges.talk import ask, comes_true, put
from tests.server import Server, serving

CITIES = (
    b"city\tcountry\tpeople\n"
    b"Oslo\tNorway\t709037\n"
    b"Bergen\tNorway\t291940\n"
    b"Quito\tEcuador\t1763275\n"
    b"Rome\tItaly\tNA\n"
    b"Paris\tFrance\t2102650\n"
)


def get(server: Server, path: str) -> dict[str, Any]:
    answer = ask(server, "GET", path)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json; charset=utf-8"), answer.text
    found: dict[str, Any] = json.loads(answer.body)
    return found


def rows(server: Server, uuid: str, query: str) -> dict[str, Any]:
    return get(server, f"/parser/{uuid}/rows?{query}")


def test_the_rows_of_a_view_are_paged_in_its_order(server: Server) -> None:
    uuid = put(server, CITIES)
    page = rows(server, uuid, "_sort_desc=people")
    assert (page["total_number"], page["row_numbers"]) == (5, [6, 4, 2, 3, 5])
    assert page["data"][0] == ["Paris", "France", "2102650"]
    assert page["view"] == "_sort_desc=people"
    page = rows(server, uuid, "country=Norway&columns=1-1&_sort=city")
    assert (page["data"], page["row_numbers"], page["total_number"]) == ([["Bergen"], ["Oslo"]], [3, 2], 2)
    assert rows(server, uuid, "_search=RO")["row_numbers"] == [5]
    assert rows(server, uuid, "_c3__gte=1e6&country__not=France")["row_numbers"] == [4]
    page = rows(server, uuid, "city=Atlantis")
    assert (page["total_number"], page["data"], page["row_numbers"]) == (0, [], [])


def test_the_table_itself_is_answered_as_ever(server: Server) -> None:
    page = rows(server, put(server, CITIES), "page_no=1")
    assert page["total_number"] == 6
    assert "view" not in page
    assert "row_numbers" not in page


def test_chosen_columns_are_the_only_ones_in_their_order(server: Server) -> None:
    uuid = put(server, CITIES + b"Vik\n")
    page = rows(server, uuid, "_col=people&_col=city&_sort_desc=people")
    people = ["2102650", "1763275", "709037", "291940", "NA", ""]
    assert page["data"] == [
        list(row) for row in zip(people, ["Paris", "Quito", "Oslo", "Bergen", "Rome", "Vik"], strict=True)
    ]
    assert "truncated" not in page
    assert rows(server, uuid, "_col=people&columns=1-1&_sort=city")["data"][0] == ["Bergen"]
    wide = put(server, b"\t".join(b"c%d" % n for n in range(5000)) + b"\n" + b"\t".join(b"%d" % n for n in range(5000)))
    assert rows(server, wide, "_col=c4999&_col=c7")["data"] == [["4999", "7"]]
    for path in ("", "/versions"):
        html = ask(server, "GET", f"/parser/{wide}{path}?version=1&page_no=1&_col=c4999&_col=c7").text
        assert html.count("<td") == 2
        assert html.index(">c4999<") < html.index(">c7<")
    file = ask(server, "GET", f"/parser/{uuid}/export?format=tsv&_col=people&_col=city").text
    assert file.startswith("people\tcity\n709037\tOslo\n")


def test_a_later_page_waits_for_the_whole_order(server: Server) -> None:
    uuid = put(server, b"n\n" + b"".join(b"%d\n" % (number * 7919 % 2503) for number in range(2503)))
    pages = [rows(server, uuid, f"_sort=n&page_no={page_no}") for page_no in (26, 1, 13)]
    assert [page["data"][0] for page in pages] == [["2500"], ["0"], ["1200"]]
    assert len(pages[0]["data"]) == 3
    answer = ask(server, "GET", f"/parser/{uuid}/rows?_sort=n&page_no=27")
    assert (answer.status, answer.text) == (404, "There is no page 27: this table has 26 pages.\n")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("cty=Oslo", "There is no column “cty”. Did you mean “city”?"),
        ("people__more=5", "There is no operator “more”."),
        ("people__gt=many", "“many” is not a number: write one as -1234.5 or 1e-6."),
        ("city__regex=%28", "This pattern cannot be read: missing ): (."),
        ("_serch=x", "_serch"),
        ("_search=x&rows=1-2", "leave out rows"),
        ("_search=%ff", "The text “%ff” is not UTF-8: write each byte of it in UTF-8 as %XX."),
        ("city=%ed%a0%80", "The text “%ed%a0%80” is not UTF-8: write each byte of it in UTF-8 as %XX."),
        ("page_no=%ff", "The value of “page_no” is not UTF-8: write each byte of it in UTF-8 as %XX."),
    ],
)
def test_a_bad_question_is_answered_with_what_is_wrong(server: Server, query: str, sentence: str) -> None:
    answer = ask(server, "GET", f"/parser/{put(server, CITIES)}/rows?{query}")
    assert answer.status == 400
    assert sentence in answer.text
    assert answer.text.count("\n") == 1


def test_a_link_that_is_not_utf8_opens_the_table_and_says_what_is_wrong(server: Server) -> None:
    answer = ask(server, "GET", f"/parser/{put(server, CITIES)}?city=%ff", headers={"Accept": "text/html"})
    assert (answer.status, "The text “%ff” is not UTF-8" in answer.text, "Quito" in answer.text) == (400, True, True)


@pytest.mark.parametrize("text", ["x' or '1'='1", "a,b", '["a"]', "ü ß ẞ", "%", "\\", "; drop table t", "?", "$1"])
def test_any_text_is_a_value(server: Server, text: str) -> None:
    uuid = put(server, f"{text}\tn\nother\t1\n{text}\t2\n".encode(), "t.tsv?delimiter=tab&quoting=literal&header=0")
    assert rows(server, uuid, f"_c1={quote(text)}")["row_numbers"] == [1, 3]
    assert rows(server, uuid, f"_search={quote(text)}")["row_numbers"] == [1, 3]


def test_values_are_counted_without_the_filter_on_their_column(server: Server) -> None:
    uuid = put(server, CITIES)
    found = get(server, f"/parser/{uuid}/values?column=country&country=Italy")
    assert (found["distinct"], found["rows"], found["values"][0]) == (4, 5, ["Norway", 2])
    found = get(server, f"/parser/{uuid}/values?column=country&city=Rome")
    assert found["values"] == [["Italy", 1]]
    assert get(server, f"/parser/{uuid}/values?column=country&text=NOR")["values"] == [["Norway", 2]]
    answer = ask(server, "POST", f"/parser/{uuid}/values?column=country", b"Italy\nAtlantis\nNorway\n")
    listed = json.loads(answer.body)
    assert (listed["values"], listed["unknown"]) == ([["Norway", 2], ["Italy", 1]], ["Atlantis"])


def test_figures_and_shapes_are_of_the_rows_of_the_view(server: Server) -> None:
    uuid = put(server, CITIES)
    profile = get(server, f"/parser/{uuid}/profile?column=people&country=Norway")
    assert (profile["rows"], profile["blank"], profile["numbers"]["sum"]) == (2, 0, 1000977.0)
    assert profile["numbers"]["smallest"] == "291940"
    crossed = get(server, f"/parser/{uuid}/crossed?_by=people&columns=1-3&people__gt=1&city__not=Paris")
    assert crossed["view"] == "city__not=Paris"  # without what is asked of the column itself
    assert (crossed["by"]["rows"], [shape["column"] for shape in crossed["shapes"]]) == (4, [1, 2])
    assert ask(server, "GET", f"/parser/{uuid}/crossed?_by=city").status == 400
    assert ask(server, "GET", f"/parser/{uuid}/crossed").status == 400
    shapes = get(server, f"/parser/{uuid}/shapes?columns=2-3&city__not=Paris")
    assert get(server, f"/parser/{uuid}/shapes?columns=2-3&city__not=Paris&_sample=1") == shapes  # counted at once
    assert ask(server, "GET", f"/parser/{uuid}/shapes?_sample=yes").status == 400
    assert shapes["rows"] == 4
    country, people = shapes["shapes"]
    assert (country["top"][0], country["distinct"]) == (["Norway", 2], 3)
    assert (sum(people["bins"]), people["blank"]) == (3, 1)


def test_a_plot_is_of_the_rows_of_the_view(server: Server) -> None:
    uuid = put(server, b"x\ty\tkind\n1\t2\ta\n3\t4\tb\n5\tNA\tb\n7\t8\tb\n")
    plot = get(server, f"/parser/{uuid}/plot?_kind=scatter&_x=x&_y=_c2&x__lt=7")
    assert (plot["points"], plot["rows"], plot["drawn"], plot["view"]) == ([[1.0, 2.0], [3.0, 4.0]], 3, 2, "x__lt=7")
    plot = get(server, f"/parser/{uuid}/plot?_kind=bars&_x=kind&_y=y")
    assert (plot["groups"], plot["others"]) == ([["b", 3, 6.0], ["a", 1, 2.0]], None)
    plot = get(server, f"/parser/{uuid}/plot?_kind=histogram&_x=x&_y=nothing")
    assert (plot["x"]["edges"][:2], plot["bins"], plot["y"]) == ([1.0, 2.0], [[0, 1], [2, 1], [4, 1], [6, 1]], None)
    plot = get(server, f"/parser/{uuid}/plot?_kind=line&_x=x&_y=y")
    assert plot["line"] == [[0, 1, 1.0, 2.0], [2, 1, 3.0, 4.0], [6, 1, 7.0, 8.0]]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("_kind=pie&_x=city", "This address needs a kind of plot: _kind=histogram, scatter, bars or line."),
        ("_kind=line", "A plot of this kind needs a column, as in _x=_c1."),
        ("_kind=scatter&_x=people", "A plot of this kind needs two columns, as in _x=_c1&_y=_c2."),
        ("_kind=histogram&_x=city", "A histogram is of numbers or dates: column 1 is text."),
        ("_kind=bars&_x=city&_y=country", "A mean is of numbers or dates: column 2 is text."),
        ("_kind=bars&_x=cty", "There is no column “cty”. Did you mean “city”?"),
        ("_kind=bars&_x=city&_sise=1", "_sise"),
    ],
)
def test_a_plot_that_cannot_be_is_refused_in_one_sentence(server: Server, query: str, sentence: str) -> None:
    answer = ask(server, "GET", f"/parser/{put(server, CITIES)}/plot?{query}")
    assert (answer.status, sentence in answer.text, answer.text.count("\n")) == (400, True, 1), answer.text


def test_a_view_that_is_too_long_for_an_address_is_kept(server: Server) -> None:
    uuid = put(server, CITIES)
    genes = ",".join(["Rome", "Oslo", *(f"gene{number}" for number in range(2000))])
    answer = ask(server, "POST", f"/parser/{uuid}/views", f"city__in={genes}&_sort=city".encode())
    view = json.loads(answer.body)["view"]
    assert len(view) < 50
    assert rows(server, uuid, view)["row_numbers"] == [2, 5]
    assert rows(server, uuid, f"{view}&country=Italy")["row_numbers"] == [5]
    answer = ask(server, "GET", f"/parser/{uuid}/rows?_view={'0' * 32}")
    assert (answer.status, "keeps no view of that name" in answer.text) == (400, True)
    assert ask(server, "POST", f"/parser/{uuid}/views", b"nothing=1").status == 400


def test_many_columns_are_described_in_few_figures(server: Server) -> None:
    uuid = put(server, CITIES)
    found = get(server, f"/parser/{uuid}/overview?city__not=Paris")
    assert (found["rows"], found["exact"], found["view"]) == (4, True, "city__not=Paris")
    assert [one["column"] for one in found["columns"]] == [1, 2, 3]
    assert found["columns"][2] == {"column": 3, "kind": "number", "blank": 1, "distinct": 3}
    assert [one["column"] for one in get(server, f"/parser/{uuid}/overview?columns=3-9")["columns"]] == [3]
    assert ask(server, "GET", f"/parser/{uuid}/overview?columns=1-20001").status == 400


async def test_a_question_of_many_is_asked_once(server: Server) -> None:
    uuid = put(server, b"n\n" + b"".join(b"%d\n" % (number * 7919 % 50021) for number in range(50021)))
    with ThreadPoolExecutor(20) as pool:
        pages = list(pool.map(lambda _: rows(server, uuid, "_sort=n&n__gte=10"), range(40)))
    assert {page["data"][0][0] for page in pages} == {"10"}
    (folder,) = server.data.glob(f"documents/{uuid}")
    await comes_true(lambda: len(list(folder.glob("*.view-*"))) == 1)
    assert not list(folder.glob("*.rows"))


def test_answers_outlive_a_crash_and_go_with_their_table() -> None:
    with serving("--keep_versions=1") as own:
        uuid = put(own, b"n\n" + b"".join(b"%d\n" % number for number in range(500)))
        assert rows(own, uuid, "_sort_desc=n&page_no=2")["data"][0] == ["399"]
        folder = own.data / "documents" / uuid
        assert len(list(folder.glob("*.view-*"))) == 1
        own.kill()
        own.start()
        assert rows(own, uuid, "_sort_desc=n&page_no=2")["data"][0] == ["399"]
        put(own, CITIES, uuid)
        assert not list(folder.glob("*.view-*"))
        assert rows(own, uuid, "country=Italy")["row_numbers"] == [5]


def test_a_first_upload_is_asked_as_far_as_it_has_come(server: Server) -> None:
    uuid = put(server, CITIES)
    assert rows(server, uuid, "version=1&_sort=city")["row_numbers"] == [3, 2, 6, 4, 5]
    assert ask(server, "GET", f"/parser/{uuid}/rows?version=9&_sort=city").status == 404


def test_the_page_with_a_row_of_the_table_is_found(server: Server) -> None:
    uuid = put(server, b"n\n" + b"".join(b"%d\n" % number for number in range(250)))
    for query, page_no in (("_sort_desc=n&row=2", 3), ("n__lt=5&row=200", 1), ("row=150", 2)):
        answer = ask(server, "GET", f"/parser/{uuid}/rows?{query}")
        assert json.loads(answer.text)["page_no"] == page_no, query
