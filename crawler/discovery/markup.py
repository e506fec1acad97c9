"""Repair XML lists as sites write them: stray ampersands and HTML entities, which stop a strict parser. Pure."""

import re
from html.entities import html5

#: Unchanged parts: CDATA and comments. Else an ampersand, with the name or number of a following reference.
_AMPERSAND = re.compile(
    r"<!\[CDATA\[.*?\]\]>|<!--.*?-->|&(?:(#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);)?", re.DOTALL
)
_DECLARED = re.compile(r"<!ENTITY\s+([\w.-]+)\s")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})


def mend_ampersands(text: str) -> str:
    """Return XML in which all ampersands begin valid references; HTML's named entities become their characters.

    >>> mend_ampersands("<loc>/v?news=8&copy=1&amp;x=2&ndash;</loc>")
    '<loc>/v?news=8&amp;copy=1&amp;x=2–</loc>'
    """
    if "&" not in text:
        return text
    known = _XML_NAMES | set(_DECLARED.findall(text[:20_000]))

    def mended(found: re.Match[str]) -> str:
        name = found[1]
        if not found[0].startswith("&") or (name and (name.startswith("#") or name in known)):
            return found[0]
        sign = html5.get(f"{name};") if name else None
        return sign if sign and sign not in "&<" else f"&amp;{found[0][1:]}"

    return _AMPERSAND.sub(mended, text)
