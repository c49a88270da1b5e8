"""Join the page's modules as they are sent: a file for the first rows, and some for the rest.

The source stays as small ES modules, which a browser could load as they are. A joined file holds them in the order in
which a browser would run them, in one scope, and its variables and functions have short names. They made up a third.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import count, product
from typing import NamedTuple

from pagecast.edges.scripts.module import BadScript, Binding, Edit, Module, Scope, Use

RESERVED = frozenset({"as", "do", "if", "in", "of", "for", "get", "let", "new", "set", "try", "var"})
"""Words of the language that are as short as the names that are chosen."""

LETTERS = "etnroaislcudpmhfgbvyxkwjqzESTCAPDMILNROFBUHVGWXYKJQZ"
"""Those that scripts use most come first: so the names compress better."""


class JoinedScripts(NamedTuple):
    """A few files in the place of many modules."""

    files: dict[str, str]
    """Their texts by their paths."""
    modules: frozenset[str]
    """The paths of the modules in them."""


def join(
    read: Callable[[str], str], entry: str, later: Mapping[str, Collection[str]], apart: Collection[str]
) -> JoinedScripts:
    """Join ``entry`` and all that it imports, and in further files all that these load by ``import()``.

    ``read`` returns the source of a module. ``later`` are the paths of the further files, with the modules that each
    is loaded for; a file of no modules is for all others. Each file may take from those before it. Modules that are
    ``apart`` are sent as they are. They may import nothing. Raises BadScript.
    """
    modules: dict[str, Module] = {}
    groups = {entry: [module for module in _in_order(read, [entry], modules) if module.path not in apart]}
    loaded = {path for module in groups[entry] for path in module.loads} - set(apart)
    named = {path for paths in later.values() for path in paths}
    loads = {file: sorted(loaded & set(paths) if paths else loaded - named) for file, paths in later.items()}
    for file, paths in loads.items():
        known = [*apart, *(module.path for group in groups.values() for module in group)]
        groups[file] = [module for module in _in_order(read, paths, modules) if module.path not in known]
    for file, paths in loads.items():
        _check_group(file, paths, groups)
        for module in modules.values():
            _load_from(file, paths, module)
    for module in modules.values():
        _load_apart(module, {path for paths in loads.values() for path in paths}, apart)
    names = _Names(modules)
    single = [modules[path] for path in apart if path in modules]
    for module in single:
        if module.imports:
            raise BadScript(module.path, 1, "it is sent apart, and may not import")
    texts = {}
    for number, (file, group) in enumerate(groups.items()):
        before, behind = list(groups.items())[:number], list(groups.values())[number + 1 :]
        given = names.taken([module for each in behind for module in each], group)
        exports = {binding.sent_as: binding for binding in given}
        for path in loads.get(file, ()):
            for binding in names.exports(path):
                if exports.setdefault(binding.name, binding) is not binding:
                    raise BadScript(path, 1, f"{file} exports something else as {binding.name}: choose another name")
        imports = [*names.imports(group, single), *names.shared(group, before)]
        texts[file] = ";\n".join([*imports, *map(names.written, group), f"export {{{','.join(_exported(exports))}}}\n"])
    return JoinedScripts(texts, frozenset(module.path for group in groups.values() for module in group))


def _load_from(file: str, paths: Iterable[str], module: Module) -> None:
    """Have a module load others from the file that they are joined in."""
    for path in paths:
        if line := module.loads_at_once.get(path):
            raise BadScript(module.path, line, f"{path} would wait for this file, and this file for it")
        module.edits += [edit._replace(text=_beside(file)) for edit in module.loads.get(path, ())]


def _check_group(file: str, paths: Iterable[str], groups: Mapping[str, Iterable[Module]]) -> None:
    """Check that the modules that a file is loaded for are in it."""
    for before, group in groups.items():
        for module in group:
            if before != file and module.path in paths:
                raise BadScript(module.path, 1, f"it is loaded by import(), but {before} holds it: import it")


def _load_apart(module: Module, joined: Collection[str], apart: Collection[str]) -> None:
    """Have a module load those that are sent as they are, from its joined file."""
    for path, edits in module.loads.items():
        if path in apart:
            module.edits += [edit._replace(text=f"'./{path}'") for edit in edits]
        elif path not in joined:
            raise BadScript(module.path, module.line(edits[0].start), f"only the first file may load {path}")


def _exported(exports: Mapping[str, Binding]) -> Iterator[str]:
    """Yield the names in the list of an export."""
    for name, binding in exports.items():
        yield " as ".join(dict.fromkeys((binding.sent_as, name)))


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
    """The names that a scope, with all scopes in it, takes from outside."""

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
        """The variable that is named at a place of a module."""
        self._outside: dict[Scope, _Outside] = {}
        """The names that each scope takes from outside."""
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
                names = ",".join(" as ".join(dict.fromkeys((it.name, it.sent_as))) for it in taken)
                yield f"import {{{names}}} from './{module.path}'"

    def shared(self, takers: Iterable[Module], files: Iterable[tuple[str, list[Module]]]) -> Iterator[str]:
        """Yield the imports by which some modules take from the files before theirs."""
        for file, modules in files:
            if taken := self.taken(takers, modules):
                yield f"import {{{','.join(binding.sent_as for binding in taken)}}} from {_beside(file)}"

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
        source = module.imports.get(use.name)
        if source is None or source.name != "*":
            return False
        return self._modules[source.path].scope.bindings.get(use.member) is binding  # not a variable of that name

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
