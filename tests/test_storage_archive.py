"""The archive: one transaction a visit, versions, aliases, opening and refusing."""

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from conftest import Clock, put_source
from sqlalchemy import text

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.database.migrate import HEAD, SchemaTooNewError
from storage.errors import ConfigError, NotFoundError, StorageError
from storage.model.address import Claim, Discovered
from storage.model.article import Article, DateEvidence, NotArticle, Published, Removed
from storage.model.visit import Failure, Snapshot, Stored, Visit
from storage.search.query import Query, parse
from storage.warc import WarcLocation

WHEN = datetime(2026, 1, 1, 8, tzinfo=UTC)
URL, KEY = "https://rassad.example/1", "rassad.example/1"

ARTICLE = Article(
    url=URL,
    source="rassad",
    title="افتتاح خط قطار جديد بين المدينتين",
    text="أعلنت الوزارة افتتاح الخط.\nوقال الوزير إن الرحلة تستغرق ساعة.",
    authors=("سعاد الناصري", "هيئة التحرير"),
    published=Published(
        iso="2025-12-31T18:30+01:00",
        at=datetime(2025, 12, 31, 17, 30, tzinfo=UTC),
        offset_minutes=60,
        text="31 دجنبر 2025 - 18:30",
        precision="minute",
        origin="visible",
    ),
    dates=(DateEvidence(origin="visible", text="31 دجنبر 2025 - 18:30", iso="2025-12-31T18:30"),),
    modified=WHEN,
    section="مجتمع",
    tags=("قطار", "نقل"),
    image="https://rassad.example/1.jpg",
    language="ar",
    kind="news",
    removed=(Removed(rule="share", text="شارك المقال\nتم النسخ", after_line=0),),
    fetched_at=WHEN,
)
SNAPSHOT = Snapshot(
    url=URL,
    fetched_at=WHEN,
    status=200,
    media_type="text/html",
    payload_sha256="0" * 64,
    record=WarcLocation(file="a.warc.gz", offset=0, length=9),
    encoding="utf-8 (valid)",
    robots=("noarchive",),
)


def claim(archive: Archive, url: str = URL, key: str = KEY) -> Claim:
    archive.frontier.add([Discovered(url=url, key=key, source="rassad", how="feed")])
    (claimed,) = archive.frontier.claim(source="rassad", owner="a", limit=1)
    return claimed


def store(
    archive: Archive, outcome: Article | NotArticle | Failure, *, key: str = KEY, url: str = URL, **more: object
) -> Stored:
    return archive.store(Visit(url=url, key=key, source="rassad", snapshot=SNAPSHOT, outcome=outcome, **more))  # type: ignore[arg-type]


def test_an_article_is_read_back_whole(archive: Archive) -> None:
    stored = archive.store(
        Visit(claim=claim(archive), url=URL, key=KEY, source="rassad", snapshot=SNAPSHOT, outcome=ARTICLE)
    )
    assert stored.result == "new"
    found = archive.get(KEY)
    assert found.article == ARTICLE
    assert found.snapshot == SNAPSHOT
    assert (found.first_seen_at, found.changed_at, found.version, found.versions) == (WHEN, None, 1, 1)
    assert archive.frontier.counts() == {"done": 1}


@pytest.mark.parametrize("ref", [1, "1", KEY, URL])
def test_an_article_is_found_by_number_key_and_address(archive: Archive, ref: int | str) -> None:
    store(archive, ARTICLE)
    assert archive.get(ref).article.title == ARTICLE.title


def test_what_is_not_there_is_said_to_be_not_there(archive: Archive) -> None:
    for ref in (7, "https://nowhere.example/", "9" * 30):
        with pytest.raises(NotFoundError, match="no article"):
            archive.get(ref)


def test_the_same_text_again_is_no_version(archive: Archive, clock: Clock) -> None:
    store(archive, ARTICLE)
    assert store(archive, replace(ARTICLE, fetched_at=WHEN.replace(hour=9))).result == "same"
    found = archive.get(1)
    assert (found.versions, found.changed_at, found.article.fetched_at.hour) == (1, None, 9)


def test_a_changed_text_adds_a_version_and_keeps_the_first(archive: Archive) -> None:
    store(archive, ARTICLE)
    assert store(archive, replace(ARTICLE, title="عنوان جديد")).result == "changed"
    assert (archive.get(1).version, archive.get(1).versions) == (2, 2)
    assert archive.get(1).article.title == "عنوان جديد"


def test_a_page_that_flips_between_two_forms_has_two_versions(archive: Archive) -> None:
    other = replace(ARTICLE, title="عنوان جديد")
    for article in (ARTICLE, other, ARTICLE, other, ARTICLE):
        store(archive, article)
    assert (archive.get(1).version, archive.get(1).versions) == (1, 2)


