"""One ES module as it is written: its imports, its exports, its scopes, and where each variable is named."""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

FUNCTIONS = {
    "arrow_function",
    "function_declaration",
    "function_expression",
    "generator_function",
    "generator_function_declaration",
    "method_definition",
}
SCOPES = FUNCTIONS | {"catch_clause", "for_in_statement", "for_statement", "statement_block", "switch_body"}
"""Nodes that open a scope."""

WITH_PARAMETERS = FUNCTIONS | {"catch_clause"}
"""Nodes whose block may not declare the names of their parameters again."""

DECLARED_OUTSIDE = {"class_declaration", "function_declaration", "generator_function_declaration"}
"""Nodes whose name belongs to the scope around them."""

VARIABLES = {"identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern"}
"""Nodes that name a variable. The name of a property is another kind of node."""


class BadScript(Exception):
    """A script holds something that cannot be joined."""

    def __init__(self, path: str, line: int, what: str) -> None:
        self.path, self.line, self.what = path, line, what

    def __str__(self) -> str:
        return f"{self.path}, line {self.line}: {self.what}"


@dataclass(eq=False)
class Binding:
    """A variable, as one scope declares it."""

    name: str
    sent_as: str = ""
    """The name that it is sent under, once that is chosen."""


class Use(NamedTuple):
    """A place where a variable is named. Places are in bytes of the source."""

    name: str
    start: int
    end: int
    is_shorthand: bool
    """Whether it names a property, too, as in ``{ name }``."""
    member: str
    """The property that follows a dot behind it, or an empty text."""
    member_end: int


@dataclass(eq=False)
class Scope:
    """A part of a module with variables of its own."""

    is_body: bool = False
    """Whether the scope around it holds its parameters."""
    bindings: dict[str, Binding] = field(default_factory=dict)
    inner: "list[Scope]" = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)

    def open(self, is_body: bool = False) -> "Scope":
        """Add a scope inside this one."""
        self.inner.append(Scope(is_body))
        return self.inner[-1]

    def bind(self, name: Node) -> None:
        """Add a variable."""
        self.bindings[_text(name)] = Binding(_text(name))

    def all_uses(self) -> Iterator[Use]:
        """Yield the places here and in all scopes inside."""
        yield from self.uses
        for scope in self.inner:
            yield from scope.all_uses()


class Import(NamedTuple):
    """Where an imported name comes from."""

    path: str
    name: str
    """The name in the other module, or ``*`` for the whole module."""
    line: int


class Edit(NamedTuple):
    """Bytes of the source that are replaced."""

    start: int
    end: int
    text: str


