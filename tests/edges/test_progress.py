"""The percent of a question grows over its queries, and nobody says how far a sort is."""

from pagecast.edges.progress import Steps


def test_all_queries_of_a_question_count_the_same() -> None:
    told: list[int | None] = []
    steps = Steps(told.append)
    steps.expect(2)
    first, second = steps.next(), steps.next()
    first(50)
    second(50)
    steps.next()(0)  # one more than was expected
    assert told == [25, 75, 66]


def test_nobody_tells_how_far_a_sort_is() -> None:
    told: list[int | None] = []
    Steps(told.append).next(sorts=True)(50)
    assert told == [None]
