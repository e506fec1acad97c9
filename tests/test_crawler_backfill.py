"""A newspaper's past, walked by each of the ways there are, on loopback; estimated.

Killed in the middle and gone on with.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from crawler.backfill.walk import BackfillRequest
from crawler.config import Config
from crawler.demo import DemoNewspaper, source_toml
from crawler.engine.run import backfill, crawl
from crawler.sources.source import parse
from tests.support.old_press import OldPress, days

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[1]
SINCE, UNTIL = date(2020, 3, 1), date(2020, 4, 15)


def config(tmp_path):
    return Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=5, patience_s=5, workers=1)


def walked(tmp_path, press, text, *, since=SINCE, until=UNTIL, **more):
    """Outcome of a backfill: its result, its last progress, and the number of requests for each article."""
    progresses = []
    limit = more.pop("limit", None)
    press.seen.clear()
    order = BackfillRequest(since=since, until=until, **more)
    result = backfill(
        config(tmp_path), parse(text, path="past.toml"), order, on_progress=progresses.append, limit=limit
    )
    return result, progresses, Counter(path for path in press.paths if "/n/" in path)


def rows(tmp_path, sql):
    with closing(sqlite3.connect(tmp_path / "archive" / "archive.db")) as connection:
        return connection.execute(sql).fetchall()


def test_sitemaps_whose_names_are_months_lead_to_every_article_of_the_stretch(tmp_path):
    with OldPress() as press:
        press.add_monthly_sitemaps()
        text = press.source_toml(endpoint="/sitemap.xml", kind="sitemap")
        result, progresses, asked = walked(tmp_path, press, text)
        assert result.outcome == "done"
        assert set(asked) >= press.within(SINCE, UNTIL)
        # An article may have been edited within two weeks: lastmod alone does not say that it is younger.
        assert set(asked) <= press.within(SINCE, date(2020, 4, 29))
        assert set(asked.values()) == {1}
        assert "/sitemap-2020-09.xml" not in press.paths
        assert "/feed.xml" not in press.paths
        assert progresses[-1].months == {"2020-03": 31, "2020-04": 29}
        assert progresses[-1].walked
        how = rows(tmp_path, "select distinct how, priority from url")
        assert how == [("sitemap", -10)], "behind the news"
        again, progresses, asked = walked(tmp_path, press, text)
        assert (again.outcome, press.paths, not asked) == ("done", [], True)
        assert progresses[0].began.settled == progresses[0].began.steps > 0


def test_numbered_sitemaps_are_left_out_where_nothing_in_them_is_as_young_as_the_stretch(tmp_path):
    with OldPress() as press:
        press.add_numbered_sitemaps(20)
        _, progresses, asked = walked(tmp_path, press, press.source_toml(endpoint="/sitemap.xml", kind="sitemap"))
        assert set(asked) >= press.within(SINCE, UNTIL)
        assert "/post-sitemap1.xml" not in press.paths
        assert progresses[-1].backfill.counts["sitemaps left out"] == 2


def test_sitemaps_that_robots_txt_names_are_walked_too(tmp_path):
    with OldPress() as press:
        press.add_monthly_sitemaps()
        press.routes["/other.xml"] = press.routes.pop("/sitemap.xml")
        robots = f"User-agent: *\nDisallow: /x\nSitemap: {press.base}/other.xml\n".encode()
        press.slowly("/robots.txt", lambda reply: type(reply)(robots, headers=reply.headers))
        press.add_day_pages()
        _, progresses, asked = walked(tmp_path, press, press.source_toml(endpoint="/sitemap.xml", kind="sitemap"))
        assert set(asked) == set(), "the sitemap that the source names is gone: no page said what robots.txt says"
        assert progresses[-1].troubles == {"http 404": 1}
        template = f'archive = ["{press.base}/archive/{{year}}/{{month:02}}/{{day:02}}?p=1"]'
        _, _, asked = walked(tmp_path, press, press.source_toml(template), since=SINCE, until=date(2020, 3, 31))
        assert "/sitemap-2020-03.xml" in press.paths
        assert set(asked) >= press.within(SINCE, date(2020, 3, 31))


def test_date_archives_are_walked_day_by_day_and_page_by_page(tmp_path):
    with OldPress(a_day=7) as press:
        press.add_day_pages(5)
        template = f'archive = ["{press.base}/archive/{{year}}/{{month:02}}/{{day:02}}?p={{page}}"]'
        until = date(2020, 3, 10)
        result, progresses, asked = walked(tmp_path, press, press.source_toml(template), until=until)
        assert result.outcome == "done"
        assert set(asked) >= press.within(SINCE, until)
        assert len(set(asked) - press.within(SINCE, until)) <= 3, "the sidebar of every list"
        listed = [path for path in press.paths if path.startswith("/archive/")]
        assert Counter(listed).most_common(1)[0][1] == 1
        assert len(listed) == 10 * 3, "two pages with something, one that shows nothing else"
        assert progresses[-1].progress.failed == 0


def test_sections_are_walked_back_until_they_are_older_than_the_stretch(tmp_path):
    with OldPress() as press:
        press.add_section(10)
        result, _, asked = walked(tmp_path, press, press.source_toml(endpoint="/news", kind="section"))
        assert (result.outcome, set(asked) >= press.within(SINCE, UNTIL)) == (
            "partial",
            True,
        ) or result.outcome == "done"
        assert len(set(asked) - press.within(SINCE, UNTIL)) < 10, "one page reaches over the end"
        pages = [path for path in press.paths if path.startswith("/news")]
        assert len(pages) == 32, "366 days, ten a page, and the first two months are never seen"
        assert len(pages) == len(set(pages))


def test_numbers_of_a_stretch_are_found_by_bisection(tmp_path):
    with OldPress(a_day=3) as press:
        press.add_feed()
        text = press.source_toml(f'numbered = "{press.base}/n/{{id}}"')
        crawl(config(tmp_path), [parse(text, path="past.toml")])
        result, progresses, asked = walked(tmp_path, press, text)
        assert result.outcome == "done"
        assert set(asked) >= press.within(SINCE, UNTIL)
        assert set(asked.values()) == {1}, "a gap is asked for once"
        assert len(asked) <= 1.25 * 46 * 3 * 7 / 6 + 40, "few others are asked for: probes, gaps and a margin"
        wanted = progresses[-1].backfill.counts["numbers"]
        assert progresses[-1].gaps == pytest.approx(wanted / 7, rel=0.5)
        kept = {row[0] for row in rows(tmp_path, "select url from article")}
        assert kept >= {press.base + path for path in press.within(SINCE, UNTIL)}


def test_an_estimate_is_near_the_truth_and_fetches_no_article(tmp_path):
    with OldPress() as press:
        press.add_monthly_sitemaps()
        text = press.source_toml(endpoint="/sitemap.xml", kind="sitemap").replace("delay_s = 0.0", "delay_s = 0.3")
        since, until = date(2020, 2, 1), date(2020, 10, 31)
        truth = len(press.within(since, until))
        result, progresses, asked = walked(tmp_path, press, text, since=since, until=until, estimate=True)
        last = progresses[-1]
        assert (result.outcome, last.walked, asked) == ("done", True, Counter())
        assert truth <= last.requests <= 1.1 * truth
        assert sum(last.months.values()) == last.progress.found
        assert last.hours == pytest.approx(last.requests * 0.8 / 3600)
        crawl(config(tmp_path), [parse(text, path="past.toml")], force=False, limit=5)
        asked = {path for path in press.paths if "/n/" in path}
        assert len(asked) == 5, "what an ordinary crawl finds by itself"
        assert not asked & press.within(since, until), "an estimate is no order"
        _, _, asked = walked(tmp_path, press, text, since=since, until=until, limit=4)
        assert len(asked) == 4
        assert not [path for path in press.paths if "sitemap" in path], "what was walked is not walked again"


def test_where_nothing_can_be_walked_it_is_said(tmp_path):
    with OldPress() as press:
        result, progresses, _ = walked(tmp_path, press, press.source_toml())
        assert progresses[-1].walked
        assert progresses[-1].progress.found == 0
        assert progresses[-1].troubles == {"http 404": 1}
        assert result.outcome == "done"


def test_the_demo_newspaper_is_backfilled_through_its_sitemap_index(tmp_path):
    with DemoNewspaper() as newspaper:
        source = parse(source_toml(newspaper.base_url), path="demo.toml")
        since, until = date(2024, 1, 1), date(2024, 12, 31)
        cfg = Config(archive=str(tmp_path / "archive"), allow_private=True, timeout_s=2, patience_s=8, workers=1)
        progresses = []
        backfill(cfg, source, BackfillRequest(since=since, until=until), on_progress=progresses.append)
        listed = ("wordpress", "drupal", "microdata", "react")
        wanted = {
            truth.path
            for truth in newspaper.truth.values()
            if truth.template in listed and since <= date.fromisoformat(truth.published[:10]) <= until
        }
        kept = {
            found.path for (url,) in rows(tmp_path, "select url from article") if (found := newspaper.truth_of(url))
        }
        assert wanted
        assert wanted <= kept
        assert progresses[-1].walked
        assert newspaper.requests_for("/sitemap-2019.xml") == [], "of another year, by its name"
        assert [path for path in newspaper.forbidden if newspaper.requests_for(path)] == []


def test_a_backfill_that_was_killed_goes_on_where_it_was_and_does_no_step_twice(tmp_path):
    with OldPress(a_day=2) as press:
        press.add_day_pages(5)
        for day in days(SINCE, UNTIL):
            for page in (1, 2, 3):
                if (route := f"/archive/{day:%Y/%m/%d}?p={page}") in press.routes:
                    press.slowly(route, lambda reply: type(reply)(reply.body, wait=0.03))
        template = f'archive = ["{press.base}/archive/{{year}}/{{month:02}}/{{day:02}}?p={{page}}"]'
        (tmp_path / "past.toml").write_text(press.source_toml(template), encoding="utf-8")
        program = [
            sys.executable,
            Path(__file__).parent / "support" / "crawl_past.py",
            tmp_path / "archive",
            tmp_path / "past.toml",
        ]
        command = [str(part) for part in (*program, SINCE, UNTIL)]
        environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}

        def listings():
            return [path for path in press.paths if path.startswith("/archive/")]

        for kill_after in (20, 55):
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            deadline = time.monotonic() + 60
            while len(listings()) < kill_after and process.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            assert process.poll() is None, "it ended before it was killed"
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            settled = rows(tmp_path, "select url from backfill_step where state != 'pending'")
            assert settled
            assert rows(tmp_path, "pragma integrity_check") == [("ok",)]
        ended = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
        assert ended.returncode == 0, ended.stderr.decode()[-2000:]
        twice = [path for path, number in Counter(listings()).items() if number > 1]
        # concurrency = 2: three may be claimed at each of the two kills.
        assert len(twice) <= 6
        found = Counter(url.removeprefix(press.base) for (url,) in rows(tmp_path, "select url from url"))
        assert set(found) >= press.within(SINCE, UNTIL)
        assert set(found.values()) == {1}
        assert rows(tmp_path, "select count(*) from backfill_step where state = 'pending'") == [(0,)]
        assert rows(tmp_path, "select url from backfill_step group by url having count(*) > 1") == []
        kept = {url.removeprefix(press.base) for (url,) in rows(tmp_path, "select url from article")}
        assert kept >= press.within(SINCE, UNTIL)
