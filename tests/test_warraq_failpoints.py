"""Every step of a command that puts something on the disk, failed once: what is left is sound, and a rerun completes.

See tests/support/failpoints.py. The loop ends where a command no longer has an Nth step. The quick tests take a few
steps of each command but the crawl, the slow ones all of them.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from storage.archive import Archive
from storage.database.migrate import HEAD
from tests.support.failpoints import KILLED, FailingProgram, Kind, Ran
from tests.support.kept_archive import ARTICLES
from tests.support.loopback import Reply, Site, article
from tests.support.sound import assert_sound, rows

KINDS: tuple[Kind, ...] = ("kill", "once", "full")
#: Steps of the quick tests, and how they fail.
FEW: tuple[tuple[int, Kind], ...] = ((2, "kill"), (3, "full"))


@dataclass
class Newspaper:
    """A newspaper of three articles, and its source file."""

    base: str
    sources: Path

    @property
    def articles(self) -> set[str]:
        return {f"{self.base}/news/{number}" for number in range(3)}


@pytest.fixture(scope="module")
def newspaper(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newspaper]:
    folder = tmp_path_factory.mktemp("sources")
    with Site() as site:
        for number in range(3):
            site.routes[f"/news/{number}"] = Reply(article(f"خبر رقم {number}", paragraphs=3))
        items = "".join(f"<item><title>خبر</title><link>{site.base}/news/{number}</link></item>" for number in range(3))
        feed = f"<rss version='2.0'><channel><title>x</title>{items}</channel></rss>"
        site.routes["/feed"] = Reply(feed.encode(), headers={"Content-Type": "application/rss+xml"})
        (folder / "paper.toml").write_text(
            f'name_ar = "صحيفة"\nname_en = "paper"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{site.base}/"\n'
            'article_url = "/news/"\ndelay_s = 0\nconcurrency = 3\n'
            f'[[endpoint]]\nurl = "{site.base}/feed"\nkind = "feed"\n',
            encoding="utf-8",
        )
        yield Newspaper(site.base, folder)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the commands work; what they do elsewhere is not counted."""
    return tmp_path_factory.mktemp("place")


@pytest.fixture(scope="module")
def program(place: Path) -> Iterator[FailingProgram]:
    with FailingProgram(place) as started:
        yield started


@dataclass
class Scenario:
    """A command, what it begins with, and what must be there in the end."""

    program: FailingProgram
    place: Path
    kept: Path
    newspaper: Newspaper

    @property
    def archive(self) -> Path:
        return self.place / "archive"

    def prepare(self) -> None:
        """An empty place."""
        for path in self.place.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    def run(self, at: int = 0, kind: Kind = "kill") -> Ran:
        raise NotImplementedError

    def check(self) -> None:
        """What must hold after any failure."""
        assert_sound(self.archive)

    def check_whole(self) -> None:
        """What must hold after the rerun."""
        raise NotImplementedError


class Crawl(Scenario):
    def run(self, at: int = 0, kind: Kind = "kill") -> Ran:
        environment = {
            "WARRAQ_SOURCES": str(self.newspaper.sources), "WARRAQ_ALLOW_PRIVATE": "yes", "WARRAQ_PATIENCE": "3",
        }  # fmt: skip
        return self.program.run("--archive", self.archive, "crawl", "paper", at=at, kind=kind, **environment)

    def check_whole(self) -> None:
        assert {url for (url,) in rows(self.archive, "select url from article")} == self.newspaper.articles
        assert rows(self.archive, "select count(*) from url where lease_owner is not null") == [(0,)]
        assert [path for path in (self.archive / "warc").iterdir() if path.suffix == ".open"] == []


class Export(Scenario):
    def prepare(self) -> None:
        super().prepare()
        upgraded = self.place.parent / f"{self.place.name}-upgraded"
        if not upgraded.exists():
            Archive.open(shutil.copytree(self.kept, upgraded)).close()
        shutil.copytree(upgraded, self.archive)
        self.out = self.place / "all.wacz"
        self.out.write_bytes(b"the export of yesterday")

    def run(self, at: int = 0, kind: Kind = "kill") -> Ran:
        return self.program.run(
            "--archive", self.archive, "export", "--since", "2025-05-10", "-o", self.out, "--force", at=at, kind=kind
        )

    def check(self) -> None:
        assert self.out.read_bytes() == b"the export of yesterday" or self.out.read_bytes()[:2] == b"PK"

    def check_whole(self) -> None:
        assert self.out.read_bytes()[:2] == b"PK"
        assert list(self.place.glob(".*.part")) == []


