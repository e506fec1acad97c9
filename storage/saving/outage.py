"""Outage: whether a sign that an article is gone is the article's own, or that of a whole site in trouble.

A site that answers 404 for everything for an hour, sends every reader to its consent page or shows an empty frame has
withdrawn nothing. What the archive saw of the source's other articles tells the two apart, by these rules:

1. A server's own word (404, 410) counts at once, unless most of the last `LOOKS` looks at other articles of the source
   within the hour found them missing too. It counts all the same once it has stood for `STANDS_S`: by then it is no
   mishap, whoever else is gone.
2. A softer sign never counts while most of those looks, however few, and of two days, found their articles missing.
3. Nor does a redirect whose target was shown, within two days, in the place of another address of the source: so do a
   consent page, a login, an advertisement. The home page, the front of a section and a page that says that nothing is
   there may stand for many, for newspapers do send the readers of deleted articles there, but only while most of those
   looks found their articles.

Addresses are compared without what follows "?", since a consent page is told there where to send its reader back.
"""

from storage.model.article import NotArticle
from storage.model.visit import Visit
from storage.saving.facts import SiteFacts

#: Looks at other articles that are asked about, one of each; fewer are no witnesses against a server's own word.
LOOKS = 5
#: How long they are remembered against a server's own word, in seconds.
WITNESS_S = 3_600.0
#: How long they are remembered otherwise, and what stood in for an article, in seconds: twice the longest wait for the
#: next look at what was held back (`revisits.recheck`), so that a long trouble is never forgotten between two looks.
SHARED_S = 172_800.0
#: A server's own word that has stood for so many seconds counts, though the whole site says it.
STANDS_S = 86_400.0

#: Outcomes of a look that missed its article, and of one that found it.
MISSED, FOUND = ("withdrawn", "unconfirmed"), ("new", "changed", "same", "restored")
#: Pages that many addresses may lead to for good (`NotArticle.reason`).
_FRONTS = ("home", "section", "soft_404")


def is_site_outage(site: SiteFacts | None, visit: Visit, *, is_sure: bool) -> bool:
    """Whether a sign must wait, by the rules above. `is_sure`: it is the server's own word. Without a source nothing is known."""
    if site is None:
        return False
    outcomes = site.recent if is_sure else site.shared
    missed = sum(outcome in MISSED for outcome in outcomes)
    if is_sure:
        return len(outcomes) >= LOOKS and 2 * missed > len(outcomes)
    if 2 * missed > len(outcomes):
        return True
    if not visit.aliases or not site.stood_in:
        return False
    outcome = visit.outcome
    is_front = isinstance(outcome, NotArticle) and outcome.reason in _FRONTS
    return not is_front or 2 * missed >= len(outcomes)
