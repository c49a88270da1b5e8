"""One page request can be walked in five files: PROTOCOL.md, app.js, parser.py, library.py, state.js.

Each test is a step: it fails where the next one can no longer be found from the one before.
"""

import ast
import re
from pathlib import Path

from pagecast.protocol.codec import ToServer
from pagecast.protocol.tables import Page, Turn
from tests.vectors import examples

TOP = Path(__file__).resolve().parent.parent


def script(name: str) -> str:
    """A script without its comments."""
    text = (TOP / "static" / "js" / name).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", text, flags=re.DOTALL)


def function_of(script: str, name: str) -> str:
    """The body of a function, which ends with the first brace that is not indented."""
    match = re.search(rf"^(?:export )?(?:async )?function {name}\(.*?^\}}", script, re.MULTILINE | re.DOTALL)
    assert match, f"there is no function {name}"
    return match[0]


def method(path: str, kind: str, name: str) -> ast.AsyncFunctionDef:
    """A method of a class in one of our files."""
    tree = ast.parse((TOP / path).read_text(encoding="utf-8"))
    (found,) = [
        node
        for parent in ast.walk(tree)
        if isinstance(parent, ast.ClassDef) and parent.name == kind
        for node in parent.body
        if isinstance(node, ast.AsyncFunctionDef) and node.name == name
    ]
    return found


def case(function: ast.AsyncFunctionDef, event: str) -> ast.match_case:
    """The case of an event, or of a frame, in a function that tells them apart."""
    (found,) = [
        one
        for one in ast.walk(function)
        if isinstance(one, ast.match_case)
        and any(isinstance(part, ast.MatchClass) and ast.unparse(part.cls) == event for part in ast.walk(one.pattern))
    ]
    return found


def calls(node: ast.AST) -> dict[str, list[str]]:
    """What is called in a piece of code, and with what."""
    found = [call for call in ast.walk(node) if isinstance(call, ast.Call)]
    return {ast.unparse(call.func): [ast.unparse(argument) for argument in call.args] for call in found}


def test_1_the_protocol_says_turn() -> None:
    assert '{"type":"turn","page_no":2}' in examples("json to-server")
    assert Turn in ToServer.__args__


def test_2_the_page_sends_it() -> None:
    app = script("app.js")
    assert "tell({ type: 'asked', page_no: page })" in function_of(app, "turnTo")
    assert "attend(before)" in function_of(app, "tell")
    assert "wire?.send({ type: 'turn', page_no: state.wanted })" in function_of(app, "attend")
    for hand in ("createRail", "createFoot", "createTold"):
        assert re.search(rf"{hand}\([^)]*\bturnTo\b", app), f"{hand} cannot turn the page"
    assert "turnTo(target)" in function_of(app, "step")


def test_3_the_front_door_receives_it_and_asks_the_library() -> None:
    on_message = method("parser.py", "FileHandler", "on_message")
    assert "self.session.receive" in calls(on_message)
    turn = case(on_message, "Turn")
    assert ast.unparse(turn.pattern) == "Turn(page_no)"
    assert calls(turn)["self.turns.ask"] == ["page_no"]
    assert calls(method("parser.py", "FileHandler", "open"))["Latest"][:2] == ["TURNS", "self._turn"]
    turned = calls(method("parser.py", "FileHandler", "_turn"))
    assert turned["self.library.turn"] == ["self.uuid", "page_no", "self.person"]


def test_4_the_library_publishes_what_happened_and_shows_the_page_to_everyone() -> None:
    asked = calls(method("pagecast/library.py", "Library", "turn"))
    uuid, event = asked["self.publish"]
    assert (uuid, event.split("(")[0]) == ("uuid", "Turned")
    assert "version.check_page" in asked

    hear = method("pagecast/library.py", "Library", "_hear")
    assert any(name.endswith(".apply") for name in calls(hear))
    assert "self._show_page" in calls(case(hear, "Turned"))
    shown = calls(method("pagecast/library.py", "Library", "_show_page"))
    assert "self._page_frames" in shown
    assert shown["self._audience.show"] == ["room.uuid", "page", "window"]
    assert "self._pages.excerpts" in calls(method("pagecast/library.py", "Library", "_page_frames"))


def test_4_again_the_front_door_is_that_audience() -> None:
    parser, telling = (
        ast.parse((TOP / path).read_text(encoding="utf-8")) for path in ("parser.py", "pagecast/edges/telling.py")
    )
    assert "FileHandler" in calls(parser)["Library"]
    show, everyone, each = (
        next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == name)
        for tree, name in ((parser, "show"), (parser, "_tell_all"), (telling, "tell_each"))
    )
    assert calls(show)["cls._tell_all"][:2] == ["uuid", "frame"]
    assert calls(everyone)["cls.fanout.tell"][-1] == "begin"
    assert calls(everyone)["tell_each"][0] == "cls.audience(uuid, sees)"
    assert "offer_each" in calls(each)


def test_5_the_state_takes_the_page_in_and_the_screen_follows() -> None:
    assert Page.__name__.lower() == "page"
    fold = function_of(script("state.js"), "fold")
    taken = re.search(r"case 'page':(.*?)(?=\n\s*(?:case|default))", fold, re.DOTALL)
    assert taken
    assert "turned(state, event)" in taken[1]
    assert re.search(r"\{ \.\.\.state, .*\bpage,", function_of(script("state.js"), "turned"))

    app = script("app.js")
    assert "onFrame: receive" in app
    assert re.search(r"default:\s*return tell\(frame\)", function_of(app, "receive"))
    assert "fold(state, event)" in function_of(app, "tell")
    assert "grid.show(state)" in function_of(app, "render")


def test_the_readme_names_the_same_five_files_in_this_order() -> None:
    readme = (TOP / "README.md").read_text(encoding="utf-8")
    walk = readme[readme.index("followed through five files") :]
    files = ["PROTOCOL.md", "app.js", "parser.py", "library.py", "state.js"]
    assert [walk.index(name) for name in files] == sorted(walk.index(name) for name in files)
