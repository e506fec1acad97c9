"""OldPress: a tiny newspaper with a past: daily articles in sitemaps, date archives, pagination, numbers."""

from collections.abc import Callable
from datetime import date, timedelta

from tests.support.loopback import Reply, Site, word_of

FIRST = date(2020, 1, 1)
#: Of numbers that are no articles.
GAP = 7


def days(since: date, until: date) -> list[date]:
    return [since + timedelta(days=n) for n in range((until - since).days + 1)]


class OldPress(Site):
    """Articles /n/ID, numbered from 1 with a gap at every seventh.

    `a_day` of them from `FIRST` to `last`, oldest first.
    """

    def __init__(self, *, last: date = date(2020, 12, 31), a_day: int = 1, dated_addresses: bool = False) -> None:
        super().__init__()
        self.articles: dict[int, date] = {}
        number = 0
        for day in days(FIRST, last):
            for _ in range(a_day):
                number += 1 + ((number + 1) % GAP == 0)
                self.articles[number] = day
        self.dated_addresses = dated_addresses
        for number in self.articles:
            self.routes[self.path(number)] = Reply(self._page(number))
        self.routes["/robots.txt"] = Reply(b"User-agent: *\nAllow: /\n", headers={"Content-Type": "text/plain"})

    def path(self, number: int) -> str:
        day = self.articles[number]
        return f"/{day:%Y/%m/%d}/n/{number}" if self.dated_addresses else f"/n/{number}"

    def within(self, since: date, until: date) -> set[str]:
        """Paths of the articles of a stretch."""
        return {self.path(number) for number, day in self.articles.items() if since <= day <= until}

    def source_toml(self, *lines: str, endpoint: str = "/feed.xml", kind: str = "feed") -> str:
        head = (
            f'name_ar = "الماضي"\nname_en = "Past"\ncountry = "JO"\ntimezone = "Asia/Amman"\nhome = "{self.base}/"\n'
            "article_url = '/n/\\d+'\ndelay_s = 0.0\nconcurrency = 2\nrevisit = []\n"
        )
        return (
            head
            + "".join(f"{line}\n" for line in lines)
            + f'[[endpoint]]\nurl = "{self.base}{endpoint}"\nkind = "{kind}"\n'
        )

    # What lists them

    def add_monthly_sitemaps(self, *, lastmod: bool = True) -> None:
        months = sorted({day.strftime("%Y-%m") for day in self.articles.values()})
        names = {month: f"/sitemap-{month}.xml" for month in months}
        self._xml(
            "/sitemap.xml",
            "sitemapindex",
            [f"<sitemap><loc>{self.base}{name}</loc></sitemap>" for name in names.values()],
        )
        for month, name in names.items():
            own = [number for number, day in self.articles.items() if day.strftime("%Y-%m") == month]
            self._xml(name, "urlset", [self._entry(number, lastmod) for number in own])

    def add_numbered_sitemaps(self, size: int, *, lastmod: bool = True) -> None:
        numbers = list(self.articles)
        parts = [numbers[at : at + size] for at in range(0, len(numbers), size)]
        entries = []
        for place, part in enumerate(parts, 1):
            newest = f"<lastmod>{self.articles[part[-1]]}</lastmod>" if lastmod else ""
            entries.append(f"<sitemap><loc>{self.base}/post-sitemap{place}.xml</loc>{newest}</sitemap>")
            self._xml(f"/post-sitemap{place}.xml", "urlset", [self._entry(number, lastmod) for number in part])
        self._xml("/sitemap.xml", "sitemapindex", entries)

    def add_day_pages(self, size: int = 5) -> None:
        """Add date archives (/archive/2020/03/07?p=2) with a sidebar of the newest articles, also past the end."""
        newest = list(self.articles)[-3:]
        for day in days(min(self.articles.values()), max(self.articles.values())):
            own = [number for number, at in self.articles.items() if at == day]
            parts = [own[at : at + size] for at in range(0, len(own), size)]
            for place in range(1, len(parts) + 3):
                shown = parts[place - 1] if place <= len(parts) else []
                self.routes[f"/archive/{day:%Y/%m/%d}?p={place}"] = Reply(self._list([*shown, *newest]))

    def add_section(self, size: int, *, times: bool = True) -> None:
        """/news, /news?page=2 ... newest first."""
        numbers = list(reversed(self.articles))
        parts = [numbers[at : at + size] for at in range(0, len(numbers), size)]
        for place, part in enumerate(parts, 1):
            onward = f"<a rel='next' href='/news?page={place + 1}'>التالي</a>" if place < len(parts) else ""
            route = "/news" if place == 1 else f"/news?page={place}"
            self.routes[route] = Reply(self._list(part, times=times, more=onward))

    def add_feed(self, number: int = 3) -> None:
        items = "".join(
            f"<item><link>{self.base}{self.path(one)}</link></item>" for one in list(self.articles)[-number:]
        )
        self.routes["/feed.xml"] = Reply(f"<rss version='2.0'><channel>{items}</channel></rss>".encode())

    def slowly(self, route: str, answer: Callable[[Reply], Reply]) -> None:
        reply = self.routes[route]
        assert isinstance(reply, Reply)
        self.routes[route] = answer(reply)

    def _entry(self, number: int, lastmod: bool) -> str:
        modified = f"<lastmod>{self.articles[number]}T09:00:00+03:00</lastmod>" if lastmod else ""
        return f"<url><loc>{self.base}{self.path(number)}</loc>{modified}</url>"

    def _xml(self, route: str, root: str, entries: list[str]) -> None:
        text = f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        self.routes[route] = Reply(f"{text}{''.join(entries)}</{root}>".encode(), headers={"Content-Type": "text/xml"})

    def _list(self, numbers: list[int], *, times: bool = False, more: str = "") -> bytes:
        lines = ""
        for number in numbers:
            time = f"<time datetime='{self.articles[number]}T09:00'>يوم</time>" if times else ""
            lines += f"<li><a href='{self.path(number)}'>خبر رقم {number}</a>{time}</li>"
        return f"<!doctype html><html lang='ar'><body><h1>أخبار</h1><ul>{lines}</ul>{more}</body></html>".encode()

    def _page(self, number: int) -> bytes:
        day, title = self.articles[number], f"خبر قديم عن {word_of(str(number))} رقم {number}"
        lines = (" ".join(word_of(f"{number} {line} {word}") for word in range(12)) for line in range(5))
        body = "".join(f"<p>قال {line}.</p>" for line in lines)
        return (
            f"<!doctype html><html lang='ar' dir='rtl'><head><meta charset='utf-8'><title>{title}</title>"
            f"<meta property='og:type' content='article'><meta property='article:published_time' content='{day}T09:00:00+03:00'>"
            f"</head><body><article><h1>{title}</h1>{body}</article></body></html>"
        ).encode()
