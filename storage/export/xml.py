"""Text and attributes of XML 1.0; characters that XML does not allow are replaced and counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from storage.export.options import Options

#: Characters outside the production `Char` of XML 1.0, and the noncharacters at the end of its first plane.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"

#: Right-to-left languages, by ISO 639 code.
RIGHT_TO_LEFT = frozenset(
    {"ar", "arz", "ary", "apc", "fa", "ur", "ckb", "ps", "sd", "ug", "he", "yi", "dv", "syr", "azb"}
)


@dataclass(slots=True)
class Xml:
    """Makes text safe for one XML document and counts replaced characters."""

    replaced: int = 0

    def text(self, value: object) -> str:
        """Escape the value for character data and double-quoted attribute values.

        >>> Xml().text('a < "b"')
        'a &lt; &quot;b&quot;'
        """
        safe, number = _UNSPEAKABLE.subn(REPLACEMENT, str(value))
        self.replaced += number
        # A parser turns a bare carriage return into a line feed, and a line feed within an attribute into a space.
        return escape(safe).replace("&#x27;", "'").replace("\r", "&#13;")

    def attributes(self, values: Mapping[str, object]) -> str:
        """Format attributes with a space before each; those that are None are omitted.

        >>> Xml().attributes({"n": 1, "href": None})
        ' n="1"'
        """
        written = {name: self.text(value) for name, value in values.items() if value is not None}
        return "".join(
            f' {name}="{value.replace(chr(10), "&#10;").replace(chr(9), "&#9;")}"' for name, value in written.items()
        )

    def element(self, name: str, value: object, **attributes: object) -> str:
        """Format an element with text; "" if there is no value.

        >>> Xml().element("dc:title", "خبر")
        '<dc:title>خبر</dc:title>'
        """
        if value in (None, ""):
            return ""
        return f"<{name}{self.attributes(attributes)}>{self.text(value)}</{name}>"

    def tell(self, options: Options) -> None:
        """Report how much was replaced, if anything was."""
        if self.replaced:
            options.tell(f"{self.replaced} control characters that XML cannot hold were replaced by U+FFFD")


def escaped(json: str) -> str:
    r"""Return a JSON text in which characters that XML does not allow are JSON escapes: exact, nothing to replace.

    >>> escaped('"\ufffe"')
    '"\\ufffe"'
    """
    return _UNSPEAKABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json)


def language_of(code: str | None) -> str:
    """Return the language to declare: that of the text, Arabic if it is not known."""
    return code or "ar"


def direction_of(code: str | None) -> str:
    """Return "rtl" or "ltr", by language; "rtl" if it is not known."""
    return "rtl" if code is None or code in RIGHT_TO_LEFT else "ltr"


def safe_link(address: str | None) -> str | None:
    """Return the URL if it is http or https; None if a reader should not follow it."""
    return address if address and re.match(r"https?://", address, re.IGNORECASE) else None
