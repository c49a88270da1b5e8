"""An upload that comes no further than a test lets it."""

import math

from playwright.sync_api import Page, WebSocketRoute


class HeldUpload:
    """Lets so many chunks of a page's uploads pass, and keeps the others back."""

    def __init__(self, page: Page, chunks: int) -> None:
        self._more: float = chunks
        self._kept: list[tuple[WebSocketRoute, bytes]] = []
        page.route_web_socket("**/upload", self._pass_on)

    def let_go(self) -> None:
        """Send what was kept back, and keep back nothing more."""
        self._more = math.inf
        for server, chunk in self._kept:
            server.send(chunk)
        self.forget()

    def forget(self) -> None:
        """Let the next connection send all: that of the kept chunks is closed."""
        self._more = math.inf
        self._kept.clear()

    def _pass_on(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def hear(message: str | bytes) -> None:
            if isinstance(message, str):
                server.send(message)
            elif self._more > 0:
                self._more -= 1
                server.send(message)
            else:
                self._kept.append((server, message))

        socket.on_message(hear)
