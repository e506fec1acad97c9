"""Site outages: decide whether a sign of withdrawal concerns the article alone, or the whole site.

A site that answers 404 for everything for an hour, redirects every reader to its consent page or shows an empty frame
has withdrawn nothing. The archive's observations of the source's other articles decide, by these rules:

1. An explicit status (404, 410) counts at once, unless most of the last `WITNESSES` revisits of other articles of the
   source within the hour found them missing too. It counts in any case once it has persisted for `STANDS_S`: by then it
   is not a temporary failure.
2. A softer sign never counts while most of those revisits, however few, and within two days, found their articles
   missing.
3. Nor does a redirect whose target replaced, within two days, another URL of the source: so do a consent page, a login,
   an advertisement. The home page, a section front and a page saying that nothing is there may replace many, because
   newspapers do redirect readers of deleted articles there, but only while most of those revisits found their articles.

URLs are compared without their query, since consent pages carry the return URL in it.
"""

from storage.model.article import NotArticle
from storage.model.visit import Visit
from storage.saving.facts import SiteFacts

#: Number of other articles considered, one revisit each; fewer are not enough evidence against an explicit status.
WITNESSES = 5
#: Their maximum age as evidence against an explicit status, in seconds.
WITNESS_S = 3_600.0
#: Their maximum age otherwise, also of redirect targets, in seconds: twice the longest wait for the next revisit of a
#: postponed sign (`revisits.recheck`), so that a long outage is never forgotten between two revisits.
SHARED_S = 172_800.0
#: An explicit status that has persisted for this many seconds counts, even if the whole site returns it.
STANDS_S = 86_400.0

#: Outcomes of a revisit that missed its article, and of one that found it.
MISSED, FOUND = ("withdrawn", "unconfirmed"), ("new", "changed", "same", "restored")
#: Pages to which many URLs may redirect permanently (`NotArticle.reason`).
_FRONTS = ("home", "section", "soft_404")


def is_site_outage(site: SiteFacts | None, visit: Visit, *, is_sure: bool) -> bool:
    """Whether a sign must be confirmed first, by the rules above. `is_sure`: HTTP 404 or 410.

    False without a source.
    """
    if site is None:
        return False
    outcomes = site.recent if is_sure else site.shared
    missed = sum(outcome in MISSED for outcome in outcomes)
    if is_sure:
        return len(outcomes) >= WITNESSES and 2 * missed > len(outcomes)
    if 2 * missed > len(outcomes):
        return True
    if not visit.aliases or not site.stood_in:
        return False
    outcome = visit.outcome
    is_front = isinstance(outcome, NotArticle) and outcome.reason in _FRONTS
    return not is_front or 2 * missed >= len(outcomes)
