"""Joined scripts do what their modules do: node runs both."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from pagecast.edges.scripts.joining import join
from pagecast.edges.scripts.module import BadScript

RUN = """
const said = []
globalThis.say = (...words) => said.push(words)
for (const path of JSON.parse(process.argv[1])) await import(path)
await globalThis.done
process.stdout.write(JSON.stringify(said))
"""

MODULES = {
    "app.js": """/** The entry. */
import {
  count as total, // a comment
  grow,
  open,
  show
} from './parts/counter.js'
import * as tools from './parts/tools.js'
import { name } from './parts/names.js'
import { both as single, once } from './parts/single.js'

const words = await import('./words.js')
say('app', total(), tools.twice(4), name, words.hello, typeof structuredClone, single)
once.times++
grow()
const show2 = () => 'mine'
say(total(), show(1), show2(), open() === fetch, tools.show('x'))
say(new URL('x', import.meta.url).pathname.split('/').at(-1))
const { default: other = 3, ...rest } = { a: 1, b: 2 }
say(other, rest, total)
const unlike = tools => [tools.tools, typeof tools.twice]
say(unlike({ tools: 'mine' }), tools.tools)
const later = async () => (await import('./later/lazy.js')).run
const rare = async () => (await import('./later/rare.js')).rare()
globalThis.done = later()
  .then(run => say(run({ a: 5, deep: { b: 6 } }, [7])))
  .then(rare)
  .then(say)
""",
    "parts/single.js": "export const both = 'both'\nexport const once = { times: 0 }\nonce.times++\n",
    "words.js": "export const hello = 'hello'\n",
    "parts/counter.js": """
import { show as display } from './tools.js'

let count_ = 0
export const count = () => count_
export function grow(step = 1) {
  count_ += step
}
export function show(count) {
  const display2 = x => `<${x}>`
  return display2(display(count))
}
export const open = () => fetch
""",
    "parts/tools.js": """
import { name } from './names.js'
export const twice = x => x * 2
export const tools = 'tools'
export function show(value) {
  function name() {
    return value
  }
  return `${name()}!`
}
say('tools', name)
""",
    "parts/names.js": "export const name = 'names'\nsay('names')\n",
    "later/lazy.js": """
import { count, grow } from '../parts/counter.js'
import { helper } from './helper.js'
import { both, once } from '../parts/single.js'

