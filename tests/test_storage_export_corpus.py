"""Parts and corpora: no article is lost between files, and the card says what is there."""

import csv
import hashlib
import io
import json
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import put_source
from test_storage_archive import ARTICLE

from storage.archive import Archive
from storage.database.rows import StoredArticle
from storage.errors import StorageError
from storage.export.columns import COLUMNS, SENTENCES
from storage.export.corpus.card import DataCard
from storage.export.corpus.corpus import write_corpus, write_parts
from storage.export.corpus.split import SPLITS
from storage.export.formats import FORMATS, Options
from storage.model.article import Published, Removed
from storage.model.visit import Snapshot, Visit
from storage.search.query import Query, parse

SAME = "نص واحد في صحيفتين"
#: Source, day of publication, text.
ROWS = [
    ("rassad", "2023-05-01", SAME),
    ("rassad", "2024-02-03", "ثلاث كلمات هنا"),
    ("rassad", None, "متى نُشر"),
    ("barq", "2024-07-09", SAME),
    (None, "2024-12-31", "من خارج المصادر"),
]


def published(day: str) -> Published:
    return Published(iso=day, text=day, precision="day", origin="visible")


@pytest.fixture
def filled(archive: Archive) -> Archive:
    put_source(archive, "barq")
    for number, (source, day, text) in enumerate(ROWS):
        article = replace(
            ARTICLE,
            url=f"https://rassad.example/{number}",
            source=source,
            text=text,
            published=published(day) if day else None,
            dates=(),
            fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        archive.store(Visit(url=article.url, key=f"k{number}", source=source, outcome=article))
    return archive


def through(articles: Iterable[StoredArticle]) -> Iterator[StoredArticle]:
    yield from articles


def parts(archive: Archive, path: Path, by: str | None, query: Query | None = None) -> list[Path]:
    chosen = FORMATS["jsonl"]
    return write_parts(chosen, archive, query or Query(), path, Options(archive=archive), by=by, watch=through)


def urls(path: Path) -> list[str]:
    return [json.loads(line)["url"][-1] for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_file_a_year_holds_every_article_once_and_those_without_a_date_apart(filled: Archive, tmp_path: Path) -> None:
    made = parts(filled, tmp_path / "all.jsonl", "year")
    assert {path.name: sorted(urls(path)) for path in made} == {
        "all-2023.jsonl": ["0"],
        "all-2024.jsonl": ["1", "3", "4"],
        "all-undated.jsonl": ["2"],
    }


def test_a_file_a_source_names_it_and_keeps_the_order(filled: Archive, tmp_path: Path) -> None:
    made = parts(filled, tmp_path / "all.jsonl", "source")
    assert [path.name for path in made] == ["all-barq.jsonl", "all-no-source.jsonl", "all-rassad.jsonl"]
    whole = [json.loads(line) for line in (parts(filled, tmp_path / "x.jsonl", None)[0]).read_text().splitlines()]
    of_rassad = [record["url"][-1] for record in whole if record["source"] == "rassad"]
    assert urls(made[2]) == of_rassad


@pytest.mark.parametrize("by", SPLITS)
def test_a_limit_holds_for_all_parts_together(filled: Archive, tmp_path: Path, by: str) -> None:
    made = parts(filled, tmp_path / "all.jsonl", by, Query(limit=2))
    assert sum(len(urls(path)) for path in made) == 2


def corpus(
    archive: Archive,
    folder: Path,
    name: str = "jsonl",
    *,
    query: Query | None = None,
    no_text: bool = False,
    split_by: str | None = None,
    by: str | None = None,
) -> Path:
    options = Options(archive=archive, no_text=no_text)
    wishes: dict[str, Any] = {"name": name, "split_by": split_by, "by": by, "watch": through}
    write_corpus(FORMATS[name], archive, query or Query(), folder, options, **wishes)
    return folder


def test_a_corpus_is_a_folder_with_all_that_it_takes_to_publish(filled: Archive, tmp_path: Path) -> None:
    folder = corpus(filled, tmp_path / "corpus", split_by="year")
    assert sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()) == [
        "CITATION.cff",
        "README.ar.md",
        "README.md",
        "SHA256SUMS",
        "counts.csv",
        "data/articles-2023.jsonl",
        "data/articles-2024.jsonl",
        "data/articles-undated.jsonl",
    ]


def test_checksums_are_those_of_every_other_file(filled: Archive, tmp_path: Path) -> None:
    folder = corpus(filled, tmp_path / "corpus")
    lines = (folder / "SHA256SUMS").read_text().splitlines()
    assert {line.split("  ")[1] for line in lines} == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()
    } - {"SHA256SUMS"}
    for line in lines:
        digest, name = line.split("  ")
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=folder, check=True)


