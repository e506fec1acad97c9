"""Rows of JSON lines become articles: ours field for field, those of others by their usual names, nothing guessed."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_storage_archive import ARTICLE, SNAPSHOT

from crawler.importing.row_reader import BadRow, Row, read_line, row_of
from storage.database.rows import StoredArticle
from storage.database.values import text_hash
from storage.export.columns import stored_record, to_json
from storage.model.article import Article, DateEvidence, Published, Removed
from storage.model.sanitize import safe_article
from storage.model.visit import Snapshot

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
TEXT = "أعلنت الوزارة افتتاح الخط الجديد بين المدينتين ابتداء من الشهر المقبل."


def row(**values: Any) -> Row:
    given = {"url": "https://rassad.example/1", "title": "عنوان", "text": TEXT} | values
    return row_of(
        {name: value for name, value in given.items() if value is not ...},
        now=NOW,
        source="rassad",
        timezone="Africa/Cairo",
    )


def test_a_fetch_without_its_zone_is_read_as_the_newspaper_s_else_as_utc() -> None:
    given = {"url": "https://rassad.example/1", "title": "عنوان", "text": TEXT, "date_extracted": "2015-07-25 01:58:49"}
    known = row_of(given, now=NOW, source="rassad", timezone="Asia/Riyadh")
    unknown = row_of(given, now=NOW, source=None, timezone=None)
    assert (known.article.fetched_at, known.dated) == (datetime(2015, 7, 24, 22, 58, 49, tzinfo=UTC), True)
    assert (unknown.article.fetched_at, unknown.dated) == (datetime(2015, 7, 25, 1, 58, 49, tzinfo=UTC), True)
    assert known.article.published is unknown.article.published is None, "when it was fetched says nothing of that"
    ahead = row_of(given | {"date_extracted": "2026-05-01 15:00:00"}, now=NOW, source=None, timezone=None)
    assert ahead.article.fetched_at == NOW, "a local time read as UTC is not after the import"
    unread = row_of(given | {"date_extracted": "25/7"}, now=NOW, source=None, timezone=None)
    assert (unread.article.fetched_at, unread.dated) == (NOW, False)
    relative = row_of(given | {"published": "اليوم"}, now=NOW, source=None, timezone=None)
    assert relative.article.published is None, "the day of a place that is not known"


def exported(article: Article, *, snapshot: Snapshot | None = SNAPSHOT) -> bytes:
    stored = StoredArticle(
        id=7,
        key="rassad.example/1",
        article=article,
        first_seen_at=datetime(2025, 1, 1, tzinfo=UTC),
        changed_at=datetime(2025, 2, 1, 3, 4, 5, 678, tzinfo=UTC),
        version=2,
        versions=3,
        snapshot=snapshot,
        text_hash=text_hash(article),
    )
    return to_json(stored_record(stored)).encode()


words = st.text(st.characters(codec="utf-8"), max_size=40)
line = words.map(lambda text: " ".join(text.split()) or "س")
moments = st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
articles = st.builds(
    Article,
    url=st.just("https://rassad.example/1"),
    source=st.none() | st.just("rassad"),
    title=line,
    text=st.lists(line, min_size=1, max_size=5).map("\n".join),
    authors=st.lists(line, max_size=3).map(tuple),
    published=st.none()
    | st.builds(
        Published,
        iso=st.just("2024-01-05T09:07+03:00"),
        at=st.none() | moments,
        offset_minutes=st.none() | st.integers(-720, 840),
        text=words,
        precision=st.sampled_from(["minute", "day"]),
        origin=st.sampled_from(["json-ld", "visible"]),
        disagreed=st.booleans(),
    ),
    dates=st.lists(st.builds(DateEvidence, origin=st.just("meta"), text=words, iso=st.none() | st.just("2024-01-05")), max_size=2).map(tuple),  # noqa: E501  one value
    modified=st.none() | moments,
    section=st.none() | line,
    tags=st.lists(line, max_size=3).map(tuple),
    image=st.none() | st.just("https://rassad.example/a.jpg"),
    language=st.none() | st.just("ar"),
    kind=st.sampled_from(["news", "opinion", "live", "gallery", "video", "interview"]),
    removed=st.lists(st.builds(Removed, rule=st.just("share"), text=words, after_line=st.none() | st.integers(0, 9)), max_size=2).map(tuple),  # noqa: E501  one value
    fetched_at=moments,
    extractor_version=st.just("1"),
    rules_version=st.sampled_from(["1", "12"]),
)  # fmt: skip


@given(articles)
@settings(max_examples=200)
def test_an_article_that_was_exported_comes_back_the_same(article: Article) -> None:
    article = safe_article(article)
    if not article.text:
        return
    back = row_of(read_line(exported(article)), now=NOW, source=None, timezone=None)
    assert back.article == article
    assert (back.key, back.dated) == ("rassad.example/1", True)
    assert back.first_seen_at == datetime(2025, 1, 1, tzinfo=UTC)
    assert back.changed_at == datetime(2025, 2, 1, 3, 4, 5, 678, tzinfo=UTC)


def test_the_fetch_of_an_exported_article_comes_along_without_its_record() -> None:
    back = row_of(read_line(exported(ARTICLE)), now=NOW, source=None, timezone=None)
    assert back.snapshot == replace(
        SNAPSHOT, url=ARTICLE.url, fetched_at=ARTICLE.fetched_at, record=None, media_type=None, robots=()
    )
    assert row_of(read_line(exported(ARTICLE, snapshot=None)), now=NOW, source=None, timezone=None).snapshot is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text": "غيره أحد"}, "text_hash does not match title and text"),
        ({"text": None}, "text is missing"),
        ({"authors": "محمد"}, "authors: str where list belongs"),
        ({"fetched_at": "yesterday"}, "fetched_at: not a time with its zone"),
        ({"fetched_at": None}, "fetched_at is missing"),
        ({"published": "31/12/2025"}, "published: no day"),
        ({"dates": [{"origin": "meta", "words": "x"}]}, "dates: not a list as written by an export"),
        ({"removed": [{"rule": "share", "text": ["x"]}]}, "removed: not a list"),
        ({"payload_sha256": "abc"}, "payload_sha256: not 64 hex digits"),
        ({"status": True}, "status: bool where int belongs"),
        ({"url": "ftp://rassad.example/"}, "url: "),
    ],
)
def test_a_row_of_ours_that_was_changed_is_refused_with_the_field(changed: dict[str, Any], words: str) -> None:
    values = json.loads(exported(ARTICLE)) | changed
    with pytest.raises(BadRow) as error:
        row_of(values, now=NOW, source=None, timezone=None)
    assert str(error.value).startswith(words)


@pytest.mark.parametrize(
    ("values", "field", "value"),
    [
        ({"text": ..., "maintext": TEXT}, "text", TEXT),
        ({"title": ..., "headline": " عنوان "}, "title", " عنوان "),
        ({"url": ..., "link": "https://rassad.example/2#x"}, "url", "https://rassad.example/2"),
        ({"author": "محمد علي، سعاد"}, "authors", ("محمد علي، سعاد",)),
        ({"authors": ["محمد", " ", "سعاد"]}, "authors", ("محمد", "سعاد")),
        ({"category": "سياسة"}, "section", "سياسة"),
        ({"keywords": ["أ", "ب"]}, "tags", ("أ", "ب")),
        ({"top_image": "javascript:alert(1)"}, "image", None),
        ({"lang": "fa"}, "language", "fa"),
        ({}, "language", "ar"),
        ({}, "published", None),
        ({"date_download": "2020-05-06T07:08:09Z"}, "fetched_at", datetime(2020, 5, 6, 7, 8, 9, tzinfo=UTC)),
        ({"date_download": "2020-05-06 07:08:09"}, "fetched_at", datetime(2020, 5, 6, 5, 8, 9, tzinfo=UTC)),
        ({"date_modify": "2020-05-06T07:08:09+03:00"}, "modified", datetime(2020, 5, 6, 4, 8, 9, tzinfo=UTC)),
        ({"modified": "منذ ساعة"}, "modified", None),
        ({}, "fetched_at", NOW),
        ({}, "rules_version", "none"),
    ],
)  # fmt: skip
def test_the_usual_names_of_others_are_understood(values: dict[str, Any], field: str, value: object) -> None:
    assert getattr(row(**values).article, field) == value


@pytest.mark.parametrize(
    ("said", "iso", "at"),
    [
        ("2024-01-05", "2024-01-05", None),
        ("2024-01-05T09:07:00+03:00", "2024-01-05T09:07+03:00", datetime(2024, 1, 5, 6, 7, tzinfo=UTC)),
        ("2024-01-05 09:07", "2024-01-05T09:07+02:00", datetime(2024, 1, 5, 7, 7, tzinfo=UTC)),
        ("5 كانون الثاني 2024", "2024-01-05", None),
        (1704438420, "2024-01-05T07:07+00:00", datetime(2024, 1, 5, 7, 7, tzinfo=UTC)),
    ],
)
def test_a_date_is_read_at_the_precision_that_it_states(said: object, iso: str, at: datetime | None) -> None:
    published = row(date_publish=said).article.published
    assert published is not None
    assert (published.iso, published.at, published.origin) == (iso, at, "import")


@pytest.mark.parametrize("said", ["منذ 3 ساعات", "yesterday", "31/31/2024", "unknown", "5 يناير"])
def test_a_date_that_cannot_be_read_for_certain_stays_evidence(said: str) -> None:
    article = row(published=said).article
    assert article.published is None
    assert article.dates == (DateEvidence(origin="import", text=said, iso=None),)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"url": ...}, "url is missing"),
        ({"url": "خبر"}, "url: "),
        ({"title": ...}, "title is missing"),
        ({"text": " \n "}, "text is empty"),
        ({"text": ["أ"]}, "text: not text"),
    ],
)
def test_what_cannot_be_an_article_says_why(values: dict[str, Any], words: str) -> None:
    with pytest.raises(BadRow) as error:
        row(**values)
    assert str(error.value).startswith(words)


@pytest.mark.parametrize(
    ("given_line", "words"),
    [
        (b"{", "not JSON"),
        (b"[1]", "not a JSON object"),
        ("{\"a\": \"خبر\"}".encode("cp1256"), "not UTF-8"),
        (b"[" * 200_000, "not JSON"),
    ],
)  # fmt: skip
def test_a_line_that_is_no_object_says_why(given_line: bytes, words: str) -> None:
    with pytest.raises(BadRow) as error:
        read_line(given_line)
    assert str(error.value).startswith(words)


@given(
    st.dictionaries(
        st.sampled_from(["url", "title", "text", "date", "author", "key", "tags"]),
        st.none() | st.text() | st.integers() | st.lists(st.text()),
    )
)
@settings(max_examples=200)
def test_any_row_is_an_article_or_a_reason(values: dict[str, Any]) -> None:
    try:
        made = row_of(values, now=NOW, source=None, timezone=None)
    except BadRow:
        return
    assert made.article.text.strip()
