"""The required result of crawling the demo newspaper: every article as it must be stored, and every refusal."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crawler.demo.manuscript import SECTIONS, Manuscript
from storage.model.article import Kind, NotArticleReason, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An article as it must be stored."""

    key: str
    #: Path and query of its canonical URL, letters unquoted: compare with `DemoNewspaper.truth_of(url)`.
    path: str
    title: str
    #: The text, one line each: lead, then paragraphs, sub-headings, quotes, list items in page order.
    lines: tuple[str, ...]
    #: Cells of tables and times of live entries: a correct text may contain them or not.
    optional: frozenset[str] = frozenset()
    #: In page order; () if the page names no author.
    authors: tuple[str, ...]
    #: ISO 8601 with the newspaper's offset, to the minute.
    published: str
    #: "day" if the page itself states no time of day and no feed lists it.
    precision: Precision
    #: Name on the page ("سياسة"); None on bare pages, which have none.
    section: str | None
    template: str
    kind: Kind
    tags: tuple[str, ...]

    @property
    def text(self) -> str:
        """The lines as `Article.text` joins them."""
        return "\n".join(self.lines)

    @property
    def at(self) -> datetime:
        """The instant in UTC."""
        return datetime.fromisoformat(self.published).astimezone(timezone(timedelta()))

    def tells(self, text: str) -> bool:
        """Whether a stored text equals this article, line for line; optional pieces do not matter."""
        return tuple(line for line in text.split("\n") if not self._is_optional(line)) == self.lines

    def _is_optional(self, line: str) -> bool:
        rest = line
        for piece in sorted(self.optional, key=len, reverse=True):
            rest = rest.replace(piece, "")
        return bool(self.optional) and not rest.strip(" |\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndState:
    """The required end state of a non-article URL in the frontier."""

    #: Acceptable states, the expected one first.
    states: tuple[str, ...]
    #: Reason if the state is not_article; None if the wording is the crawler's own.
    reason: NotArticleReason | None = None
    #: Description for people.
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Counts required of a whole crawl, from an empty archive."""

    #: Articles of this edition that can be found.
    articles: int
    #: Articles in an archive that crawled every edition up to this one (a withdrawn article stays).
    archived: int
    #: Articles whose text differs from the previous edition.
    changed: int
    #: Articles that the previous edition did not have.
    new: int
    #: Articles of the previous edition that this one has withdrawn.
    withdrawn: int


def truth(article: Manuscript) -> Truth:
    """Return one article as it must be stored."""
    lines = [article.lead]
    optional: set[str] = set()
    for block in article.blocks:
        if block.kind == "row":
            optional.update(cell.strip() for cell in block.text.split(" | "))
        elif block.kind == "entry":
            time, heading = block.text.split(" ", 1)
            optional.add(time)
            lines.append(heading)
        else:
            lines.append(block.text)
    return Truth(
        key=article.key,
        path=article.path,
        title=article.title,
        lines=tuple(lines),
        optional=frozenset(optional),
        authors=article.authors,
        published=article.published.isoformat(timespec="minutes"),
        precision="day" if article.template == "bare" else "minute",
        section=None if article.template == "bare" else SECTIONS[article.section],
        template=article.template,
        kind=article.kind,
        tags=article.tags,
    )
