"""The form in which a browser is given the upload token."""

from pagecast.edges.http.authors import COOKIE
from pagecast.edges.http.errors import http_errors
from pagecast.edges.http.viewer_page import ViewerPageHandler
from pagecast.protocol.errors import WrongToken

KEPT_DAYS = 365
"""How long a browser keeps the token."""


class TokenHandler(ViewerPageHandler):
    """`/parser/upload/token`: POST keeps the token of the form in a cookie of this browser, and leads to `/parser/`."""

    async def get(self, name: str = "") -> None:
        self.redirect(self.home)

    head = get

    async def post(self) -> None:
        async with http_errors():
            self.check_misses()
        if not self.context.authors.is_token(self.get_body_argument("token", "")):
            self.count_miss(WrongToken())
            self.set_status(WrongToken.status)
            self.show_start(self.language.failure(WrongToken()))
            return
        self.set_cookie(
            COOKIE,
            self.context.authors.cookie,
            expires_days=KEPT_DAYS,
            httponly=True,
            secure=self.request.protocol == "https",
            samesite="strict",
            path=f"{self.context.base_path}/",
        )
        self.redirect(self.home, status=303)