def test_the_card_counts_by_source_and_year_and_says_how_many_have_a_date(filled: Archive, tmp_path: Path) -> None:
    card = (corpus(filled, tmp_path / "corpus") / "README.md").read_text()
    assert "| rassad | Rassad | MA | 3 | 9 | 2023-05-01 | 2024-02-03 | 1 |" in card
    assert "| barq | Rassad | MA | 1 | 4 | 2024-07-09 | 2024-07-09 | 0 |" in card
    assert "| - | - | - | 1 | 3 | 2024-12-31 | 2024-12-31 | 0 |" in card
    assert "| 2024 | 3 | 60.0 % |" in card
    assert "| no date | 1 | 20.0 % |" in card
    assert "| with a date | 4 (80.0 %) |" in card
    assert "| same title and text as another here | 1 (20.0 %) |" in card
    assert "| published | 2023-05-01 / 2024-12-31 |" in card


def test_what_newspapers_reserved_is_counted_on_both_cards_and_else_nothing_is_said(
    filled: Archive, tmp_path: Path
) -> None:
    plain = corpus(filled, tmp_path / "plain")
    assert "noarchive" not in (plain / "README.md").read_text().partition("## Columns")[0]
    for number, robots in enumerate([("noarchive", "noai"), ("robots.txt/content-signal:ai-train=no",), ("noindex",)]):
        url = f"https://rassad.example/reserved/{number}"
        snapshot = Snapshot(
            url=url, fetched_at=datetime(2026, 1, 1, tzinfo=UTC), status=200, payload_sha256="ab" * 32, robots=robots
        )
        article = replace(ARTICLE, url=url, source="rassad", text=f"نص {number}", dates=())
        filled.store(Visit(url=url, key=url, source="rassad", outcome=article, snapshot=snapshot))
    made = corpus(filled, tmp_path / "corpus")
    english, arabic = (made / "README.md").read_text(), (made / "README.ar.md").read_text()
    assert (
        "When they were fetched, 2 of these articles came from pages or sites that decline machine learning" in english
    )
    assert "and 1 from pages that ask that no copy be kept (`noarchive`)" in english
    assert "التنقيب في النصوص 2، وعدد ما طلبت صفحته ألا تُحفظ منها نسخة 1؛" in arabic


def test_copies_are_counted_where_they_were_looked_for_and_else_the_card_says_so(
    filled: Archive, tmp_path: Path
) -> None:
    card = DataCard()
    for stored in filled.find(Query()):
        card.take(replace(stored, story=None))
    assert card.same_story is None
    told = DataCard()
    for stored in filled.find(Query()):
        told.take(replace(stored, story=min(stored.id, 3)))
    assert told.same_story == 2


def test_the_card_says_what_was_asked_whether_typed_or_given_as_an_option(filled: Archive, tmp_path: Path) -> None:
    query = parse("كلمات", sources=("rassad",), since=date(2024, 1, 1))
    card = (corpus(filled, tmp_path / "corpus", query=query) / "README.md").read_text()
    assert "`كلمات source:rassad since:2024-01-01`" in card
    assert "| articles | 1 |" in card


def test_the_arabic_card_says_the_same_figures(filled: Archive, tmp_path: Path) -> None:
    card = (corpus(filled, tmp_path / "corpus", by="مختبر الرصد") / "README.ar.md").read_text()
    assert card.startswith('<div dir="rtl" lang="ar">')
    assert "| rassad | الرصد | MA | 3 | 9 | 2023-05-01 | 2024-02-03 | 1 |" in card
    assert "| لها تاريخ | 4 (80.0 %) |" in card
    assert "| عنوانها ونصها كمقالة أخرى هنا | 1 (20.0 %) |" in card
    assert "أعدّها مختبر الرصد" in card
    assert "المقالات ملك صحفها" in card


