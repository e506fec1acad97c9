"""Decide to which article a page with text belongs, and whether it has a new version. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from storage.database.values import text_hash
from storage.model.article import Article
from storage.model.visit import Unchanged, Visit
from storage.saving.facts import ArticleFacts, Facts, VersionFacts
from storage.saving.plan import KnownVersion, NewArticle, NewVersion, Plan, SeenAgain, TextPlan, UrlPlan
from storage.versions import content_hash
from storage.versions.date_changes import date_change, is_comparable


def decide_text(facts: Facts, visit: Visit, outcome: Article | Unchanged) -> Plan:
    """New, changed, same or restored, and the rows to write for it."""
    if isinstance(outcome, Unchanged):
        found = facts.held or facts.claimed or facts.known
        assert found is not None, "only a stored page can be unchanged"
        seen = SeenAgain(article_id=found.id, fetched_at=outcome.fetched_at)
        return _plan(facts, visit, found, seen, key=visit.article_key or visit.key)
    return _article(facts, visit, outcome)


def _article(facts: Facts, visit: Visit, article: Article) -> Plan:
    key, found, moves = visit.article_key or visit.key, facts.held or facts.claimed, False
    if found is not None and key not in visit.aliases and not facts.is_alike:
        if facts.held is None and key != visit.key:
            # The claim is false: another article is stored under the claimed URL.
            key, found, article = visit.key, facts.own, replace(article, url=visit.url)
        elif key == visit.key and facts.is_movable:
            found, moves = None, True
    text: TextPlan
    if found is None:
        text = NewArticle(article=article, key=key, moves_found=moves)
    elif facts.held is None and key != visit.key and key not in visit.aliases:
        # A twin (AMP, mobile, printing) names an article that is stored already. It never edits it.
        text = SeenAgain(article_id=found.id, fetched_at=None)
    else:
        text = _compared(facts, visit, found, article if key == found.key else replace(article, url=found.url))
    return _plan(facts, visit, found, text, key=key)


def _compared(facts: Facts, visit: Visit, found: ArticleFacts, article: Article) -> NewVersion | KnownVersion:
    """Return a new version if no stored version has the article's text; else that version.

    Counters, "read also" and cosmetic differences make no version, nor does the return of an earlier one: a page that
    flips between two forms is reported once. Another date under the same words is a change without a version.
    """
    shown = found.shown_version
    comparable = is_comparable(found.date, article.published)
    known = saying(article, [shown, *reversed(found.versions)])
    if known is None:
        return NewVersion(
            article_id=found.id,
            article=article,
            number=found.versions[-1].number + 1,
            cause="rules" if _is_same_page(shown, visit, article) else "page",
            published=(article.published.iso if article.published else None) if comparable else shown.published,
        )
    return KnownVersion(
        article_id=found.id,
        article=article,
        number=known.number,
        is_exact=known.text_hash == text_hash(article),
        published=article.published.iso if article.published and comparable else None,
        date_change=date_change(found.date, article.published, facts.date_changes),
    )


def _plan(facts: Facts, visit: Visit, found: ArticleFacts | None, text: TextPlan, *, key: str) -> Plan:
    is_new = isinstance(text, NewArticle)
    is_changed = isinstance(text, NewVersion) or (isinstance(text, KnownVersion) and text.date_change is not None)
    is_in_place = found is not None and _is_in_place(facts, found, visit)
    is_restored = is_in_place and found is not None and found.withdrawn_since is not None
    return Plan(
        result="new" if is_new else "restored" if is_restored else "changed" if is_changed else "same",
        url=UrlPlan(state="done"),
        text=text,
        is_back=is_in_place,
        article_key=key,
        article_id=found.id if found is not None else None,
    )


def _is_in_place(facts: Facts, found: ArticleFacts, visit: Visit) -> bool:
    """Whether the visit saw the article's own place, and not a twin of it."""
    return facts.url.key == found.key or found.key in visit.aliases or facts.url.is_scheduled


def _is_same_page(shown: VersionFacts, visit: Visit, article: Article) -> bool:
    """Whether a new text was read from the same bytes as the shown one: then our rules made it, not the source."""
    if shown.payload_sha256 is not None and visit.snapshot is not None:
        return shown.payload_sha256 == visit.snapshot.payload_sha256
    return shown.made_by != (article.extractor_version, article.rules_version)


def saying(article: Article, versions: Iterable[VersionFacts]) -> VersionFacts | None:
    """Return the first of these versions with the article's text; None if there is none."""
    versions, exact = list(versions), text_hash(article)
    same = next((version for version in versions if version.text_hash == exact), None)
    if same is not None:
        return same
    content = content_hash(article.title, article.text)
    return next((version for version in versions if content_hash(version.title, version.text) == content), None)
