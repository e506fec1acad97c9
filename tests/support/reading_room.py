"""A reading room that is open on loopback, on an archive of a few articles, and a browser to read it with."""

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.config import Config
from storage.archive import Archive
from warraq.web.app import create_app
from warraq.web.replay import create_replay_app
from warraq.web.room import Room
from warraq.web.security.hosts import AllowedHosts
from warraq.web.server import bind, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_REQUIRED = os.environ.get("WARRAQ_TEST_BROWSER") == "required"  # read before tests clear the environment
BROWSER = "/usr/bin/chromium"
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass(frozen=True)
class OpenRoom:
    """A reading room that answers."""

    origin: str
    room: Room


@contextmanager
def reading_room(folder: Path, *, token: str | None = None, captures: bool = False) -> Iterator[OpenRoom]:
    """Open the reading room on an archive, in a thread of its own."""
    from warraq.web.capturing import CaptureJobs

    config = Config(archive=str(folder), allow_private=True)
    pages, replay = bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    with (
        Archive.open(folder, create=False, read_only=True, deadline_s=5) as archive,
        Archive.open(folder, create=False, read_only=True) as exports,
    ):
        room = Room(
            config=config,
            archive=archive,
            exports=exports,
            replay_port=replay.port,
            jobs=CaptureJobs(config) if captures else None,
        )
        allowed = AllowedHosts()
        apps = [
            (create_app(room, allowed=allowed, token=token), pages),
            (create_replay_app(room, allowed=allowed, pages_port=pages.port), replay),
        ]
        loop, stop = asyncio.new_event_loop(), asyncio.Event()
        thread = threading.Thread(target=lambda: loop.run_until_complete(serve(apps, stop)))
        thread.start()
        try:
            yield OpenRoom(pages.origin, room)
        finally:
            loop.call_soon_threadsafe(stop.set)
            thread.join()
            loop.close()
            pages.socket.close()
            replay.socket.close()


@contextmanager
def browser() -> "Iterator[Browser]":
    """A Chromium. Skips the test where there is none; where WARRAQ_TEST_BROWSER=required, as in CI, the test fails."""
    if shutil.which(BROWSER) is None:
        words = f"no browser at {BROWSER}: `apt-get install chromium` runs the tests of the reading room"
        (pytest.fail if _REQUIRED else pytest.skip)(words)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=BROWSER, args=list(_FLAGS))
        try:
            yield opened
        finally:
            opened.close()