class Module:
    """A module that has been read. Paths are relative to the folder of the joined files."""

    def __init__(self, path: str, source: str) -> None:
        self.path = path
        self.source = source.encode()
        self.scope = Scope()
        self.imports: dict[str, Import] = {}
        """Its imports, by the names that it uses."""
        self.exports: set[str] = set()
        self.loads: dict[str, list[Edit]] = {}
        """The places of ``import()``, by the modules that they load."""
        self.loads_at_once: dict[str, int] = {}
        """The lines of those outside every function, by the modules."""
        self.edits: list[Edit] = []
        """The places that are replaced, whatever the names are."""
        root = Parser(Language(tree_sitter_javascript.language())).parse(self.source).root_node
        if root.has_error:
            raise self._error(_first_error(root), "this is not understood")
        for node in root.named_children:
            self._read(node, self.scope)

    def line(self, byte: int) -> int:
        """Return the line of a byte, from 1."""
        return self.source.count(b"\n", 0, byte) + 1

    def _error(self, node: Node, what: str) -> BadScript:
        return BadScript(self.path, self.line(node.start_byte), what)

    def _read(self, node: Node, scope: Scope) -> None:
        kind = node.type
        if kind in VARIABLES:
            scope.uses.append(_use(node))
        elif kind == "import_statement":
            self._read_import(node)
        elif kind == "export_statement":
            self._read_export(node, scope)
        elif kind == "call_expression" and node.children[0].type == "import":
            self._read_load(node)
        elif kind == "meta_property":
            self._read_address(node)
        else:
            self._read_inside(node, scope)

    def _read_inside(self, node: Node, scope: Scope) -> None:
        kind = node.type
        own_name = node.child_by_field_name("name") if kind in DECLARED_OUTSIDE else None
        if own_name is not None:
            scope.bind(own_name)
            scope.uses.append(_use(own_name))
        if kind in SCOPES:
            scope = scope.open()
        self._declare(node, scope)
        for child in node.named_children:
            if kind in WITH_PARAMETERS and child.type == "statement_block":
                body = scope.open(is_body=True)
                for statement in child.named_children:
                    self._read(statement, body)
            elif child != own_name:
                self._read(child, scope)

    def _declare(self, node: Node, scope: Scope) -> None:
        """Bind what a node declares in its scope."""
        kind = node.child_by_field_name("kind")
        if node.type == "variable_declaration" or (kind and kind.type == "var"):
            raise self._error(node, "var: write const or let")
        if kind and kind.type == "const":
            self.edits.append(Edit(kind.start_byte, kind.end_byte, "let"))  # it is checked before, and is shorter
        match node.type:
            case "variable_declarator":
                for name in _names(node.child_by_field_name("name")):
                    scope.bind(name)
            case "for_in_statement" if kind:
                for name in _names(node.child_by_field_name("left")):
                    scope.bind(name)
            case "function_expression" | "generator_function" if own_name := node.child_by_field_name("name"):
                scope.bind(own_name)
        if node.type in WITH_PARAMETERS:
            for part in ("parameter", "parameters"):
                for name in _names(node.child_by_field_name(part)):
                    scope.bind(name)

    def _read_import(self, node: Node) -> None:
        source = node.child_by_field_name("source")
        clause = next((child for child in node.children if child.type == "import_clause"), None)
        if source is None or clause is None:
            raise self._error(node, "an import without names")
        path, line = self._path(source), self.line(node.start_byte)
        for part in clause.named_children:
            if part.type == "namespace_import":
                self.imports[_text(part.named_children[0])] = Import(path, "*", line)
            elif part.type == "named_imports":
                for specifier in part.named_children:
                    if specifier.type != "comment":
                        names = [_text(name) for name in specifier.named_children if name.type != "comment"]
                        self.imports[names[-1]] = Import(path, names[0], line)
            else:
                raise self._error(part, "an import of a default")
        self.edits.append(Edit(node.start_byte, node.end_byte, ""))

    def _read_export(self, node: Node, scope: Scope) -> None:
        declaration = node.child_by_field_name("declaration")
        if declaration is None or any(child.type == "default" for child in node.children):
            raise self._error(node, "an export without a name, or of something that is declared elsewhere")
        before = scope.bindings.keys() | set()
        self._read(declaration, scope)
        self.exports |= scope.bindings.keys() - before
        self.edits.append(Edit(node.start_byte, declaration.start_byte, ""))

    def _read_load(self, node: Node) -> None:
        argument = node.children[1].named_children[0]
        if argument.type != "string":
            raise self._error(node, "an import() of a computed path")
        path = self._path(argument)
        self.loads.setdefault(path, []).append(Edit(argument.start_byte, argument.end_byte, ""))
        if not _is_in_function(node):
            self.loads_at_once[path] = self.line(node.start_byte)

    def _read_address(self, node: Node) -> None:
        """Keep ``import.meta.url`` what it is before the module is joined."""
        whole = node.parent
        if whole is None or _text(whole) != "import.meta.url":
            raise self._error(node, "import.meta without url, or new.target")
        address = f"new URL('./{self.path}', import.meta.url).href"
        self.edits.append(Edit(whole.start_byte, whole.end_byte, address))

    def _path(self, string: Node) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), _text(string)[1:-1]))


def _text(node: Node) -> str:
    return (node.text or b"").decode()


def _is_in_function(node: Node) -> bool:
    """Whether it waits for a call of the function that it is in."""
    around = node.parent
    return around is not None and (around.type in FUNCTIONS or _is_in_function(around))


def _first_error(node: Node) -> Node:
    """The first node that the parser did not understand."""
    while not (node.is_error or node.is_missing):
        node = next(child for child in node.children if child.has_error or child.is_missing)
    return node


def _use(node: Node) -> Use:
    parent = node.parent
    member = None
    if parent and parent.type == "member_expression" and parent.children[0] == node:
        member = parent.child_by_field_name("property")
    return Use(
        _text(node),
        node.start_byte,
        node.end_byte,
        node.type != "identifier",
        _text(member) if member else "",
        (member or node).end_byte,
    )


def _names(pattern: Node | None) -> Iterator[Node]:
    """The names that a pattern binds."""
    if pattern is None:
        return
    match pattern.type:
        case "identifier" | "shorthand_property_identifier_pattern":
            yield pattern
        case "assignment_pattern" | "object_assignment_pattern":
            yield from _names(pattern.child_by_field_name("left"))
        case "pair_pattern":
            yield from _names(pattern.child_by_field_name("value"))
        case _:
            for part in pattern.named_children:
                yield from _names(part)
