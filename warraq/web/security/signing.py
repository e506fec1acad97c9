"""Signatures of form tokens and replay URLs, with a secret that lives as long as the server."""

import hashlib
import hmac
import secrets


class Signer:
    """Signs values that the server issues."""

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def sign(self, purpose: str, *values: str) -> str:
        """Return the signature of some values for one purpose: 43 URL-safe characters."""
        message = "\0".join((purpose, *values)).encode("utf-8", "surrogatepass")
        return hmac.new(self._secret, message, hashlib.sha256).hexdigest()[:43]

    def is_signed(self, signature: str, purpose: str, *values: str) -> bool:
        """Verify a signature in constant time."""
        return hmac.compare_digest(signature.encode("utf-8", "surrogatepass"), self.sign(purpose, *values).encode())


#: Session cookie, to which form tokens are bound.
SESSION_COOKIE = "warraq_session"


def new_session() -> str:
    """Return an unguessable session identifier."""
    return secrets.token_urlsafe(24)
