"""Tokens of forms and of replay addresses: made with a secret that lives as long as the server."""

import hashlib
import hmac
import secrets


class Signer:
    """Signs what the server itself handed out."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def sign(self, purpose: str, *values: str) -> str:
        """The signature of some values for one purpose, 43 letters that fit into an address."""
        message = "\0".join((purpose, *values)).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()[:43]

    def is_signed(self, signature: str, purpose: str, *values: str) -> bool:
        """Whether we made this signature, in constant time."""
        return hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), self.sign(purpose, *values).encode())


#: Cookie of a browser's visit; what a form's token is bound to.
SESSION_COOKIE = "warraq_session"


def new_session() -> str:
    """A name for a browser's visit that nobody can guess."""
    return secrets.token_urlsafe(24)
