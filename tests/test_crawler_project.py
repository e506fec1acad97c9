"""The commands and files of docs/scrapy.md, run as they stand, each in a process of its own, on the demo newspaper."""

import csv
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.demo import source_toml
from crawler.demo.server import DemoNewspaper
from storage.archive import Archive
from storage.export.columns import NAMES
from tests.support.forked import run_forked
from tests.support.kept_archive import Finished, plain_environment

#: Crawls and processes of their own.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/scrapy.md").read_text("utf-8")
FILES = dict(re.findall(r'```\w+ title="([^"]+)"\n(.*?)```', PAGE, re.S))
COMMANDS = re.findall(r"^\$ (.+)$", PAGE, re.M)


@dataclass(frozen=True)
class Project:
    """The project of docs/scrapy.md in a folder, and the newspaper that it crawls."""

    folder: Path
    base_url: str

    def run(self, command: str, **environ: str) -> Finished:
        """Run one command line of the page in the project's folder."""
        program, *arguments = shlex.split(command.replace("http://127.0.0.1:8801", self.base_url))
        env = {name: value for name, value in plain_environment().items() if not name.startswith("SCRAPY_")}
        env |= {
            "PYTHONPATH": str(ROOT),
            "WARRAQ_SOURCES": "sources",
            "WARRAQ_ALLOW_PRIVATE": "1",
            "WARRAQ_WORKERS": "1",
        }
        if program != "python":
            return run_forked(*arguments, program=program, folder=self.folder, environment=env | environ)
        ended = subprocess.run(
            [sys.executable, *arguments], cwd=self.folder, env=env | environ, capture_output=True, timeout=120
        )
        return Finished(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with DemoNewspaper(slow=False) as newspaper:
        for name, text in FILES.items():
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("http://127.0.0.1:8801", newspaper.base_url), "utf-8")
        (tmp_path / "sources").mkdir()
        (tmp_path / "sources" / "demo.toml").write_text(source_toml(newspaper.base_url), "utf-8")
        (tmp_path / "newsroom" / "__init__.py").touch()
        yield Project(folder=tmp_path, base_url=newspaper.base_url)


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_every_command_of_the_page_runs(project):
    for command in COMMANDS:
        ended = project.run(command)
        assert ended.code == 0, (command, ended.err)
        assert "Traceback" not in ended.err, (command, ended.err)
        if command == "scrapy list":
            assert {"demo", "front_page", "hespress"} <= set(ended.out.split())
        if command.startswith("scrapy parse"):
            assert "'title': 'نتائج مبشرة للقاح" in ended.out
    articles = rows(project.folder / "articles.jsonl")
    assert len(articles) == 5
    assert all(tuple(one) == NAMES for one in articles)
    with (project.folder / "articles.csv").open(encoding="utf-8", newline="") as file:
        assert {row["source"] for row in csv.DictReader(file)} == {"demo"}
    assert rows(project.folder / "front.jsonl")[0].keys() == {"headline", "url"}
    assert list((project.folder / "dist").glob("newsroom-1.0-*.egg"))
    deployed = project.run(
        f"scrapy crawl front_page -a url={project.base_url}/ -O deployed.jsonl",
        PYTHONPATH=os.pathsep.join([str(next((project.folder / "dist").glob("*.egg"))), str(ROOT)]),
        SCRAPY_SETTINGS_MODULE="newsroom.settings",
    )
    assert deployed.code == 0, deployed.err
    assert rows(project.folder / "deployed.jsonl")


def test_items_are_the_stored_articles_and_reach_the_users_own_parts(project):
    ended = project.run("scrapy crawl demo -a limit=3 -o articles.jsonl")
    assert ended.code == 0, ended.err
    assert "demo: 3 items" in ended.err  # the extension
    with Archive.open(project.folder / "archive") as archive:
        stored = {one.id: one.article.text for one in archive.read(range(1, 4))}
    assert {one["id"]: one["text"] for one in rows(project.folder / "articles.jsonl")} == stored


def test_a_pipeline_given_on_the_command_line_does_not_take_ours_away(project):
    given = json.dumps({"newsroom.pipelines.Headlines": 300})
    ended = project.run(f"scrapy crawl demo -a limit=2 -s ITEM_PIPELINES={shlex.quote(given)} -o articles.jsonl")
    assert ended.code == 0, ended.err
    assert len(rows(project.folder / "articles.jsonl")) == 2


def test_a_users_own_spider_is_polite_and_recorded(project):
    ended = project.run("scrapy crawl front_page -s ROBOTSTXT_OBEY=False -o front.jsonl")
    assert ended.code == 0, ended.err
    assert all(row["headline"] for row in rows(project.folder / "front.jsonl"))
    assert list((project.folder / "archive" / "warc").glob("*.warc.gz"))


def test_looking_at_a_page_opens_no_archive(project):
    ended = project.run("scrapy fetch http://127.0.0.1:8801/node/809")
    assert "لقاح" in ended.out, ended.err
    assert not (project.folder / "archive").exists()


def test_an_unknown_source_is_one_line(project):
    ended = project.run("scrapy crawl nosuch")
    assert ended.code == 2
    assert "there is no source 'nosuch'; `scrapy list` shows them all" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("setting", ["JOBDIR=jobs", "ROBOTSTXT_OBEY=False", "COOKIES_ENABLED=1"])
def test_a_setting_that_is_not_honoured_is_refused(project, setting):
    ended = project.run(f"scrapy crawl demo -s {setting}")
    assert ended.code == 2
    assert f"{setting.partition('=')[0]} is not supported in a crawl of a source: " in ended.err
    assert "Traceback" not in ended.err
