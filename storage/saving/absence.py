"""Absence: the signs that an article is gone from its URL, and when they count. Pure.

HTTP 404 and 410 count at once. A redirect to where no such article is, and a page without its text, may be a mishap of
an hour: they count when a revisit finds them again `CONFIRM_S` later; until then the absence is unconfirmed. No sign
counts while it is more likely the whole site's than the article's (`storage.saving.outage`); the next revisits then
follow at growing distances.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from storage.crawl_state.revisit_schedule import CONFIRM_S, confirmation, next_return, recheck
from storage.model.article import Article, NotArticle
from storage.model.visit import Failure, Visit
from storage.saving.facts import ArticleFacts, Facts
from storage.saving.outage import STANDS_S, is_site_outage
from storage.saving.plan import AbsencePlan, Plan, UrlPlan
from storage.versions import is_emptied, same_title

#: Outcomes that hide a page rather than replace it: they say nothing about the article.
BARRIERS = frozenset({"challenge", "login_wall"})
#: Outcomes of a page whose text was removed or replaced by a notice.
_EMPTY = frozenset({"soft_404", "no_text", "too_short"})
#: Messages of a whole site in trouble (in `NotArticle.detail`, folded): they say nothing about the article.
_TROUBLE = (
    "maintenance",
    "construction",
    "database connection",
    "suspended",
    "site is currently",
    "صيانه",
    "الانشاء",
    "التطوير",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """A sign that an article is gone."""

    #: "http 404", "http 410", "redirected", "emptied": as `withdrawal.how`.
    how: str
    #: It needs no confirmation.
    is_sure: bool = False


def sign_of(visit: Visit, *, key: str, title: str, text: str) -> Sign | None:
    """Return the evidence that a stored article (key, title, text) is absent from its own URL; None: no evidence."""
    outcome = visit.outcome
    if isinstance(outcome, Failure):
        return Sign(how=outcome.reason, is_sure=True) if outcome.gone else None
    how: Literal["redirected", "emptied"] = "redirected" if visit.aliases else "emptied"
    if isinstance(outcome, NotArticle):
        if outcome.reason in BARRIERS or any(word in outcome.detail for word in _TROUBLE):
            return None
        if outcome.reason == "home":
            return Sign(how="redirected")
        return Sign(how=how) if visit.aliases or outcome.reason in _EMPTY else None
    if not isinstance(outcome, Article):
        return None
    is_gone = is_emptied(text, outcome.text) or _leads_off(visit, outcome, key=key, title=title, text=text)
    return Sign(how=how) if is_gone else None


def _leads_off(visit: Visit, article: Article, *, key: str, title: str, text: str) -> bool:
    """Whether a URL now redirects to another article than the stored one."""
    moved = bool(visit.aliases) and key not in (visit.article_key or visit.key, *visit.aliases)
    return moved and not same_title(title, article.title) and text != article.text


def decide_absence(facts: Facts, held: ArticleFacts, visit: Visit, sign: Sign, *, now: datetime) -> Plan:
    """Withdrawn, still withdrawn, or unconfirmed with a revisit that confirms it."""
    reason = visit.outcome.reason if isinstance(visit.outcome, (NotArticle, Failure)) else sign.how
    noticed_at = held.withdrawn_since
    if noticed_at is None:
        at, is_outage = _confirm_at(facts, visit, sign, now=now)
        if at is not None:
            return Plan(
                result="unconfirmed",
                reason=reason,
                url=UrlPlan(state="done", reason=sign.how),
                absence=AbsencePlan(
                    article_id=held.id,
                    revisit_at=at,
                    sets_revisit=bool(visit.schedule),
                    hasten_others_to=at if is_outage else None,
                ),
                article_id=held.id,
            )
    return Plan(
        result="withdrawn" if noticed_at is None else "gone",
        reason=reason,
        url=UrlPlan(state="gone" if sign.is_sure else "done", reason=sign.how),
        absence=AbsencePlan(
            article_id=held.id,
            withdraw=sign.how if noticed_at is None else None,
            revisit_at=next_return(noticed_at or now, now=now, key=facts.url.key_hash) if visit.schedule else None,
            sets_revisit=True,
        ),
        article_id=held.id,
    )


def _confirm_at(facts: Facts, visit: Visit, sign: Sign, *, now: datetime) -> tuple[datetime | None, bool]:
    """Return when to confirm a sign (None: it counts now), and whether the whole site is affected."""
    since = facts.absent_since
    lasted_s = (now - since).total_seconds() if since is not None else 0.0
    has_lasted = sign.is_sure and lasted_s >= STANDS_S
    if not has_lasted and is_site_outage(facts.site, visit, is_sure=sign.is_sure):
        return recheck(lasted_s, now=now), True
    if sign.is_sure or lasted_s >= CONFIRM_S:
        return None, False
    return confirmation(since or now, now=now), False
