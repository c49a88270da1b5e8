"""Join the page's modules as they are sent: one file for the first rows, and one for the rest.

The source stays as small ES modules, which a browser could load as they are. A joined file holds them in the order in
which a browser would run them, in one scope, and its variables and functions have short names. They made up a third of it.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import count, product
from typing import NamedTuple

from pagecast.edges.scripts.module import BadScript, Binding, Edit, Module, Scope, Use

RESERVED = frozenset({"as", "do", "if", "in", "of", "for", "get", "let", "new", "set", "try", "var"})
"""Words of the language that are as short as the names that are chosen."""

LETTERS = "etnroaislcudpmhfgbvyxkwjqzESTCAPDMILNROFBUHVGWXYKJQZ"
"""Those that scripts use most come first: so the names compress better."""


class JoinedScripts(NamedTuple):
    """Two files in the place of many modules."""

    first: str
    later: str
    modules: frozenset[str]
    """The paths of the modules in them."""


def join(read: Callable[[str], str], entry: str, later: str, apart: Collection[str]) -> JoinedScripts:
    """Join ``entry`` and all that it imports, and in a second file all that these load by ``import()``.

    ``read`` returns the source of a module. ``later`` is the path of the second file. Modules that are ``apart`` are
    sent as they are. They may import nothing. Raises BadScript.
    """
    modules: dict[str, Module] = {}
    first = [module for module in _in_order(read, [entry], modules) if module.path not in apart]
    loaded = sorted({path for module in first for path in module.loads} - set(apart))
    rest = [module for module in _in_order(read, loaded, modules) if module not in first and module.path not in apart]
    for module in modules.values():
        for path in loaded:
            if line := module.loads_at_once.get(path):
                raise BadScript(module.path, line, f"{path} would wait for this file, and this file for it")
            module.edits += [edit._replace(text=_beside(later)) for edit in module.loads.get(path, ())]
    names = _Names(modules)
    single = [modules[path] for path in apart if path in modules]
    for module in single:
        if module.imports:
            raise BadScript(module.path, 1, "it is sent apart, and may not import")
    shared = ",".join(binding.sent_as for binding in names.taken(rest, first))
    exports = ",".join(_renamed(binding) for path in loaded for binding in names.exports(path))
    return JoinedScripts(
        ";\n".join([*names.imports(first, single), *map(names.written, first), f"export {{{shared}}}\n"]),
        ";\n".join(
            [
                f"import {{{shared}}} from {_beside(entry)}",
                *names.imports(rest, single),
                *map(names.written, rest),
                f"export {{{exports}}}\n",
            ]
        ),
        frozenset(module.path for module in (*first, *rest)),
    )


def _renamed(binding: Binding, is_import: bool = False) -> str:
    """A name in the list of an export, or of an import."""
    pair = (binding.name, binding.sent_as) if is_import else (binding.sent_as, binding.name)
    return " as ".join(dict.fromkeys(pair))


def _beside(path: str) -> str:
    return f"'./{path.rpartition('/')[2]}'"


def _in_order(read: Callable[[str], str], entries: Iterable[str], modules: dict[str, Module]) -> Iterator[Module]:
    """Yield the modules behind some entries in the order in which a browser would run them."""
    done: set[str] = set()

    def visit(path: str, above: tuple[str, ...]) -> Iterator[Module]:
        if path in above:
            raise BadScript(path, 1, f"it imports itself by way of {above[-1]}")
        if path in done:
            return
        if path not in modules:
            modules[path] = Module(path, read(path))
        for source in modules[path].imports.values():
            yield from visit(source.path, (*above, path))
        done.add(path)
        yield modules[path]

    for entry in entries:
        yield from visit(entry, ())


class _Outside(NamedTuple):
    """What a scope, with all scopes in it, takes from outside."""

    bindings: set[Binding]
    unknown: set[str]
    """Names that no module declares: they are the browser's."""

    def add(self, other: "_Outside") -> None:
        """Add what a scope inside takes."""
        self.bindings.update(other.bindings)
        self.unknown.update(other.unknown)


