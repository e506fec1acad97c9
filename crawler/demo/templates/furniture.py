"""Page furniture: the newspaper's name, navigation, cards of other articles, the legal line."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from crawler.demo.manuscript import SECTIONS, Manuscript

NAME = "بريد وردان"
NAME_EN = "Wardan Post"
COPYRIGHT = "جميع الحقوق محفوظة © بريد وردان 2025"

#: Navigation besides the sections: words -> path. None of them is an article.
SERVICE_PAGES: dict[str, str] = {
    "من نحن": "/about",
    "اتصل بنا": "/contact",
    "أعلن معنا": "/advertise",
    "سياسة الخصوصية": "/privacy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Data that a template needs besides the manuscript."""

    base_url: str
    #: Other articles for side bars and "read also" lines; at least six.
    related: tuple[Manuscript, ...]
    #: The article that "next article" leads to.
    following: Manuscript


def address(base_url: str, path: str) -> str:
    """Return the absolute URL, percent-encoded with upper-case digits."""
    return base_url + quote(path, safe="/?=&-_.~")


def wordpress_address(base_url: str, path: str) -> str:
    """Return the absolute URL as WordPress writes it: percent-encoded with lower-case digits (`%d8`)."""
    head, *quoted = quote(path, safe="/?=&-_.~").split("%")
    return base_url + head + "".join(f"%{part[:2].lower()}{part[2:]}" for part in quoted)


def href(path: str) -> str:
    """Return the path as an attribute value, percent-encoded."""
    return escape(quote(path, safe="/?=&-_.~"))


def navigation(item: str = '<li class="menu-item"><a href="{href}">{name}</a></li>') -> str:
    """Return the section links, one `item` each."""
    entries = [("الرئيسية", "/"), *((name, f"/section/{key}") for key, name in SECTIONS.items())]
    return "".join(item.format(href=path, name=name) for name, path in entries)


def service_links(item: str = '<li><a href="{href}">{name}</a></li>') -> str:
    """Return the links of the footer, one `item` each."""
    return "".join(item.format(href=path, name=name) for name, path in SERVICE_PAGES.items())


def cards(articles: tuple[Manuscript, ...], item: str) -> str:
    """Return one `item` an article; it may name {href}, {title}, {section} and {iso}."""
    return "".join(
        item.format(
            href=href(each.path),
            title=escape(each.title),
            section=SECTIONS[each.section],
            iso=each.published.isoformat(),
        )
        for each in articles
    )
