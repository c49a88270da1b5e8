"""Chromium's own WebSocket against ours: what it says comes back, however it is cut and whatever comes between."""

from collections.abc import Iterator

import pytest

from tests.browser.conftest import Open
from tests.edges.echo import Echo, echoing

ECHO = """async ([url, sizes]) => {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  const came = name => new Promise((resolve, reject) => {
    socket.addEventListener(name, resolve, { once: true })
    socket.addEventListener('close', event => reject(new Error(`closed: ${event.code}`)), { once: true })
  })
  await came('open')
  const text = size => 'Grüße, 世界! '.repeat(size / 9 + 1).slice(0, size)
  const bytes = size => new Uint8Array(size).map((_, i) => i * i % 251)
  const differing = []
  for (const size of sizes) {
    const said = text(size)
    socket.send(said)
    if ((await came('message')).data !== said) differing.push(`text of ${size}`)
    const sent = bytes(size)
    socket.send(sent)
    const heard = new Uint8Array((await came('message')).data)
    if (heard.length !== size || heard.some((byte, i) => byte !== sent[i])) differing.push(`${size} bytes`)
  }
  socket.close(4321, 'bye')
  const { code, wasClean } = await came('close')
  return { differing, extensions: socket.extensions, code, wasClean }
}"""


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    with echoing() as running:
        yield running


@pytest.mark.parametrize(
    ("way", "sizes"),
    [
        ("plain", [0, 1, 125, 126, 65535, 65536, 300_000]),
        ("deflate", [0, 1, 125, 126, 65535, 65536, 300_000]),
        ("pings", [0, 126, 65536, 10**6, 5 * 10**6]),  # its pongs come between the fragments of what is large
    ],
)
def test_chromium_hears_what_it_said(window: Open, echo: Echo, way: str, sizes: list[int]) -> None:
    page = window(f"http://127.0.0.1:{echo.port}/")
    seen = page.evaluate(ECHO, [echo.url(way), sizes])
    assert seen["differing"] == []
    assert ("permessage-deflate" in seen["extensions"]) == (way != "plain")
    assert (seen["code"], seen["wasClean"]) == (4321, True)
