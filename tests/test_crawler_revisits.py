"""Crawls that look again: what servers on loopback are asked, and what becomes of what they answer."""

import sqlite3
from collections import Counter
from contextlib import closing

import pytest

from crawler.config import Config
from crawler.demo import DemoNewspaper, source_toml
from crawler.engine.run import capture, crawl
from crawler.sources.source import parse
from pipelines.extraction.pool import Pool
from storage.archive import Archive
from storage.search.query import Query
from storage.verify import verify
from storage.warc import WarcLocation
from tests.support.loopback import Reply, Site, article, source

FIRST, SECOND = article("الخبر الأول"), article("الخبر الثاني")


class Counted:
    """The workers of all tests here, and the pages that they were given."""

    def __init__(self, pool):
        self._pool, self.run, self.read = pool, pool.run, []

    async def extract(self, page):
        self.read.append(page.url)
        return await self._pool.extract(page)

    def close(self):
        pass


@pytest.fixture(scope="module")
def lent():
    with Pool(1) as running:
        yield running


@pytest.fixture
def pool(lent, monkeypatch):
    counted = Counted(lent)
    monkeypatch.setattr("crawler.context.Pool", lambda workers: counted)
    return counted


@pytest.fixture
def site():
    with Site() as running:
        running.routes["/robots.txt"] = Reply(b"User-agent: *\nDisallow:", headers={"Content-Type": "text/plain"})
        announce(running, "/news/1", "/news/2")
        running.routes["/news/1"] = Reply(FIRST)
        running.routes["/news/2"] = Reply(SECOND)
        yield running


@pytest.fixture
def config(tmp_path):
    return Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=1, delay_s=0.0)


def announce(site, *paths):
    items = "".join(f"<item><title>t</title><link>{site.base}{path}</link></item>" for path in paths)
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
    site.routes["/feed"] = Reply(feed, headers={"Content-Type": "text/xml"})


def run(config, one, **given):
    (result,) = crawl(config, [one], **given)
    assert result.counts.closes, result.counts.as_dict()
    return result.counts.results


def sql(config, statement):
    with closing(sqlite3.connect(f"{config.archive}/archive.db")) as connection, connection:
        return connection.execute(statement).fetchall()


def hours_pass(config, hours):
    """Move everything that the archive remembers into the past."""
    for table, columns in {
        "url": ("revisit_at", "fetched_at", "discovered_at"),
        "snapshot": ("fetched_at",),
        "article": ("first_seen_at", "fetched_at", "withdrawn_at"),
        "withdrawal": ("noticed_at", "last_seen_at"),
    }.items():
        for column in columns:
            sql(
                config,
                f"update {table} set {column} = strftime('%Y-%m-%d %H:%M:%f000', {column}, '-{hours} hours')"
                f" where {column} is not null",
            )


def sound(config):
    with Archive.open(config.archive) as archive:
        return [finding for finding in verify(archive) if finding.severity == "error"]


def test_an_unchanged_page_is_asked_for_conditionally_and_read_by_nobody(site, config, pool):
    site.routes["/news/1"] = Reply(FIRST, headers={"ETag": '"one"', "Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"})
    assert run(config, source(site)) == Counter(new=2)
    assert run(config, source(site)) == Counter()
    site.seen.clear()
    pool.read.clear()
    site.routes["/news/1"] = Reply(status=304, headers={"ETag": '"one"'})
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(same=2)
    headers = {one.path: one.headers for one in site.seen}
    assert headers["/news/1"]["if-none-match"] == '"one"'
    assert headers["/news/1"]["if-modified-since"] == "Mon, 05 Jan 2026 10:00:00 GMT"
    assert "if-none-match" not in headers["/news/2"]
    assert pool.read == []
    assert sql(config, "select status, outcome from snapshot order by id desc limit 2") in (
        [(304, "same"), (200, "same")],
        [(200, "same"), (304, "same")],
    )
    assert sql(config, "select count(*) from version") == [(2,)]
    with Archive.open(config.archive) as archive:
        for place in sql(config, "select warc_file, warc_offset, warc_length from snapshot order by id desc limit 2"):
            record = archive.warc.read(WarcLocation(**dict(zip(("file", "offset", "length"), place, strict=True))))
            assert record.refers_to, "both looks are revisit records: told by 304, and by the same bytes"
            assert record.payload == FIRST or record.status == 200
    assert sound(config) == []


