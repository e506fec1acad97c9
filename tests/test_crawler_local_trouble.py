"""Troubles of this machine are not blamed on hosts."""

import errno

import pytest
from scrapy.exceptions import DownloadFailedError
from twisted.internet.error import ConnectError

from crawler.fetching.local_trouble import local_trouble


def caused(by: BaseException) -> BaseException:
    try:
        raise DownloadFailedError("x") from by
    except DownloadFailedError as error:
        return error


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS])
def test_a_limit_of_this_machine_is_told_from_a_failing_host(number: int) -> None:
    for error in (OSError(number, "x"), ConnectError(number, "x"), caused(OSError(number, "x"))):
        trouble = local_trouble(error)
        assert trouble is not None
        assert trouble.exit_code == 5


@pytest.mark.parametrize(
    "error",
    [OSError(errno.ECONNREFUSED, "x"), ConnectError(errno.EHOSTUNREACH, "x"), TimeoutError(), caused(KeyError())],
)
def test_a_failing_host_is_no_trouble_of_this_machine(error: BaseException) -> None:
    assert local_trouble(error) is None
