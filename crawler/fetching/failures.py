"""Reasons why a request was not made, or its response not accepted; each exception becomes one countable word.

WarraqError
└── Refused                 the request is not made, now or later
    ├── BadAddress          scheme, length, user name: no request may be made of it     (middlewares/guard.py)
    ├── RobotsDisallowed    robots.txt forbids it                                       (middlewares/robots.py)
    └── BadBody             the answer came, and cannot be read                         (middlewares/unpack.py)
RobotsUnreachable           not now: robots.txt cannot be had                           (middlewares/robots.py)
"""

from typing import ClassVar

from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from crawler.politeness.robots_rules import UNREACHABLE_S
from storage.model.visit import Failure


class Refused(IgnoreRequest):
    """A request that is not made, or a response that is not accepted. `reason` can be counted."""

    final: ClassVar[bool] = True
    retry_after_s: ClassVar[float | None] = None

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadAddress(Refused):
    """No request may be made to this URL."""


class RobotsDisallowed(Refused):
    """robots.txt disallows this URL."""


class RobotsUnreachable(Refused):
    """robots.txt is not available, so nothing may be fetched for now."""

    final = False
    retry_after_s = UNREACHABLE_S


class BadBody(Refused):
    """The body cannot be decoded: truncated, damaged, or too large when decompressed."""

    final = False


class TooLarge(Refused):
    """The body is larger than allowed."""


#: Download exception -> (reason, whether a retry is pointless).
_DOWNLOAD: tuple[tuple[type[Exception], str, bool], ...] = (
    (DownloadTimeoutError, "timeout", False),
    (ResponseDataLossError, "cut short", False),
    (DownloadCancelledError, "too large", True),
    (CannotResolveHostError, "no such host", False),
    (DownloadConnectionRefusedError, "connection refused", False),
    (UnsupportedURLSchemeError, "scheme", True),
)


#: Reasons that are rules, not mishaps: counted as refused.
_REFUSALS = ("robots.txt", "bad address", "private address", "leads to another site", "redirect to", "scheme")


def is_refusal(reason: str) -> bool:
    """Whether a final failure comes from one of our rules: a URL that must not be fetched, or that leads off site."""
    return reason.startswith(_REFUSALS) and not reason.startswith("robots.txt unreachable")


def failure_of(error: BaseException, *, refused_host: bool = False) -> Failure:
    """Classify an exception of a fetch.

    Args:
        refused_host: the resolver refused every address of the host.
    """
    if isinstance(error, Refused):
        return Failure(reason=error.reason, final=error.final, retry_after_s=error.retry_after_s)
    if refused_host:
        return Failure(reason="private address", final=True)
    for kind, reason, final in _DOWNLOAD:
        if isinstance(error, kind):
            return Failure(reason=reason, final=final)
    if isinstance(error, IgnoreRequest):
        return Failure(reason=str(error).replace("max redirections reached", "too many redirects"), final=True)
    if "certificate verify failed" in _causes(error) or "VerificationError" in _causes(error):
        return Failure(reason="certificate", final=False)
    if "HeadTooLargeError" in _causes(error):
        return Failure(reason="too large", final=True)
    if isinstance(error, DownloadFailedError):
        return Failure(reason="connection lost")
    if isinstance(error, ValueError) and _is_from_redirect(error):
        return Failure(reason="redirect to a bad address", final=True)
    return Failure(reason=f"error: {type(error).__name__}")


def _is_from_redirect(error: BaseException) -> bool:
    """Whether Scrapy could not build a request from a Location header ("http://[::bad")."""
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_globals.get("__name__") == redirect.__name__:
            return True
        traceback = traceback.tb_next
    return False


def _causes(error: BaseException | None) -> str:
    """Return the words of an exception and of all its causes: Twisted nests them several deep."""
    words: list[str] = []
    while error is not None and len(words) < 8:
        words.append(repr(error))
        words += [repr(getattr(reason, "value", reason)) for reason in getattr(error, "reasons", None) or ()]
        error = error.__cause__ or error.__context__
    return " ".join(words)
