"""The plan of a visit, as frozen values: what `storage.saving.decide` decides and `storage.saving.apply` does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.model.address import State
from storage.model.article import Article
from storage.model.visit import Result
from storage.versions.date_changes import DateChange


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlPlan:
    """The new state of the visited URL; its lease ends in any case."""

    state: State
    reason: str | None = None
    #: The next attempt of a pending URL; None: unchanged.
    next_attempt_at: datetime | None = None
    #: Whether the attempt counter continues, because the same task is retried.
    keep_attempts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewArticle:
    """Store an article that the archive does not have, under this key."""

    article: Article
    key: str
    #: First give the article that has this key back to the URL that it was read at.
    moves_found: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """Add a version with this number to a known article, and show it."""

    article_id: int
    article: Article
    number: int
    cause: Literal["page", "rules"]
    #: The version's date: ISO 8601, or None.
    published: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVersion:
    """Show a version that the archive has; the article's other facts are brought up to date."""

    article_id: int
    article: Article
    number: int
    #: Write the extractor's and the rules' versions: they made this very text.
    is_exact: bool
    #: The version's date; None: leave it.
    published: str | None
    date_change: DateChange | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenAgain:
    """Note that the shown version was seen at `fetched_at`. None: another URL of it was visited; note nothing."""

    article_id: int
    fetched_at: datetime | None


TextPlan = NewArticle | NewVersion | KnownVersion | SeenAgain


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsencePlan:
    """An article was not found in its place."""

    article_id: int
    #: Record a withdrawal for this reason; None: one is recorded already, or the absence is not confirmed yet.
    withdraw: str | None = None
    #: The next revisit of the URL; only set where `sets_revisit`.
    revisit_at: datetime | None = None
    sets_revisit: bool = False
    #: The whole site is in trouble: revisit by then the articles that were withdrawn before that was known.
    hasten_others_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilencePlan:
    """A revisit that says nothing of the article. `retry_at`: try again then; None: wait for the next step."""

    article_id: int
    retry_at: datetime | None = None
    plans_next: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of a visit."""

    result: Result
    #: Reason stored with the fetch, if it is not an article.
    reason: str | None = None
    #: None: the URL's row is unchanged.
    url: UrlPlan | None = None
    text: TextPlan | None = None
    #: The withdrawal of the article ends.
    is_back: bool = False
    absence: AbsencePlan | None = None
    silence: SilencePlan | None = None
    #: The URL is an alias of this article.
    alias_of: int | None = None
    #: The key of the article; differs from the visit's claim if that was false.
    article_key: str | None = None
    #: The article to report to the caller.
    article_id: int | None = None