def test_a_changed_and_a_deleted_page_are_told(site, config, pool):
    run(config, source(site))
    site.routes["/news/1"] = Reply(article("الخبر الأول بعد تعديله"))
    site.routes["/news/2"] = Reply(b"<h1>410</h1>", status=410)
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(changed=1, withdrawn=1)
    with Archive.open(config.archive) as archive:
        assert sorted(edit.kinds[0] for edit in archive.changes()) == ["headline", "withdrawn"]
        gone = archive.get(f"{site.base}/news/2")
        assert (gone.article.title, gone.withdrawn_how) == ("الخبر الثاني", "http 410")
        (withdrawal,) = archive.withdrawals(gone.id)
        assert withdrawal.proof is not None
        assert archive.warc.read(withdrawal.proof.record).status == 410
    hours_pass(config, 27)
    site.routes["/news/2"] = Reply(SECOND)
    assert run(config, source(site))["restored"] == 1
    assert sound(config) == []


@pytest.mark.parametrize(
    ("answers", "how"),
    [
        ({"/news/2": Reply(status=302, headers={"Location": "/"}), "/": Reply(b"<h1>home</h1>")}, "redirected"),
        (
            {
                "/news/2": Reply(
                    "<html dir='rtl'><title>عذراً، الخبر غير موجود</title><h1>عذراً، الخبر غير موجود</h1></html>".encode()
                )
            },
            "emptied",
        ),
    ],
    ids=["redirected", "emptied"],
)
def test_a_softer_sign_needs_two_looks(site, config, pool, answers, how):
    run(config, source(site))
    site.routes.update(answers)
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(same=1, unconfirmed=1)
    assert run(config, source(site), revisit=True) == Counter(same=1, unconfirmed=1), "too soon to count"
    hours_pass(config, 2)
    assert run(config, source(site), revisit=True)["withdrawn"] == 1
    with Archive.open(config.archive) as archive:
        stored = archive.get(f"{site.base}/news/2")
        assert (stored.withdrawn_how, stored.article.title, stored.versions) == (how, "الخبر الثاني", 1)
    assert sound(config) == []


def test_a_redirects_target_is_asked_for_whole(site, config, pool):
    """A 304 of the home page would say nothing of the article."""
    site.routes["/news/1"] = Reply(FIRST, headers={"ETag": '"one"'})
    run(config, source(site))
    site.routes["/news/1"] = Reply(status=301, headers={"Location": "/"})
    site.routes["/"] = Reply(b"<h1>home</h1>")
    hours_pass(config, 2)
    site.seen.clear()
    assert run(config, source(site))["unconfirmed"] == 1
    headers = {one.path: one.headers for one in site.seen}
    assert "if-none-match" in headers["/news/1"]
    assert "if-none-match" not in headers["/"]


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_server_in_trouble_withdraws_nothing(site, config, pool, status):
    run(config, source(site))
    site.routes["/news/1"] = site.routes["/news/2"] = Reply(status=status)
    hours_pass(config, 2)
    assert set(run(config, source(site))) == {"retry"}
    assert sql(config, "select state, count(*) from url group by state") == [("done", 2)]
    assert sql(config, "select count(*) from withdrawal") == [(0,)]


def test_news_goes_before_looks(site, config, pool):
    announce(site, "/news/1", "/news/2")
    run(config, source(site))
    fresh = [f"/news/{number}" for number in range(3, 9)]
    for path in fresh:
        site.routes[path] = Reply(article(f"خبر {path}"))
    announce(site, *fresh, "/news/1", "/news/2")
    hours_pass(config, 2)
    site.seen.clear()
    assert run(config, source(site)) == Counter(new=6, same=2)
    pages = [path for path in site.paths if path.startswith("/news/")]
    assert set(pages[:6]) == set(fresh)


