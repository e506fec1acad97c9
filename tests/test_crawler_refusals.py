"""Every way in which a fetch can fail becomes a reason that can be counted, final or not."""

import pytest
from scrapy.downloadermiddlewares.redirect import RedirectMiddleware
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
from scrapy.http import Request, Response
from scrapy.utils.test import get_crawler

from crawler.fetching.failures import (
    BadAddress,
    BadBody,
    RobotsDisallowed,
    RobotsUnreachable,
    TooLarge,
    failure_of,
    is_refusal,
)
from crawler.politeness.robots_rules import UNREACHABLE_S, read_rules


@pytest.mark.parametrize(
    ("error", "reason", "final", "refused"),
    [
        (BadAddress("bad address: no host"), "bad address: no host", True, True),
        (RobotsDisallowed("robots.txt"), "robots.txt", True, True),
        (RobotsUnreachable("robots.txt unreachable"), "robots.txt unreachable", False, False),
        (BadBody("truncated"), "truncated", False, False),
        (TooLarge("too large"), "too large", True, False),
        (DownloadTimeoutError("x"), "timeout", False, False),
        (ResponseDataLossError("x"), "cut short", False, False),
        (DownloadCancelledError("x"), "too large", True, False),
        (CannotResolveHostError("x"), "no such host", False, False),
        (DownloadConnectionRefusedError("x"), "connection refused", False, False),
        (DownloadFailedError("x"), "connection lost", False, False),
        (UnsupportedURLSchemeError("x"), "scheme", True, True),
        (IgnoreRequest("max redirections reached"), "too many redirects", True, False),
        (DownloadFailedError("[Error('certificate verify failed')]"), "certificate", False, False),
        (RuntimeError("anything"), "error: RuntimeError", False, False),
    ],
)
def test_an_exception_becomes_a_reason(error, reason, final, refused):
    failure = failure_of(error)
    assert (failure.reason, failure.final, failure.gone) == (reason, final, False)
    assert is_refusal(failure.reason) is refused


def test_a_host_that_the_resolver_refused_is_told_from_one_that_is_not_there():
    failure = failure_of(CannotResolveHostError("x"), refused_host=True)
    assert (failure.reason, failure.final) == ("private address", True)


def test_an_unreachable_robots_txt_is_asked_for_again_later():
    assert failure_of(RobotsUnreachable("robots.txt unreachable")).retry_after_s == UNREACHABLE_S


def test_the_cause_of_a_failure_is_looked_for_several_deep():
    error = DownloadFailedError("x")
    error.__cause__ = ValueError("y")
    error.__cause__.__cause__ = OSError("certificate verify failed")
    assert failure_of(error).reason == "certificate"


def test_a_redirect_to_no_address_is_final_and_says_so():
    middleware = RedirectMiddleware.from_crawler(get_crawler())
    answer = Response("https://rassad.example/1", status=302, headers={"Location": "http://[::bad"})
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # whatever its words are
        middleware.process_response(Request(answer.url), answer)
    failure = failure_of(caught.value)
    assert (failure.reason, failure.final) == ("redirect to a bad address", True)
    assert failure_of(ValueError("elsewhere")).reason == "error: ValueError"


@pytest.mark.parametrize(
    ("status", "cause", "words"),
    [(503, "", "http 503"), (None, "connection refused", "connection refused"), (None, "", "no answer")],
)
def test_an_unreachable_robots_txt_says_why(status, cause, words):
    rules = read_rules(status, cause=cause)
    assert (rules.unreachable, rules.cause) == (True, words)
    assert is_refusal(f"robots.txt unreachable: {rules.cause}") is False
