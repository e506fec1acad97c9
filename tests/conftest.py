"""What every test shares: no network but loopback, and values that are made in one place."""

import gc
import ipaddress
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from storage.archive import Archive

pytest_plugins = ["tests.support.desk", "tests.support.kept_archive", "tests.support.postgres"]

# A busy machine generates slowly; that says nothing of the code.
settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any-machine")

# Hundreds of tests start a program: where nothing may be cached, each compiles Scrapy and SQLAlchemy, seconds every
# time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Leave what was imported and collected out of the collector's passes: they would fall into whatever test runs."""
    gc.collect()
    gc.freeze()


_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _refuse_outside(address: Any) -> None:
    if not isinstance(address, tuple):
        return  # a Unix socket
    try:
        loopback = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        loopback = address[0] == "localhost"
    if not loopback:
        raise AssertionError(f"a test dialled {address}: only loopback is allowed")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(self: socket.socket, address: Any) -> None:
        _refuse_outside(address)
        _connect(self, address)

    def connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_outside(address)
        return _connect_ex(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings do not reach the tests, nor the programs that they start."""
    for name in list(os.environ):
        if name.startswith("WARRAQ_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")  # the command line speaks English


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let `pytest -k F12` select the tests of that row of docs/reliability.md."""
    for marker in item.iter_markers("fault"):
        item.extra_keyword_matches.update(marker.args)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--kills", type=int, default=20, help="SIGKILLs in each kill series (slow tests)")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How often a kill series kills: `--kills`."""
    number: int = request.config.getoption("--kills")
    return number


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an archive that knows one source and is copied: to make its tables takes a tenth of a second."""
    folder = tmp_path_factory.mktemp("empty") / "archive"
    with Archive.open(folder) as opened:
        put_source(opened)
    return folder


@pytest.fixture
def folder_archive(empty_archive: Path, tmp_path: Path, clock: Clock) -> Iterator[Archive]:
    """An empty archive in a folder, on SQLite, that knows one source, "rassad"."""
    with Archive.open(shutil.copytree(empty_archive, tmp_path / "archive"), clock=clock) as opened:
        yield opened


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.slow])])
def archive(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Archive]:
    """An empty archive that knows one source, "rassad": once on SQLite and once on a real PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("folder_archive")
        return
    with Archive.open(request.getfixturevalue("postgres_url"), warc=tmp_path / "warc", clock=clock) as opened:
        put_source(opened)
        yield opened


def put_source(archive: Archive, key: str = "rassad") -> None:
    archive.put_source(
        key=key,
        name_ar="الرصد",
        name_en="Rassad",
        country="MA",
        timezone="Africa/Casablanca",
        home=f"https://{key}.example/",
    )
