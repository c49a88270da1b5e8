"""Everyone is in the group of its way, and in no other."""

from hypothesis import given
from hypothesis import strategies as st

from pagecast.broadcast.groups import Group, Groups


class Person:
    group: Group[str, "Person"] | None = None


MOVES = st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["plain", "deflated", None])))


@given(MOVES)
def test_each_is_where_it_was_put_last(moves: list[tuple[int, str | None]]) -> None:
    people, groups = [Person() for _ in range(5)], Groups[str, Person]()
    expected: dict[Person, str] = {}
    for number, way in moves:
        person = people[number]
        if way is None:
            groups.drop(person)
            expected.pop(person, None)
        else:
            groups.put(person, way)
            expected[person] = way
    assert {person: group.key for group in groups for person in group.members} == expected
    assert {person: person.group.key for person in people if person.group} == expected
    assert len(groups) == len(expected)
    assert all(group.members for group in groups), "an empty group is forgotten"