def test_counts_are_for_programs_too(filled: Archive, tmp_path: Path) -> None:
    text = (corpus(filled, tmp_path / "corpus") / "counts.csv").read_bytes().decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert sum(int(row["articles"]) for row in rows) == len(ROWS)
    assert {"source": "rassad", "year": "", "articles": "1", "words": "2"} in rows


def test_a_variant_without_text_holds_no_sentence_of_the_newspapers(filled: Archive, tmp_path: Path) -> None:
    folder = corpus(filled, tmp_path / "corpus", no_text=True)
    records = [json.loads(line) for line in (folder / "data" / "articles.jsonl").read_text().splitlines()]
    assert all(set(record) == {column.name for column in COLUMNS} - SENTENCES for record in records)
    whole = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file()).decode()
    assert not [text for _, _, text in ROWS if text in whole]
    assert all(len(record["text_hash"]) == 64 for record in records)
    assert "| `text` |" not in whole
    assert "variant without text" in whole
    assert "بلا نصوص" in whole


def test_the_front_matter_names_languages_and_data_files(filled: Archive, tmp_path: Path) -> None:
    card = (corpus(filled, tmp_path / "corpus", split_by="source") / "README.md").read_text()
    front = pytest.importorskip("yaml").safe_load(card.split("---\n")[1])
    assert front["language"] == ["ar"]
    assert front["configs"][0]["data_files"] == [
        "data/articles-barq.jsonl",
        "data/articles-no-source.jsonl",
        "data/articles-rassad.jsonl",
    ]


def test_the_citation_is_valid_yaml_with_what_its_format_asks_for(filled: Archive, tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    cited = yaml.safe_load((corpus(filled, tmp_path / "corpus", by='مختبر: "الرصد"') / "CITATION.cff").read_text())
    assert {"cff-version", "message", "title", "authors"} <= set(cited)
    assert cited["authors"] == [{"name": 'مختبر: "الرصد"'}]
    assert cited["type"] == "dataset"


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "parquet"])
def test_a_corpus_can_be_in_any_format(filled: Archive, tmp_path: Path, name: str) -> None:
    folder = corpus(filled, tmp_path / "corpus", name, query=parse("source:rassad"))
    (data,) = (folder / "data").iterdir()
    assert data.name == f"articles{FORMATS[name].suffix}"
    assert f"data/articles{FORMATS[name].suffix}" in (folder / "README.md").read_text()
    assert "source:rassad" in (folder / "README.md").read_text()


def test_an_empty_corpus_is_a_corpus(archive: Archive, tmp_path: Path) -> None:
    card = (corpus(archive, tmp_path / "corpus") / "README.md").read_text()
    assert "| articles | 0 |" in card


def test_a_corpus_never_takes_the_place_of_what_is_there(filled: Archive, tmp_path: Path) -> None:
    corpus(filled, tmp_path / "corpus")
    with pytest.raises(StorageError, match="exists already"):
        corpus(filled, tmp_path / "corpus")


def test_the_card_tells_what_was_cleaned_by_source_and_rule(archive: Archive, tmp_path: Path) -> None:
    pieces = (Removed(rule="phrase", text="شارك المقال"), Removed(rule="sms", text="88591 - Stc"))
    article = replace(ARTICLE, source="rassad", removed=pieces)
    archive.store(Visit(url=article.url, key="k", source="rassad", outcome=article))
    card = write_corpus(
        FORMATS["jsonl"], archive, Query(), tmp_path / "corpus", Options(archive=archive),
        name="jsonl", split_by=None, by=None, watch=through,
    )  # fmt: skip
    assert card.removed == {("rassad", "phrase"): 1, ("rassad", "sms"): 1}
    for name in ("README.md", "README.ar.md"):
        assert "| rassad | `sms` | 1 | 3 |" in (tmp_path / "corpus" / name).read_text(encoding="utf-8")