def test_a_twin_joins_the_article_and_never_edits_it(archive: Archive) -> None:
    store(archive, ARTICLE)
    twin = store(
        archive, replace(ARTICLE, text="نص أقصر"), key="rassad.example/amp/1", url=f"{URL}/amp", article_key=KEY
    )
    assert (twin.result, twin.article_id) == ("same", 1)
    assert archive.get("rassad.example/amp/1").article.text == ARTICLE.text
    assert archive.stats().articles == 1


def test_an_article_reached_by_its_twin_is_not_fetched_again(archive: Archive) -> None:
    archive.frontier.add([Discovered(url=URL, key=KEY, source="rassad", how="feed")])
    store(archive, ARTICLE, key="rassad.example/old", url="https://rassad.example/old", article_key=KEY, aliases=(KEY,))
    assert archive.frontier.claim(source="rassad", owner="a", limit=9) == []
    assert archive.get(KEY).id == archive.get("rassad.example/old").id == 1


PARK = replace(
    ARTICLE,
    title="رئيس البلدية يفتتح حديقة الحي الشرقي",
    text="\n".join(f"قال المتحدث باسم البلدية في النقطة {n} إن أعمال الحديقة الجديدة تسير كما يجب." for n in range(6)),
)
CLUB = replace(
    PARK,
    title="نادي الواحة يتأهل إلى نصف النهائي",
    text=PARK.text.replace("الحديقة", "الملعب").replace("البلدية", "النادي"),
)
OTHER_URL, OTHER_KEY = "https://rassad.example/story-b-90401", "rassad.example/story-b-90401"


def of_another_page(article: Article) -> dict[str, object]:
    """A visit of another address whose page claims to be at `KEY`."""
    return {"outcome": replace(article, url=URL), "key": OTHER_KEY, "url": OTHER_URL, "article_key": KEY}


@pytest.mark.fault("A43")
def test_a_claimed_address_joins_no_two_articles(archive: Archive) -> None:
    store(archive, PARK)
    other = store(archive, **of_another_page(CLUB))  # type: ignore[arg-type]
    assert (other.result, other.article_id) == ("new", 2)
    assert [archive.get(ref).article.title for ref in (KEY, OTHER_KEY)] == [PARK.title, CLUB.title]
    assert archive.get(OTHER_KEY).article.url == OTHER_URL
    assert store(archive, **of_another_page(CLUB)).result == "same"  # type: ignore[arg-type]
    assert archive.stats().articles == 2


def test_an_article_stored_at_a_claimed_address_makes_room_for_the_one_that_is_there(archive: Archive) -> None:
    archive.frontier.add([Discovered(url=URL, key=KEY, source="rassad", how="feed")])
    assert store(archive, **of_another_page(CLUB)).result == "new"  # type: ignore[arg-type]
    assert archive.frontier.counts() == {"done": 1, "pending": 1}
    there = store(archive, PARK)
    assert (there.result, there.article_id) == ("new", 2)
    assert [archive.get(ref).article.title for ref in (KEY, OTHER_KEY)] == [PARK.title, CLUB.title]
    assert [archive.get(ref).article.url for ref in (KEY, OTHER_KEY)] == [URL, OTHER_URL]
    assert [hit.article_id for hit in archive.search(parse("الملعب"))] == [1]


def test_one_article_at_two_addresses_that_share_no_number_is_one(archive: Archive) -> None:
    store(archive, **of_another_page(PARK))  # type: ignore[arg-type]
    assert store(archive, replace(PARK, title=PARK.title + " بعد عامين")).result == "changed"
    assert archive.stats().articles == 1


def test_links_of_a_page_are_stored_with_it(archive: Archive) -> None:
    more = Discovered(url="https://rassad.example/2", key="rassad.example/2", source="rassad", how="page", via=URL)
    assert store(archive, ARTICLE, links=(more,)).new_urls == 1
    assert archive.frontier.counts() == {"done": 1, "pending": 1}


@pytest.mark.fault("F44")
def test_a_good_article_outlives_a_later_login_wall(archive: Archive) -> None:
    store(archive, ARTICLE)
    store(archive, NotArticle(url=URL, reason="login_wall"))
    assert archive.get(URL).article.text == ARTICLE.text
    assert archive.frontier.counts() == {"done": 1}


def test_a_failed_capture_of_a_known_article_undoes_nothing(archive: Archive) -> None:
    store(archive, ARTICLE)
    assert store(archive, Failure(reason="timeout")).result == "failed"
    assert archive.frontier.counts() == {"done": 1}


def test_an_article_of_no_known_source_is_kept(archive: Archive) -> None:
    visit = Visit(url=URL, key=KEY, source="unknown", snapshot=SNAPSHOT, outcome=replace(ARTICLE, source=None))
    assert archive.store(visit).result == "new"
    assert archive.get(1).article.source is None


