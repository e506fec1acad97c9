"""What a faithful crawl of the demo newspaper must end with: every article as it must be stored, and every refusal."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from crawler.demo.manuscript import SECTIONS, Manuscript
from storage.model.article import Kind, NotArticleReason, Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """An article as it must be stored."""

    key: str
    #: Path and query of its canonical address, letters unquoted: compare with `DemoNewspaper.truth_of(url)`.
    path: str
    title: str
    #: The text, one line each: lead, then paragraphs, sub-headings, quotes, list items in page order.
    lines: tuple[str, ...]
    #: Cells of tables and times of live entries: a faithful text may show them or leave them out.
    optional: frozenset[str] = frozenset()
    #: In page order; () where the page names nobody.
    authors: tuple[str, ...]
    #: ISO 8601 with the newspaper's offset, to the minute.
    published: str
    #: "day" where the page itself states no time of day and no feed lists it.
    precision: Precision
    #: Name on the page ("سياسة"); None on bare pages, which name none.
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
        """Say whether a stored text is this article, line for line; optional pieces count neither way."""
        return tuple(line for line in text.split("\n") if not self._is_optional(line)) == self.lines

    def _is_optional(self, line: str) -> bool:
        rest = line
        for piece in sorted(self.optional, key=len, reverse=True):
            rest = rest.replace(piece, "")
        return bool(self.optional) and not rest.strip(" |\t")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndState:
    """How an address that is no article must end in the frontier."""

    #: Acceptable states, the expected one first.
    states: tuple[str, ...]
    #: Reason where the state is not_article; None where the reason is the crawler's own wording.
    reason: NotArticleReason | None = None
    #: What is the matter with it, for people.
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Counts that a whole crawl must show, from an empty archive."""

    #: Articles that can be found in this edition.
    articles: int
    #: Articles in an archive that crawled every edition up to this one (a withdrawn article stays).
    archived: int
    #: Articles whose text differs from the edition before.
    changed: int
    #: Articles that the edition before did not have.
    new: int
    #: Articles that the edition before had and this one has withdrawn.
    withdrawn: int


def truth(article: Manuscript) -> Truth:
    """Return what must be stored of one article."""
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
