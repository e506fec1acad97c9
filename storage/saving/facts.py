"""The state of the archive when a visit arrives, as frozen values: the input of `storage.saving.decide`."""

from dataclasses import dataclass
from datetime import datetime

from storage.model.address import State
from storage.versions.date_changes import DateChange, StatedDate


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlFacts:
    """The row of the visited URL in the frontier."""

    key: str
    #: SHA-256 of the key; scatters revisits.
    key_hash: str
    state: State
    reason: str | None
    #: Number of this attempt.
    attempts: int
    #: A revisit is planned at this URL.
    is_scheduled: bool
    #: The article that it led to before; None: none yet.
    article_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFacts:
    """One version of a stored article."""

    number: int
    title: str
    text: str
    text_hash: str
    published: str | None
    #: Versions of the extractor and the rules that made it.
    made_by: tuple[str, str]
    #: SHA-256 of the page it was extracted from; None: not known.
    payload_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFacts:
    """A stored article."""

    id: int
    key: str
    url: str
    title: str
    text: str
    date: StatedDate
    #: Number of the version shown.
    shown: int
    #: Oldest first. Empty if the visit has no text, so that nothing is compared.
    versions: tuple[VersionFacts, ...]
    #: Since when the article is withdrawn, UTC; None while it is available.
    withdrawn_since: datetime | None

    @property
    def shown_version(self) -> VersionFacts:
        """The version that the article shows."""
        return next(version for version in self.versions if version.number == self.shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """Outcomes of the latest visits of other articles of the source; see `storage.saving.outage`."""

    #: Outcomes within WITNESS_S and within SHARED_S, one per article, newest first, at most WITNESSES.
    recent: tuple[str, ...]
    shared: tuple[str, ...]
    #: The redirect's target was shown in the place of another URL of the source within SHARED_S.
    stood_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a decision about one visit rests on."""

    url: UrlFacts
    #: The article whose own URL this is; None if none was found here yet, or if the URL is only an alias.
    held: ArticleFacts | None = None
    #: The article with the key that the page claims.
    claimed: ArticleFacts | None = None
    #: The article with the key of the visited URL, if the page claims another key.
    own: ArticleFacts | None = None
    #: The article that this URL led to before, for a page that did not change.
    known: ArticleFacts | None = None
    #: Id of the stored article that an alias leads to; None if it no longer exists.
    alias_of: int | None = None
    #: Whether the page has the text of `held` or `claimed`; True if there is nothing to compare.
    is_alike: bool = True
    #: The found article was fetched only from another URL, whose key is free, so the article can get that key.
    is_movable: bool = False
    #: When the first of an unbroken row of unconfirmed absences was seen; None: this is the first.
    absent_since: datetime | None = None
    #: None if the URL has no source, or no absence was seen.
    site: SiteFacts | None = None
    #: Date changes that were reported at this URL before.
    date_changes: tuple[DateChange, ...] = ()
