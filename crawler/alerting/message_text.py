"""The words of a message. Pure."""

from collections.abc import Sequence

from storage.alerts.alert import AlertMatch
from storage.export.columns import instant


def message_title(alert: str, number: int) -> str:
    """Return the title: the subject of a mail.

    >>> message_title("gaza", 2)
    'Warraq alert gaza: 2 matches'
    """
    return f"Warraq alert {alert}: {number} {'match' if number == 1 else 'matches'}"


def message_body(matches: Sequence[AlertMatch], *, lines: int) -> str:
    """Return the text: a headline, what happened and the URL of each match, `lines` of them, and how many more."""
    shown = [_paragraph(match) for match in matches[:lines]]
    if len(matches) > lines:
        shown.append(f"and {len(matches) - lines} more")
    return "\n\n".join(shown)


def _paragraph(match: AlertMatch) -> str:
    change = f"{match.change} ({match.detail})" if match.detail else match.change
    facts = " · ".join((change, match.source or "capture", f"{match.at:%Y-%m-%d %H:%M} UTC"))
    return "\n".join(line for line in (match.title, facts, match.url) if line)


def match_record(match: AlertMatch) -> dict[str, object]:
    """Return a match as a webhook receives it."""
    return {
        "change": match.change,
        "detail": match.detail,
        "article_id": match.article_id,
        "source": match.source,
        "title": match.title,
        "url": match.url,
        "at": instant(match.at),
    }