@pytest.mark.slow
def test_the_budget_of_a_source_is_kept_over_crawls(site, config, pool):
    paths = [f"/news/{number}" for number in range(1, 8)]
    for path in paths:
        site.routes[path] = Reply(article(f"خبر {path}"))
    announce(site, *paths)
    one = source(site, revisit_budget=3)
    run(config, one)
    hours_pass(config, 2)
    assert run(config, one) == Counter(same=3)
    assert run(config, one) == Counter()
    hours_pass(config, 2)
    assert run(config, one) == Counter(same=3)
    assert run(config, one, revisit=True) == Counter(same=7)


def test_a_source_that_wants_no_looks_gets_none(site, config, pool):
    run(config, source(site, revisit=()))
    assert sql(config, "select count(*) from url where revisit_at is not null") == [(0,)]
    assert run(config, source(site), revisit=True) == Counter()


def test_what_better_rules_read_is_not_blamed_on_the_newspaper(site, config, pool):
    """Older rules missed the last paragraph; then the newspaper changed the headline.

    Two versions, and who made which.
    """
    run(config, source(site))
    with Archive.open(config.archive) as archive:
        stored = archive.get(f"{site.base}/news/1")
        cut = "\n".join(stored.article.text.split("\n")[:-1])
    _as_read_by_older_rules(config, stored.id, stored.article.title, cut)
    site.routes["/news/1"] = Reply(article("الخبر الأول").replace(b"<h1>", "<h1>تحديث: ".encode()))
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(changed=1, same=1)
    with Archive.open(config.archive) as archive:
        versions = archive.versions(stored.id)
        assert [version.cause for version in versions] == ["page", "rules", "page"]
        assert [len(version.text.split("\n")) for version in versions] == [5, 6, 6]
        (edit,) = archive.changes()
        assert edit.kinds == ("headline",)
    assert sound(config) == []


def test_the_same_bytes_are_read_again_by_better_rules_as_ours(site, config, pool):
    run(config, source(site))
    with Archive.open(config.archive) as archive:
        stored = archive.get(f"{site.base}/news/1")
        cut = "\n".join(stored.article.text.split("\n")[:-1])
    _as_read_by_older_rules(config, stored.id, stored.article.title, cut)
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(changed=1, same=1)
    with Archive.open(config.archive) as archive:
        assert [version.cause for version in archive.versions(stored.id)] == ["page", "rules"]
        assert list(archive.changes()) == []


def _as_read_by_older_rules(config, article_id, title, text):
    from hashlib import sha256

    digest = sha256(f"{title}\n{text}".encode()).hexdigest()
    with closing(sqlite3.connect(f"{config.archive}/archive.db")) as connection, connection:
        for table, column in (("article", "id"), ("version", "article_id")):
            connection.execute(
                f"update {table} set text = ?, text_hash = ? where {column} = ?", (text, digest, article_id)
            )
        connection.execute("update version set rules_version = '0' where article_id = ?", (article_id,))
        connection.execute("delete from search_meta")


def test_a_capture_of_a_deleted_page_notes_the_withdrawal(site, config, pool):
    known = source(site)
    run(config, known)
    site.routes["/news/1"] = Reply(b"", status=404)
    result = capture(config, [f"{site.base}/news/1"], {known.key: known})
    assert result.counts.results == Counter(withdrawn=1)


@pytest.mark.slow
def test_the_second_edition_of_a_newspaper_is_what_changed(tmp_path, pool):
    config = Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=8)
    with DemoNewspaper(slow=False) as newspaper:
        demo = parse(source_toml(newspaper.base_url), path="demo.toml")
        crawl(config, [demo])
        newspaper.reset()
        crawl(config, [demo])
        assert [access.path for access in newspaper.access_log if newspaper.truth_of(access.path)] == []
        newspaper.set_edition(2)
        pool.read.clear()
        (result,) = crawl(config, [demo], revisit=True)
        results, expected = result.counts.results, newspaper.expected
        assert (results["new"], results["changed"], results["withdrawn"]) == (
            expected.new, expected.changed, expected.withdrawn,
        )  # fmt: skip
        statuses = Counter(
            access.status for access in newspaper.access_log if newspaper.truth_of(access.path) or access.status == 410
        )
        assert (statuses[304], statuses[410]) == (results["same"], expected.withdrawn)
        # 503 may be a challenge, so such an answer is read too.
        assert len(pool.read) == expected.new + expected.changed + statuses[503]
        with Archive.open(config.archive) as archive:
            changes = {edit.article_id: edit for edit in archive.changes()}
            assert Counter(edit.kinds[0] == "withdrawn" for edit in changes.values()) == {False: 1, True: 1}
            by_path = {newspaper.truth_of(edit.url): edit for edit in changes.values()}
            assert None in by_path, "the withdrawn article stands in no truth of this edition"
            assert archive.stats().articles == expected.archived
            assert archive.stats().versions == expected.archived + expected.changed
            for path, truth in newspaper.withdrawn.items():
                stored = next(one for one in archive.find(Query()) if one.article.title == truth.title)
                assert (stored.withdrawn_how, truth.tells(stored.article.text)) == ("http 410", True), path
    assert sound(config) == []


