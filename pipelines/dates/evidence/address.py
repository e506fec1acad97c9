"""The date inside a URL: /2024/01/05/, /2024-01-05-title, /20240105/."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
#: From the surest form to the least; folders first, since a slug may name the date of an event.
_FORMS = (
    re.compile(rf"/(?P<y>{_YEAR})/(?P<m>{_MONTH})/(?P<d>{_DAY})(?=[/_-]|$)"),
    re.compile(rf"/(?P<y>{_YEAR})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?=[/_-]|$)"),
    re.compile(rf"/(?P<y>{_YEAR})[-_](?P<m>{_MONTH})[-_](?P<d>{_DAY})(?=[/_-]|$)"),
    re.compile(rf"/(?P<d>{_DAY})/(?P<m>{_MONTH})/(?P<y>20\d\d)(?=/|$)"),
    re.compile(rf"/(?P<d>{_DAY})-(?P<m>{_MONTH})-(?P<y>20\d\d)(?=/|$)"),
    re.compile(r"/(?P<y>20\d\d)-(?P<m>0[1-9]|1[0-2])/(?P<d>0[1-9]|[12]\d|3[01])(?=[/_-]|$)"),
    re.compile(rf"(?<=[-_])(?P<y>{_YEAR})[-_](?P<m>0[1-9]|1[0-2])[-_](?P<d>0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"(?<=[-_])(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12]\d|3[01])(?=[./]|$)"),
)


def dates_in_address(url: str) -> Iterator[tuple[str, str]]:
    """Yield the piece of the path that holds a date, and its ISO day; at most one of each form, the surest first.

    Of two dates in folders the later one in the path comes first: a section may have a date of its own.
    A piece that begins with "/" is (the start of) a folder; any other is inside a slug and may be the date of an event.
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return
    path = re.sub(r"\.(?:s?html?|aspx?|php|jsp|amp)$", "", path[:1000])
    last = [found for form in _FORMS if (found := _last(form, path))]
    last.sort(key=lambda found: -found.start() if found[0].startswith("/") else 1)
    for found in last:
        year, month, day = found["y"], int(found["m"]), int(found["d"])
        yield found[0], f"{year}-{month:02}-{day:02}"


def _last(form: re.Pattern[str], path: str) -> re.Match[str] | None:
    matches = list(form.finditer(path))
    return matches[-1] if matches else None