class Migration(Scenario):
    def prepare(self) -> None:
        super().prepare()
        shutil.copytree(self.kept, self.archive)

    def run(self, at: int = 0, kind: Kind = "kill") -> Ran:
        return self.program.run("--archive", self.archive, "stats", at=at, kind=kind)

    def check(self) -> None:
        super().check()
        assert rows(self.archive, "select version_num from alembic_version") in ([("0003",)], [(HEAD,)])
        assert rows(self.archive, "select count(*) from article") == [(ARTICLES,)]

    def check_whole(self) -> None:
        assert rows(self.archive, "select version_num from alembic_version") == [(HEAD,)]


class Gather(Scenario):
    def prepare(self) -> None:
        super().prepare()
        shutil.copytree(self.kept, self.archive)

    def run(self, at: int = 0, kind: Kind = "kill") -> Ran:
        return self.program.run(
            "--archive", self.archive, "gather", at=at, kind=kind, WARRAQ_GATHER=(self.place / "shared").as_uri()
        )

    def check(self) -> None:
        """What is gathered is what its proof says."""
        for proof in (self.place / "shared").glob("*.sha256"):
            if text := proof.read_text():
                digest, name = text.split()
                assert hashlib.sha256((self.place / "shared" / name).read_bytes()).hexdigest() == digest

    def check_whole(self) -> None:
        names = {path.name for path in (self.archive / "warc").glob("*.warc.gz")}
        assert {path.name.removesuffix(".sha256") for path in (self.place / "shared").glob("*.sha256")} == names


class Import(Scenario):
    def prepare(self) -> None:
        super().prepare()
        self.file = self.place.parent / "articles.jsonl"
        lines = (
            f'{{"url": "https://rassad.example/{n}", "title": "خبر {n}", "text": "نص الخبر رقم {n} كما جاء."}}\n'
            for n in range(3)
        )
        self.file.write_text("".join(lines), encoding="utf-8")

    def run(self, at: int = 0, kind: Kind = "kill") -> Ran:
        return self.program.run("--archive", self.archive, "import", self.file, at=at, kind=kind)

    def check_whole(self) -> None:
        assert rows(self.archive, "select count(*) from article") == [(3,)]


SCENARIOS = {"crawl": Crawl, "export": Export, "migration": Migration, "gather": Gather, "import": Import}


@pytest.fixture
def scenario(
    request: pytest.FixtureRequest, program: FailingProgram, place: Path, unpacked: Path, newspaper: Newspaper
) -> Scenario:
    made: Scenario = SCENARIOS[request.param](program, place, unpacked, newspaper)
    return made


def fail_at(scenario: Scenario, at: int, kind: Kind) -> bool:
    """Fail at a step, look, run again, look; False where the command has no such step."""
    scenario.prepare()
    ran = scenario.run(at, kind)
    if not ran.hit:
        assert ran.code == 0, ran
        return False
    words = f"{kind} at step {at}: {ran}"
    if kind == "kill":
        assert ran.code == KILLED, words
    assert "Traceback" not in ran.err, words
    assert "a bug in warraq" not in ran.err, words
    scenario.check()
    again = scenario.run()
    assert again.code == 0, f"{words}\nagain: {again}"
    scenario.check()
    scenario.check_whole()
    return True


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name != "crawl"], indirect=True)
def test_a_few_steps_that_fail_lose_nothing(scenario: Scenario) -> None:
    for at, kind in FEW:
        assert fail_at(scenario, at, kind)


@pytest.mark.fault("F02", "F16", "F19", "F20")
@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("scenario", SCENARIOS, indirect=True)
def test_no_step_that_fails_loses_anything(scenario: Scenario, kind: Kind) -> None:
    at = 1
    while fail_at(scenario, at, kind):
        at += 1
    assert at > 3
