"""Sample of an alert: what `warraq alert test` sends."""

from dataclasses import replace

from storage.alerts.alert import Alert, AlertMatch
from storage.archive import Archive
from storage.database.engine import utc_now
from storage.search.query import parse


def sample_match(archive: Archive, alert: Alert) -> AlertMatch:
    """Return the newest article that an alert matches, as a match; a made-up one if there is none."""
    made_up = AlertMatch(
        identity="",
        change=alert.events[0],
        article_id=None,
        source=None,
        title="تجربة التنبيه: a sample of this alert",
        url="https://example.org/",
        detail="sample",
        at=utc_now(),
    )
    for card in archive.cards(replace(parse(alert.query), limit=1)):
        return replace(made_up, article_id=card.article_id, source=card.source, title=card.title, url=card.url)
    return made_up