def moved(site, to):
    return Reply(status=301, headers={"Location": f"{site.base}{to}"})


def test_a_redirect_to_what_is_stored_already_ends_there(site, config, pool):
    assert run(config, source(site)) == Counter(new=2)
    site.seen.clear()
    site.routes |= {"/news/old": moved(site, "/news/older"), "/news/older": moved(site, "/news/1?utm_source=x")}
    announce(site, "/news/old")
    assert run(config, source(site)) == Counter(same=1)
    assert [path for path in site.paths if path.startswith("/news/")] == ["/news/old", "/news/older"]
    told = "select url, state, revisit_at from url where reason = 'alias'"
    aliases = {(url.rpartition("/")[2], *rest) for url, *rest in sql(config, told)}
    assert aliases == {("old", "done", None), ("older", "done", None)}
    with Archive.open(config.archive) as archive:
        assert archive.get(f"{site.base}/news/old").id == archive.get(f"{site.base}/news/1").id
        assert archive.stats().articles == 2
    assert sound(config) == []
    assert sql(config, "select count(*) from snapshot") == [(2,)]


def test_a_capture_follows_a_redirect_to_what_is_stored_already(site, config, pool):
    run(config, source(site))
    site.seen.clear()
    site.routes["/news/old"] = moved(site, "/news/1")
    capture(config, [f"{site.base}/news/old"], sources={"jarida": source(site)})
    assert site.paths[-2:] == ["/news/old", "/news/1"]


def test_a_redirect_to_what_was_withdrawn_is_followed_for_it_may_be_back(site, config, pool):
    run(config, source(site))
    page = site.routes["/news/1"]
    site.routes["/news/1"] = Reply(b"<h1>410</h1>", status=410)
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(withdrawn=1, same=1)
    site.routes |= {"/news/1": page, "/news/old": moved(site, "/news/1")}
    announce(site, "/news/old")
    assert run(config, source(site)) == Counter(restored=1)


def test_an_article_whose_address_leads_to_another_stored_one_is_seen_to_be_gone(site, config, pool):
    run(config, source(site))
    site.routes["/news/1"] = moved(site, "/news/2")
    hours_pass(config, 2)
    assert run(config, source(site)) == Counter(unconfirmed=1, same=1)


def test_an_article_that_is_fed_back_is_never_an_alias_of_another(site, config, pool):
    run(config, source(site))
    site.routes["/news/1"] = moved(site, "/news/2")
    one = "where url like '%/news/1'"
    sql(config, f"update url set state = 'pending', revisit_at = null, next_attempt_at = discovered_at {one}")
    before = sql(config, f"select article_id from url {one}")
    assert run(config, source(site)) == Counter(unconfirmed=1)
    assert site.paths[-2:] == ["/news/1", "/news/2"]
    assert sql(config, f"select article_id from url {one}") == before


def test_a_capture_that_another_site_answers_says_nothing_of_the_article(site, config, pool):
    run(config, source(site))
    with Site("127.0.0.2") as hotel:
        hotel.routes["/login"] = Reply(article("مرحبا بكم في شبكة الفندق"))
        site.routes["/news/1"] = Reply(status=302, headers={"Location": f"{hotel.base}/login"})
        result = capture(config, [f"{site.base}/news/1"], sources={"jarida": source(site)})
        assert hotel.paths[-1:] == ["/login"]
    assert result.counts.results == Counter(failed=1)
    assert sql(config, "select count(*) from version") == [(2,)]
    assert sql(config, "select count(*) from withdrawal") == [(0,)]