def test_nothing_of_a_visit_is_stored_if_a_part_cannot_be(archive: Archive) -> None:
    claimed = claim(archive)
    bad = Discovered(url="x", key="x", source="no such source", how="page")
    with pytest.raises(StorageError):
        archive.store(
            Visit(claim=claimed, url=URL, key=KEY, source="rassad", snapshot=SNAPSHOT, outcome=ARTICLE, links=(bad,))
        )
    assert archive.stats().articles == 0
    assert archive.frontier.counts() == {"pending": 1}


def test_text_is_made_safe_at_the_door(archive: Archive) -> None:
    hostile = replace(
        ARTICLE, title="عاجل\x1b[2J \u202eمقلوب\ud800", text="سطر\x00\r\n\n  ثان  ", authors=("", "سعاد\n")
    )
    store(archive, hostile)
    article = archive.get(1).article
    assert article.title == "عاجل[2J مقلوب\ufffd"
    assert article.text == "سطر\ufffd\nثان"
    assert article.authors == ("سعاد",)


def test_naive_instants_are_refused(archive: Archive) -> None:
    with pytest.raises(StorageError, match="naive datetime"):
        store(archive, replace(ARTICLE, fetched_at=datetime(2026, 1, 1)))


def test_an_unknown_date_stays_unknown(archive: Archive) -> None:
    store(archive, replace(ARTICLE, published=None, dates=(), modified=None))
    assert archive.get(1).article.published is None


def test_a_run_keeps_its_ledger(archive: Archive) -> None:
    run = archive.start_run("crawl", ["rassad"])
    archive.finish_run(run, outcome="done", counts={"new": 3})
    (row,) = archive.runs()
    assert (row.outcome, row.counts, row.sources) == ("done", {"new": 3}, ["rassad"])


def test_stats_count_what_is_there(archive: Archive) -> None:
    store(archive, ARTICLE)
    stats = archive.stats()
    assert (stats.articles, stats.versions, stats.urls, stats.languages) == (1, 1, {"done": 1}, {"ar": 1})
    (line,) = stats.sources
    assert (line.source, line.name_ar, line.first_day, line.undated) == ("rassad", "الرصد", "2025-12-31", 0)


def test_an_archive_is_opened_again_as_it_was_left(folder_archive: Archive) -> None:
    store(folder_archive, ARTICLE)
    assert folder_archive.folder is not None
    with Archive.open(folder_archive.folder, create=False) as again:
        assert again.get(1).article == ARTICLE


def test_an_archive_that_is_not_there_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="no archive in"):
        Archive.open(tmp_path / "nothing", create=False)
    assert not (tmp_path / "nothing").exists()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"hello, I am a text file")
    with pytest.raises(StorageError, match="not a SQLite database"):
        Archive.open(tmp_path)


@pytest.mark.fault("F17")
def test_an_archive_of_a_newer_program_is_refused(folder_archive: Archive) -> None:
    assert folder_archive.folder is not None
    with sqlite3.connect(folder_archive.folder / "archive.db") as connection:
        connection.execute("update alembic_version set version_num = '9999'")
    with pytest.raises(SchemaTooNewError, match="newer warraq"):
        Archive.open(folder_archive.folder)


def test_a_database_by_address_needs_a_folder_for_warc_files() -> None:
    with pytest.raises(ConfigError, match="--warc"):
        Archive.open("postgresql+psycopg://nobody@localhost/none")


def test_the_migrations_make_what_the_models_say(archive: Archive) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from storage.database.tables.every import Base

    with archive._engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: kind != "table" or name in Base.metadata.tables}
        )
        assert compare_metadata(context, Base.metadata) == []
        assert connection.scalar(text("select version_num from alembic_version")) == HEAD


def test_sources_are_brought_up_to_date(archive: Archive) -> None:
    put_source(archive)
    store(archive, ARTICLE)
    archive.put_source(
        key="rassad",
        name_ar="الرصد الجديد",
        name_en="R",
        country="MA",
        timezone="Africa/Casablanca",
        home="https://r.example/",
    )
    assert archive.stats().sources[0].name_ar == "الرصد الجديد"


def test_an_article_whose_counter_ticked_is_no_version(archive: Archive) -> None:
    store(archive, ARTICLE)
    ticked = replace(ARTICLE, text=f"{ARTICLE.text}\n1,204 مشاهدة")
    assert store(archive, ticked).result == "same"
    assert archive.get(1).versions == 1
    assert archive.get(1).article.text == ARTICLE.text


def test_copies_are_gathered_into_a_story(archive: Archive) -> None:
    put_source(archive, "jarida")
    words = " ".join(f"كلمة{number} خبر{number % 7} مدينة{number % 11}" for number in range(60))
    for source, key in (("rassad", "rassad.example/1"), ("jarida", "jarida.example/9")):
        article = replace(ARTICLE, url=f"https://{key}", source=source, text=f"{words} {source}")
        visit = Visit(url=article.url, key=key, source=source, outcome=article, signature=signature(article.text))
        assert archive.store(visit).result == "new"
    assert [stored.story for stored in archive.find(Query())] == [1, 1]
