"""Addresses that lead to another one."""

from pagecast.edges.http.base import BaseHandler


class RootHandler(BaseHandler):
    """`/` and `/parser` redirect to `/parser/`."""

    def get(self) -> None:
        self.redirect(self.home)


class OldLinkHandler(BaseHandler):
    """`/parser/share/<uuid>`: the form of links in earlier releases."""

    def get(self, uuid: str) -> None:
        self.redirect(self.home + uuid, permanent=True)
