"""warraq export: parts and corpora, asked for on the command line."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from conftest import put_source
from test_storage_archive import ARTICLE

from storage.archive import Archive
from storage.model.article import Published
from storage.model.visit import Visit
from storage.search.query import Query
from warraq.cli.main import run

DAYS = ["2023-03-01", "2024-03-01", "2024-04-01"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk") / "archive"
    with Archive.open(folder) as archive:
        put_source(archive)
        for number, day in enumerate(DAYS):
            dated = Published(iso=day, text=day, precision="day", origin="visible")
            url = f"https://rassad.example/{number}"
            article = replace(ARTICLE, url=url, published=dated, dates=(), fetched_at=datetime(2026, 1, 1, tzinfo=UTC))
            archive.store(Visit(url=url, key=f"k{number}", source="rassad", outcome=article))
    return folder


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Export = Callable[..., Ended]


@pytest.fixture
def warraq_export(folder: Path, capfd: pytest.CaptureFixture[str]) -> Export:
    def ended(*arguments: object) -> Ended:
        capfd.readouterr()
        code = run(["export", "--archive", str(folder), *map(str, arguments)])
        caught = capfd.readouterr()
        return Ended(code, caught.out, caught.err)

    return ended


def test_a_file_a_year_stands_beside_the_name_that_was_given(warraq_export: Export, tmp_path: Path) -> None:
    ended = warraq_export("-o", tmp_path / "all.jsonl", "--split", "year")
    assert ended.code == 0
    assert {path.name: len(path.read_text().splitlines()) for path in tmp_path.iterdir()} == {
        "all-2023.jsonl": 1,
        "all-2024.jsonl": 2,
    }
    assert ended.err.startswith("3 articles in ")
    assert "all-2023.jsonl, " in ended.err


def test_a_corpus_is_made_with_the_filters_of_search(warraq_export: Export, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    ended = warraq_export("--corpus", corpus, "-f", "csv", "--no-text", "--since", "2024", "--by", "مختبر")
    assert (ended.code, ended.out) == (0, "")
    card = (corpus / "README.md").read_text()
    assert "| articles | 2 |" in card
    assert "since:2024-01-01" in card
    assert "made by مختبر with Warraq" in card
    assert ARTICLE.text.split("\n")[0] not in (corpus / "data" / "articles.csv").read_text()
    for line in (corpus / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((corpus / name).read_bytes()).hexdigest() == digest


def test_a_part_of_the_archive_is_searched_like_the_whole(warraq_export: Export, tmp_path: Path) -> None:
    assert warraq_export("-f", "sqlite", "-o", tmp_path / "part", "--until", "2023").code == 0
    with Archive.open(tmp_path / "part", create=False) as part:
        assert part.count(Query()) == 1


MISTAKES = [
    pytest.param(["--split", "year"], "--split writes several files; name them with -o FILE", id="parts into a pipe"),
    pytest.param(["--by", "x"], "--by requires --corpus", id="a maker of no corpus"),
    pytest.param(["--corpus", "c", "-o", "f"], "--corpus gives the folder itself; leave out -o", id="two places"),
    pytest.param(["-f", "html", "--no-text"], "--no-text is for jsonl", id="a page without text"),
    pytest.param(["-f", "sqlite"], "this format is a folder; name it with -o FOLDER", id="a folder into a pipe"),
]


@pytest.mark.parametrize(("arguments", "words"), MISTAKES)
def test_what_cannot_be_is_said_in_one_line(
    warraq_export: Export, arguments: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = warraq_export(*arguments)
    assert ended.code == 2
    assert words in ended.err
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_that_is_there_is_not_touched(warraq_export: Export, tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "mine").write_text("x")
    ended = warraq_export("--corpus", tmp_path / "corpus")
    assert ended.code == 5
    assert "exists already" in ended.err
    assert [path.name for path in (tmp_path / "corpus").iterdir()] == ["mine"]


def test_without_filters_everything_goes_out_and_stdout_stays_data_alone(warraq_export: Export) -> None:
    ended = warraq_export()
    assert [json.loads(line)["id"] for line in ended.out.splitlines()] == [3, 2, 1]
    assert ended.err == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "all.xyz"], "no format has files that end in .xyz; there are jsonl (.jsonl), "),
        (["-o", "all.json"], "no format has files that end in .json; "),
        (["-o", "all.csv", "-f", "parquet"], "all.csv ends like csv, and -f says parquet; leave out one of them"),
        (["-o", "ALL.XLSX", "-f", "csv"], "ALL.XLSX ends like xlsx, and -f says csv"),
    ],
)
def test_an_ending_that_contradicts_or_is_unknown_is_refused(
    warraq_export: Export, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = warraq_export(*arguments)
    assert ended.code == 2
    assert ended.err.startswith(f"warraq: {told}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("more", [[], ["--split", "year"]])
def test_a_file_that_exists_is_replaced_only_when_forced(
    warraq_export: Export, tmp_path: Path, more: list[str]
) -> None:
    path = tmp_path / ("all-2024.csv" if more else "all.csv")
    path.write_text("mine")
    ended = warraq_export("-o", tmp_path / "all.csv", *more)
    assert (ended.code, path.read_text()) == (2, "mine")
    assert ended.err.startswith(f"warraq: {path} exists; --force replaces it")
    assert warraq_export("-o", tmp_path / "all.csv", "--force", *more).code == 0
    assert path.read_text("utf-8").startswith("id,url,")


def test_the_ending_names_the_format(warraq_export: Export, tmp_path: Path) -> None:
    assert warraq_export("-o", tmp_path / "all.xlsx", "--limit", 2).code == 0
    book = openpyxl.load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames == ["articles"]
    assert book["articles"].max_row == 3
