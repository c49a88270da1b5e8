"""What is ready: one message for all who are told the same, and never a word to whom it is not for."""

from pagecast.broadcast.prepared import PreparedMessages
from pagecast.protocol.link import Link
from pagecast.protocol.tables import Page
from pagecast.protocol.talk import Allowed

EDIT = "3f0c1a52-9d7e-4b1a-8c55-0a6f7d2e9b11"
READ = "0b7716aa-2d6f-4a53-9c07-55b0c9d3a1e4"
PAGE = Page(1, EDIT, 1, 1, 1, 1, None, 1, [(1, 1)], [], ["text"], [""], [], [["Oslo"]])
EDITS, READS = Link(EDIT, READ, reads_only=False), Link(EDIT, READ, reads_only=True)


def test_it_is_made_once_for_each_way_of_telling_it() -> None:
    ready = PreparedMessages()
    first = ready.message(EDITS, PAGE, is_plain=False)
    assert first is not None
    assert ready.message(EDITS, PAGE, is_plain=False) is first
    plain = ready.message(EDITS, PAGE, is_plain=True)
    assert plain is not None
    assert plain.text != first.text


def test_who_came_to_read_is_never_told_the_link_to_edit() -> None:
    ready = PreparedMessages()
    for is_plain in (False, True):
        for link in (EDITS, READS):
            message = ready.message(link, PAGE, is_plain=is_plain)
            assert message is not None
            assert (EDIT.encode() in message.text, READ.encode() in message.text) == (link is EDITS, link is READS)


def test_the_plain_protocol_has_no_word_for_most() -> None:
    assert PreparedMessages().message(EDITS, Allowed(True), is_plain=True) is None


def test_what_is_forgotten_is_made_anew() -> None:
    ready = PreparedMessages()
    first = ready.message(EDITS, PAGE, is_plain=False)
    ready.forget(EDIT)
    again = ready.message(EDITS, PAGE, is_plain=False)
    assert again is not first
