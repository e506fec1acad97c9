"""What lies within a stretch of days: names of lists, addresses, lastmod, neighbours; archives' templates; numbers."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.backfill.date_range import DateRange, choose, filter_links, span_in_name
from crawler.backfill.id_search import IdRange, NextId, numbers_of
from crawler.discovery.found import Child, link_to
from crawler.sources.url_templates import check_archive, check_numbered, first_pages, next_of, number_in, page_of
from storage.model.article import FeedHint

MARCH = DateRange(since=date(2020, 3, 1), until=date(2020, 3, 31), zone=ZoneInfo("Asia/Amman"))
X = "https://x.example"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("/sitemap-2020-03.xml", "2020-03-01", "2020-03-31"),
        ("/sitemap/2020/3", "2020-03-01", "2020-03-31"),
        ("/sitemap_202002.xml.gz", "2020-02-01", "2020-02-29"),
        ("/sitemap-pt-post-2020-03-07.xml", "2020-03-07", "2020-03-07"),
        ("/sm/20200307.xml", "2020-03-07", "2020-03-07"),
        ("/sitemap.xml?yyyy=2020&mm=12", "2020-12-01", "2020-12-31"),
        ("/sitemap?month=3&year=2020", "2020-03-01", "2020-03-31"),
        ("/sitemap-2020.xml", "2020-01-01", "2020-12-31"),
    ],
)
def test_the_name_of_a_list_says_its_days(name, first, last):
    assert span_in_name(X + name) == (date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize("name", ["/post-sitemap12.xml", "/sitemap.xml", "/sitemap-20201399.xml", "/sitemap-1200.xml"])
def test_a_name_without_a_date_says_nothing(name):
    assert span_in_name(X + name) is None


def chosen(*children):
    taken, left = choose([Child(url=X + url, kind=None, lastmod=lastmod) for url, lastmod in children], MARCH)
    assert left == len(children) - len(taken)
    return [child.url.removeprefix(X) for child in taken]


def test_sitemaps_of_an_index_are_chosen_by_name_and_by_lastmod():
    assert chosen(("/s-2020-01.xml", None), ("/s-2020-03.xml", "2024-01-01"), ("/s-2020-05.xml", None)) == [
        "/s-2020-03.xml"
    ]
    assert chosen(("/post-sitemap1.xml", "2019-05-01"), ("/post-sitemap2.xml", "2020-07-01"), ("/post-sitemap3.xml", None)) == ["/post-sitemap2.xml", "/post-sitemap3.xml"]  # fmt: skip  # noqa: E501  one value
    assert (
        chosen(("/category-sitemap.xml", None), ("/post_tag-sitemap.xml", None), ("/author-sitemap2.xml", None)) == []
    )


def test_numbers_that_only_look_like_years_are_no_dates():
    children = [(f"/sitemap{number}.xml", None) for number in (1, 2, 2019, 2020, 2021)]
    assert len(chosen(*children)) == 5


def test_lastmod_of_the_newspapers_own_midnight_counts_on_its_own_day():
    links = [
        link_to(f"{X}/a/1234", lastmod="2020-02-29T22:30:00Z"),
        link_to(f"{X}/a/1235", lastmod="2020-02-29T21:30:00Z"),
    ]
    sifted = filter_links(links, MARCH)
    assert [link.url for link in sifted.links] == [f"{X}/a/1234"]
    assert sifted.before == 1


def test_what_says_the_day_best_is_believed_first():
    hint = FeedHint(title="خبر", published="2020-03-05T10:00:00+02:00")
    inside = link_to(f"{X}/2019/01/01/a", hint=hint, lastmod="2024-01-01")
    outside = link_to(f"{X}/2020/04/02/b", lastmod="2020-03-05")
    assert filter_links([inside, outside], MARCH).links == (inside,)
    assert filter_links([inside], MARCH).months == ("2020-03",)


def test_an_article_that_was_edited_a_little_later_is_taken_and_one_of_much_later_is_not():
    links = [link_to(f"{X}/a/{n}", lastmod=day) for n, day in enumerate(("2020-04-10", "2020-06-10", "2020-02-20"))]
    sifted = filter_links(links, MARCH)
    assert ([link.url[-1] for link in sifted.links], sifted.before, sifted.after) == (["0"], 1, 1)


def test_a_lastmod_that_all_share_says_nothing_of_them():
    links = [link_to(f"{X}/a/{n}", lastmod="2024-06-01") for n in range(30)]
    assert len(filter_links(links, MARCH).links) == 30
    assert set(filter_links(links, MARCH).months) == {"undated"}
    assert filter_links(links, MARCH, dated_only=True).links == ()
    named = filter_links(links, MARCH, listed=(date(2020, 3, 1), date(2020, 3, 31)))
    assert set(named.months) == {"2020-03"}


def test_undated_entries_are_judged_by_their_neighbours_and_never_dropped_in_doubt():
    days = ["2020-01-01", None, "2020-01-02", None, "2020-03-05", None, "2020-08-01", None, "2020-08-02", None]
    links = [link_to(f"{X}/a/{n}", lastmod=day) for n, day in enumerate(days)]
    assert [int(link.url[-1]) for link in filter_links(links, MARCH).links] == [3, 4, 5, 9]


@given(st.lists(st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2021, 12, 31))), max_size=40))
def test_whatever_is_dated_within_the_stretch_is_taken(days):
    links = [link_to(f"{X}/{day:%Y/%m/%d}/{n}" if day else f"{X}/n/{n}") for n, day in enumerate(days)]
    sifted = filter_links(links, MARCH)
    inside = {link for link, day in zip(links, days, strict=True) if day and MARCH.since <= day <= MARCH.until}
    outside = {link for link, day in zip(links, days, strict=True) if day} - inside
    assert inside <= set(sifted.links)
    assert not outside & set(sifted.links)
    assert len(sifted.links) + sifted.before + sifted.after == len(links)


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (f"{X}/{{day}}", "write {year}"),
        (f"{X}/{{year}}/{{day}}", "write {year}"),
        (f"{X}/{{yaer}}", "{yaer} is not known"),
        (f"{X}/{{year!r}}", "is not known"),
        (f"{X}/{{year.real}}", "is not known"),
        (f"{X}/{{year:>99999}}", "is not known"),
        (f"{X}/{{year", "write names in braces"),
        ("/archive/{year}", "complete URL"),
    ],
)
def test_a_wrong_archive_is_said_in_words(template, words):
    with pytest.raises(ValueError, match=words.replace("{", r"\{").replace("}", r"\}")):
        check_archive(template)


@pytest.mark.parametrize("template", [f"{X}/n", f"{X}/{{id}}/{{id}}", f"{X}/{{number}}", "n/{id}"])
def test_a_wrong_numbering_is_refused(template):
    with pytest.raises(ValueError, match="write"):
        check_numbered(template)


def test_an_archive_has_a_page_for_every_day_month_or_year():
    daily = list(first_pages(f"{X}/{{year}}/{{month:02}}/{{day:02}}", date(2020, 2, 27), date(2020, 3, 2)))
    assert daily == [f"{X}/2020/{one}" for one in ("02/27", "02/28", "02/29", "03/01", "03/02")]
    monthly = list(first_pages(f"{X}/{{year}}-{{month}}?p={{page}}", date(2019, 11, 30), date(2020, 2, 1)))
    assert monthly == [f"{X}/{one}?p=1" for one in ("2019-11", "2019-12", "2020-1", "2020-2")]
    assert list(first_pages(f"{X}/{{year}}", date(2019, 5, 1), date(2020, 5, 1))) == [f"{X}/2019", f"{X}/2020"]


def test_a_page_of_an_archive_knows_its_days_and_the_page_that_follows():
    template = f"{X}/{{year}}/{{month:02}}?p={{page}}"
    page = page_of(template, f"{X}/2020/02?p=3")
    assert page is not None
    assert (page.first, page.last, page.page) == (date(2020, 2, 1), date(2020, 2, 29), 3)
    assert next_of(page) == f"{X}/2020/02?p=4"
    assert page_of(template, f"{X}/2020/13?p=1") is None
    assert page_of(template, f"{X}/section?page=2") is None


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (f"{X}/news/123", 123),
        (f"{X}/news/123/عنوان-الخبر", 123),
        (f"{X}/news/123-slug", 123),
        ("https://www.x.example/news/99", 99),
        (f"{X}/video/123", None),
        (f"{X}/news/latest", None),
    ],
)
def test_the_number_of_an_article_is_read_from_its_address(url, number):
    assert number_in(f"{X}/news/{{id}}", url) == number


def probed(days, since, until, *, known):
    """Numbers found, and how many had to be asked for."""
    points = {number: days.get(number) for number in known}
    for asked in range(200):
        decided = numbers_of(points, since, until)
        if not isinstance(decided, NextId):
            return decided, asked
        assert decided.number not in points, "nothing is asked for twice"
        points[decided.number] = days.get(decided.number)
    raise AssertionError("it never ends")


@pytest.mark.parametrize("gap", [1, 3, 10])
def test_numbers_are_found_with_few_probes_whatever_the_gaps(gap):
    days = {number * gap: date(2010, 1, 1) + timedelta(days=number // 30) for number in range(1, 100_001)}
    since, until = date(2015, 3, 1), date(2015, 3, 31)
    numbers, asked = probed(days, since, until, known=[100_000 * gap])
    wanted = {number for number, day in days.items() if since <= day <= until}
    assert isinstance(numbers, IdRange)
    assert wanted <= set(range(numbers.first, numbers.last + 1))
    assert numbers.last - numbers.first <= (len(wanted) + 100) * gap + 100
    assert asked <= 60 * gap


def test_numbers_out_of_order_do_not_lead_astray():
    days = {number: date(2020, 1, 1) + timedelta(days=number // 10) for number in range(1, 3_650)}
    days |= {number: date(2029, 1, 1) for number in range(100, 3_600, 97)}
    numbers, _ = probed(days, date(2020, 6, 1), date(2020, 6, 30), known=[3_649])
    assert isinstance(numbers, IdRange)
    wanted = [n for n, day in days.items() if date(2020, 6, 1) <= day <= date(2020, 6, 30)]
    inside = [n for n in wanted if numbers.first <= n <= numbers.last]
    assert len(inside) >= 0.95 * len(wanted)


def test_without_a_known_number_nothing_can_be_said_and_after_the_last_there_is_nothing():
    assert numbers_of({}, date(2020, 1, 1), date(2020, 1, 31)) is None
    assert numbers_of({5: None}, date(2020, 1, 1), date(2020, 1, 31)) is None
    numbers, _ = probed({n: date(2019, 1, 1) for n in range(50)}, date(2020, 1, 1), date(2020, 1, 31), known=range(50))
    assert isinstance(numbers, IdRange)
    assert numbers.last < numbers.first
