"""Pages that list articles: home page and sections, with every spelling of a URL found on the web."""

from collections.abc import Sequence
from html import escape
from urllib.parse import quote

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.furniture import COPYRIGHT, NAME, href, navigation, service_links

#: Cards on one page of a section.
CARDS_A_PAGE = 5

#: Sections whose pages are counted in the path (`/page/2/`); the others count in the query (`?page=2`).
PAGED_IN_PATH = ("culture", "science", "opinion")


def section_path(section: str, page: int) -> str:
    """Return the path of one page of a section, counted from 1."""
    if page == 1:
        return f"/section/{section}"
    return f"/section/{section}/page/{page}/" if section in PAGED_IN_PATH else f"/section/{section}?page={page}"


def section_pages(section: str, articles: Sequence[Manuscript], more: Sequence[str] = ()) -> dict[str, str]:
    """Return path -> page of a whole section; `more` are paths of other pages that its first page links to."""
    chunks = [articles[i : i + CARDS_A_PAGE] for i in range(0, len(articles), CARDS_A_PAGE)]
    pages = {}
    for number, chunk in enumerate(chunks, 1):
        others = "".join(f'<li><a href="{href(path)}">تابع التفاصيل</a></li>' for path in more if number == 1)
        body = f'<h1>{SECTIONS[section]}</h1><div class="list">{_cards(chunk)}</div><ul class="more">{others}</ul>'
        pages[section_path(section, number)] = _page(SECTIONS[section], body + _pager(section, number, len(chunks)))
    return pages


def home(articles: Sequence[Manuscript]) -> str:
    """Return the home page: the newest articles, and three of every section."""
    blocks = "".join(
        f'<section><h2><a href="/section/{key}">{name}</a></h2>{_cards([a for a in articles if a.section == key][:3])}</section>'
        for key, name in SECTIONS.items()
    )
    return _page("الرئيسية", f'<div class="lead-story">{_cards(articles[:4])}</div>{blocks}', FEED_LINKS)


FEED_LINKS = (
    f'<link rel="alternate" type="application/rss+xml" title="{NAME}" href="/feed.xml">'
    f'<link rel="alternate" type="application/atom+xml" title="{NAME}" href="/atom.xml">'
)


def _page(title: str, body: str, head: str = "") -> str:
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title} - {NAME}</title>{head}
<meta property="og:type" content="website"></head><body><header><a href="/">{NAME}</a><nav><ul>{navigation()}</ul></nav></header>
<main>{body}</main><footer><ul>{service_links()}</ul><p>{COPYRIGHT}</p></footer></body></html>"""


def _cards(articles: Sequence[Manuscript]) -> str:
    return "".join(
        f'<div class="card"><a href="{escape(spelling(each))}"><img src="/thumb.jpg" alt=""><h3>{escape(each.title)}</h3></a>'
        f'<time datetime="{each.published.isoformat()}">{each.published:%Y-%m-%d}</time></div>'
        for each in articles
    )


def _pager(section: str, number: int, last: int) -> str:
    links = "".join(f'<a href="{section_path(section, n)}">{n}</a>' for n in range(1, last + 1) if n != number)
    onward = f'<a rel="next" href="{section_path(section, number + 1)}">التالي</a>' if number < last else ""
    return f'<div class="pager">{links}{onward}</div>'


def spelling(article: Manuscript) -> str:
    """Return one of the ways in which pages spell an address, always the same one for an article."""
    plain, encoded = article.path, quote(article.path, safe="/?=&-_.~")
    mark = "&" if "?" in plain else "?"
    spellings = [
        encoded,
        f"{encoded}{mark}utm_source=home&utm_campaign=top",
        plain,  # raw Arabic letters
        f"{encoded}{mark}fbclid=IwAR0demo{article.number}",
        f"{encoded}#comments",
        encoded.lower() if article.template == "wordpress" else encoded,
    ]
    if article.template == "wordpress":
        spellings.append(f"/?p={article.number}")
    if article.template == "microdata":
        spellings.append(f"/m{encoded}")
    return spellings[article.number % len(spellings)]
