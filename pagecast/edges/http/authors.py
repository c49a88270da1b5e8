"""The people who may create documents: everyone, or those with a token, or those for whom a proxy vouches."""

import hashlib
import hmac

from tornado.httputil import HTTPHeaders

from pagecast.protocol.errors import NeedsSignIn, NeedsToken, PagecastError, WrongToken

COOKIE = "upload_token"
"""The cookie of a browser in which the token was entered."""


class Authors:
    """Decides whether a request may create a document. Without a token and a header, every request may."""

    def __init__(self, token: str = "", user_header: str = "") -> None:
        """Require one of two things.

        Args:
            token: the token that people share; empty for none.
            user_header: the header in which a trusted proxy names the person who signed in; empty for none.
        """
        self._token, self._user_header = token, user_header
        self.cookie = hmac.digest(token.encode(), COOKIE.encode(), hashlib.sha256).hex()
        """The value of the cookie. It proves the token, and the token cannot be derived from it."""

    @property
    def takes_token(self) -> bool:
        """Whether there is a token to send."""
        return bool(self._token)

    @property
    def are_some(self) -> bool:
        """Whether only some people may create documents."""
        return bool(self._token or self._user_header)

    def refusal(self, headers: HTTPHeaders, cookie: str, *, is_from_proxy: bool) -> PagecastError | None:
        """Return why a request may create nothing, or None if it may.

        Args:
            headers: of the request.
            cookie: the value of its cookie COOKIE, or "".
            is_from_proxy: whether a trusted proxy sends it; from others, the user header means nothing.
        """
        if not self.are_some:
            return None
        if self._user_header and is_from_proxy and headers.get(self._user_header, "").strip():
            return None
        if not self._token:
            return NeedsSignIn()
        scheme, _, sent = headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return None if self.is_token(sent.strip()) else WrongToken()
        return None if _is_same(cookie, self.cookie) else NeedsToken()

    def is_token(self, text: str) -> bool:
        """Return whether a text is the token. It takes as long for each text of the same length."""
        return bool(self._token) and _is_same(text, self._token)


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