class _Names:
    """Finds what each name means, and chooses the names that are sent."""

    def __init__(self, modules: dict[str, Module]) -> None:
        self._modules = modules
        self._meanings: dict[tuple[str, int], Binding] = {}
        """What is meant at a place of a module."""
        self._outside: dict[Scope, _Outside] = {}
        """What each scope takes from outside."""
        shared = _Outside(set(), set())
        for module in modules.values():
            shared.add(self._resolve(module, module.scope, ()))
        scopes = [module.scope for module in modules.values()]
        bindings = [binding for scope in scopes for binding in scope.bindings.values()]
        _choose(bindings, shared.unknown)
        for scope in scopes:
            self._choose_inside(scope)

    def exports(self, path: str) -> list[Binding]:
        """Return what a module exports."""
        module = self._modules[path]
        return [module.scope.bindings[name] for name in sorted(module.exports)]

    def taken(self, takers: Iterable[Module], givers: Iterable[Module]) -> list[Binding]:
        """Return what some modules take from others."""
        theirs = {binding for module in givers for binding in module.scope.bindings.values()}
        taken = {binding for module in takers for binding in self._outside[module.scope].bindings & theirs}
        return sorted(taken, key=lambda binding: binding.sent_as)

    def imports(self, takers: Iterable[Module], givers: Iterable[Module]) -> Iterator[str]:
        """Yield the imports by which some modules take from others, which are sent by themselves."""
        for module in givers:
            if taken := self.taken(takers, [module]):
                names = ",".join(_renamed(binding, is_import=True) for binding in taken)
                yield f"import {{{names}}} from './{module.path}'"

    def written(self, module: Module) -> str:
        """Return a module's source with the names that are sent."""
        edits = [*module.edits]
        for use in module.scope.all_uses():
            if binding := self._meanings.get((module.path, use.start)):
                end = use.member_end if self._is_whole(module, use, binding) else use.end
                own = binding.sent_as
                edits.append(
                    Edit(use.start, end, f"{use.name}: {own}" if use.is_shorthand and own != use.name else own)
                )
        pieces: list[bytes] = []
        done = 0
        for edit in sorted(edits):
            pieces += [module.source[done : edit.start], edit.text.encode()]
            done = edit.end
        return b"".join([*pieces, module.source[done:]]).decode().strip()

    def _is_whole(self, module: Module, use: Use, binding: Binding) -> bool:
        """Whether a name means a whole module, whose member is this binding."""
        return binding.name == use.member and use.name in module.imports and module.imports[use.name].name == "*"

    def _resolve(self, module: Module, scope: Scope, around: tuple[Scope, ...]) -> _Outside:
        """Find the meanings in a scope and in all scopes inside."""
        found = _Outside(set(), set())
        here = (scope, *around)
        for use in scope.uses:
            binding = self._meaning(module, use, here)
            if binding is None:
                found.unknown.add(use.name)
            else:
                found.bindings.add(binding)
                self._meanings[module.path, use.start] = binding
        for inner in scope.inner:
            found.add(self._resolve(module, inner, here))
        found.bindings.difference_update(scope.bindings.values())
        self._outside[scope] = found
        return found

    def _meaning(self, module: Module, use: Use, scopes: Iterable[Scope]) -> Binding | None:
        for scope in scopes:
            if use.name in scope.bindings:
                return scope.bindings[use.name]
        source = module.imports.get(use.name)
        if source is None:
            return None
        name = use.member if source.name == "*" else source.name
        exporter = self._modules[source.path]
        if name not in exporter.exports:
            raise BadScript(module.path, module.line(use.start), f"{source.path} exports no {name or 'default'}")
        return exporter.scope.bindings[name]

    def _choose_inside(self, scope: Scope) -> None:
        """Choose the names in the scopes inside one whose names are chosen."""
        for inner in scope.inner:
            outside = self._outside[inner]
            taken = outside.unknown | {binding.sent_as for binding in outside.bindings}
            if inner.is_body:
                taken |= {binding.sent_as for binding in scope.bindings.values()}
            _choose(inner.bindings.values(), taken)
            self._choose_inside(inner)


def _choose(bindings: Iterable[Binding], taken: Collection[str]) -> None:
    """Choose the names of a scope."""
    avoided = RESERVED.union(taken)
    short = (name for name in _short_names() if name not in avoided)
    for binding, name in zip(bindings, short, strict=False):
        binding.sent_as = name


def _short_names() -> Iterator[str]:
    """Yield names, the shortest first."""
    for size in count(1):
        yield from map("".join, product(LETTERS, repeat=size))