export function run({ a, deep: { b }, c = a, d = () => b }, [first, second = first]) {
  const b2 = b
  {
    const a = 'inner'
    say(a, b2, c, d())
  }
  for (const [key, value] of Object.entries({ a })) say(key, value)
  for (let i = 0; i < 2; i++) queueMicrotask(() => say(i))
  try {
    missing()
  } catch ({ name: kind }) {
    say(kind)
  }
  grow(10)
  switch (first) {
    case 7: {
      const count = 'shadows'
      say(count)
      break
    }
    default:
  }
  const object = { a, second, run, get count() { return count() }, helper(a) { return helper(a) } }
  ;({ a, second } = { a: 'new', second: 'too' })
  outer: for (const a of [1, 2]) for (const c of [3]) if (a === 2) break outer
  return [a, second, object.a, object.second, object.run === run, object.count, object.helper(`t${a}`)]
}
export const defaulted = (a = before) => {
  const before = 'inside'
  return [a, before]
}
const before = 'outside'
say(both, once.times)
say(defaulted(), import.meta.url.split('/').slice(-2), (function named(n) { return n ? named(n - 1) : 'end' })(3))
class Box {
  #held = before
  get held() { return this.#held }
}
say(new Box().held)
""",
    "later/rare.js": """
import { grow, count } from '../parts/counter.js'
import { helper } from './helper.js'
import { once } from '../parts/single.js'
export async function rare() {
  grow()
  const { hello } = await import('../words.js')
  return [hello, helper('rare'), count(), once.times]
}
""",
    "later/helper.js": """
export const helper = word => [...pieces(word)].join()
function* pieces(word) {
  for (const a of word) yield a.toUpperCase()
}
""",
}

LATER: dict[str, tuple[str, ...]] = {"later.js": (), "rare.js": ("later/rare.js",)}
APART = ["parts/single.js", "words.js"]


def run(folder: Path, *paths: str) -> list[list[object]]:
    """What the modules say when node imports some of them."""
    node = shutil.which("node")
    assert node, "node is not installed"
    urls = json.dumps([(folder / path).as_uri() for path in paths])
    done = subprocess.run(
        [node, "--input-type=module", "-e", RUN, urls], capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    said: list[list[object]] = json.loads(done.stdout)
    return said


def write(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir()
    (folder / "package.json").write_text('{"type": "module"}')
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_a_joined_page_does_what_its_modules_do(tmp_path: Path) -> None:
    joined = join(MODULES.__getitem__, "app.js", LATER, APART)
    assert joined.modules == MODULES.keys() - set(APART)
    apart = write(tmp_path / "apart", MODULES)
    together = joined.files | {path: MODULES[path] for path in APART}
    said = run(apart, "app.js")
    assert said[0] == ["names"], "the innermost module runs first"
    assert [["new", "too", 5, 7, True, 11, "T,N,E,W"]] in said, "the last module ran"
    assert run(write(tmp_path / "together", together), "app.js") == said


def test_names_are_short_but_for_those_of_properties_and_of_the_browser() -> None:
    joined = join(MODULES.__getitem__, "app.js", LATER, APART)
    for name in ("count", "grow", "show2", "display"):
        assert not re.search(rf"\b{name}\b", joined.files["app.js"])
    for name in ("fetch", "structuredClone", "default", "hello"):
        assert re.search(rf"\b{name}\b", joined.files["app.js"])
    assert " as run" in joined.files["later.js"]


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("const a = 1\nvar b = 2\n", "app.js, line 2: var: write const or let"),
        ("for (var a of [1]) say(a)\n", "app.js, line 1: var: write const or let"),
        ("import './other.js'\n", "app.js, line 1: an import without names"),
        ("import other from './other.js'\n", "app.js, line 1: an import of a default"),
        ("import { missing } from './other.js'\n\nmissing()\n", "app.js, line 3: other.js exports no missing"),
        ("import * as all from './other.js'\nsay(all)\n", "app.js, line 2: other.js exports no default"),
        ("export default 3\n", "app.js, line 1: an export without a name, or of something that is declared elsewhere"),
        (
            "const a = 1\nexport { a }\n",
            "app.js, line 2: an export without a name, or of something that is declared elsewhere",
        ),
        ("const a = './other.js'\nawait import(a)\n", "app.js, line 2: an import() of a computed path"),
        ("say(import.meta)\n", "app.js, line 1: import.meta without url, or new.target"),
        ("say(1\n", "app.js, line 1: this is not understood"),
        ("await import('./other.js')\n", "app.js, line 1: other.js would wait for this file, and this file for it"),
        (
            "if (1) {\n await import('./other.js')\n}\n",
            "app.js, line 2: other.js would wait for this file, and this file for it",
        ),
        (
            "import { other } from './other.js'\nsay(other, () => import('./other.js'))\n",
            "other.js, line 1: it is loaded by import(), but app.js holds it: import it",
        ),
        ("say(() => import('./loads.js'))\n", "loads.js, line 1: only the first file may load other.js"),
        (
            "say(() => import('./other.js'), () => import('./same.js'))\n",
            "same.js, line 1: later.js exports something else as other: choose another name",
        ),
        ("import { words } from './words.js'\nsay(words)\n", "words.js, line 1: it is sent apart, and may not import"),
        ("import { app } from './circle.js'\n", "app.js, line 1: it imports itself by way of circle.js"),
    ],
)
def test_it_says_what_it_cannot_join(source: str, told: str) -> None:
    files = {
        "app.js": source,
        "other.js": "export const other = 1\n",
        "same.js": "export const other = 2\n",
        "loads.js": "export const load = () => import('./other.js')\n",
        "words.js": "import { other } from './other.js'\nexport const words = other\n",
        "circle.js": "import { other } from './app.js'\nexport const app = 1\n",
    }
    with pytest.raises(BadScript) as error:
        join(files.__getitem__, "app.js", LATER, ["words.js"])
    assert str(error.value) == told
