"""Decide the outcome of a visit: facts and visit in, a plan out. Pure; tests/test_storage_decide.py has every outcome.

An article that is gone from its URL   withdrawn, unconfirmed, gone        storage.saving.absence
A page with a text                     new, changed, same, restored        storage.saving.decide_text
An alias of a stored article           same, or retry where that is gone
A visit that says nothing              retry, failed, not_article
"""

from dataclasses import replace
from datetime import datetime, timedelta

from storage.crawl_state import revisit_schedule
from storage.crawl_state.frontier import BACK_OFF_S, MAX_ATTEMPTS
from storage.model.address import FINISHED
from storage.model.article import Article, NotArticle
from storage.model.sanitize import safe_line
from storage.model.visit import Alias, Failure, Unchanged, Visit
from storage.saving.absence import BARRIERS, decide_absence, sign_of
from storage.saving.decide_text import decide_text
from storage.saving.facts import ArticleFacts, Facts
from storage.saving.plan import Plan, SilencePlan, UrlPlan


def decide(facts: Facts, visit: Visit, *, now: datetime) -> Plan:
    """The plan for one visit. The visit's outcome is `as_seen` already, and its article is safe to store."""
    outcome, held = visit.outcome, facts.held
    sign = sign_of(visit, key=held.key, title=held.title, text=held.text) if held is not None else None
    if held is not None and sign is not None:
        return decide_absence(facts, held, visit, sign, now=now)
    if isinstance(outcome, Alias):
        return _alias(facts, now=now)
    if isinstance(outcome, (Article, Unchanged)):
        return decide_text(facts, visit, outcome)
    if held is not None and facts.url.state in FINISHED:
        return _silence(facts, held, visit, outcome, now=now)
    if isinstance(outcome, Failure):
        return _failure(facts, outcome, is_claimed=visit.claim is not None, now=now)
    return Plan(result="not_article", reason=outcome.reason, url=UrlPlan(state="not_article", reason=outcome.reason))


def as_seen(visit: Visit, *, is_held: bool) -> Visit:
    """Return the visit as it concerns a stored article: a response from another site says nothing about it."""
    if is_held and visit.off_site:
        return replace(visit, outcome=Failure(reason="leads to another site", final=True))
    return visit


def _alias(facts: Facts, *, now: datetime) -> Plan:
    """One more URL of a stored article; if that one is gone by now, the page is fetched after all."""
    if facts.alias_of is None:
        return Plan(result="retry", url=UrlPlan(state="pending", next_attempt_at=now, keep_attempts=True))
    return Plan(
        result="same",
        url=UrlPlan(state="done", reason="alias"),
        alias_of=facts.alias_of,
        article_id=facts.alias_of,
    )


def _silence(facts: Facts, held: ArticleFacts, visit: Visit, outcome: NotArticle | Failure, *, now: datetime) -> Plan:
    """A revisit without information about the article: no response, or a barrier. The article is unchanged."""
    is_failure = isinstance(outcome, Failure)
    ended = Plan(
        result="failed" if is_failure else "not_article",
        reason=outcome.reason,
        url=UrlPlan(state=facts.url.state, reason=facts.url.reason),
        silence=SilencePlan(article_id=held.id, plans_next=True),
        article_id=held.id,
    )
    if visit.claim is None:
        return replace(ended, url=None, silence=None)
    is_final = outcome.final if isinstance(outcome, Failure) else outcome.reason not in BARRIERS
    if is_final or facts.url.attempts >= MAX_ATTEMPTS:
        return ended
    wait_s = outcome.retry_after_s if isinstance(outcome, Failure) else None
    if wait_s is None:
        wait_s = revisit_schedule.BACK_OFF_S[facts.url.attempts - 1]
    return replace(
        ended,
        result="retry",
        url=UrlPlan(state=facts.url.state, reason=facts.url.reason, keep_attempts=True),
        silence=SilencePlan(article_id=held.id, retry_at=now + timedelta(seconds=wait_s)),
    )


def _failure(facts: Facts, failure: Failure, *, is_claimed: bool, now: datetime) -> Plan:
    """A URL without an article could not be fetched: gone, failed, or pending for another attempt."""
    reason = safe_line(failure.reason, limit=300)
    attempts = facts.url.attempts
    if not is_claimed and facts.url.state != "pending" and not failure.gone:
        # A failed capture undoes nothing that was finished.
        return Plan(result="failed", reason=failure.reason, article_id=facts.url.article_id)
    if failure.gone:
        gone = UrlPlan(state="gone", reason=reason)
        return Plan(result="gone", reason=failure.reason, url=gone, article_id=facts.url.article_id)
    if failure.final or attempts >= MAX_ATTEMPTS:
        return Plan(result="failed", reason=failure.reason, url=UrlPlan(state="failed", reason=reason))
    wait_s = failure.retry_after_s
    if wait_s is None:
        wait_s = BACK_OFF_S[min(max(attempts, 1), len(BACK_OFF_S)) - 1]
    again = UrlPlan(state="pending", reason=reason, next_attempt_at=now + timedelta(seconds=wait_s), keep_attempts=True)
    return Plan(result="retry", reason=failure.reason, url=again)
