"""Targets of alerts, as URLs of the Apprise library: shown without their secrets."""

from urllib.parse import urlsplit

#: Schemes whose host is a server, not a part of a secret: mail and plain webhooks.
_SERVERS = frozenset({"mailto", "mailtos", "json", "jsons", "xml", "xmls", "form", "forms"})
_HIDDEN = "…"


def masked(target: str) -> str:
    """Return a target for lists and logs: neither user names nor passwords, tokens, paths or parameters.

    >>> masked("mailtos://me:secret@mail.example.org?to=desk@example.org")
    'mailtos://mail.example.org/…'
    >>> masked("tgram://123456:AAbb/998877")
    'tgram://…'
    """
    scheme, separator, rest = target.partition("://")
    if not separator:
        return _HIDDEN
    if scheme.lower() not in _SERVERS:
        return f"{scheme}://{_HIDDEN}"
    try:
        parts = urlsplit(f"x://{rest}")
        server = f"{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return f"{scheme}://{_HIDDEN}"
    more = parts.path.strip("/") or parts.query or parts.username
    return f"{scheme}://{server}" + (f"/{_HIDDEN}" if more else "")
