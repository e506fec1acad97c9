"""Text and attributes of XML 1.0, for the formats made of it; what XML cannot hold is replaced and counted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from storage.export.options import Options

#: Characters outside the production `Char` of XML 1.0, and the noncharacters at the end of its first plane.
_UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
REPLACEMENT = "\ufffd"

#: Languages that are written from right to left, by ISO 639 code.
RIGHT_TO_LEFT = frozenset(
    {"ar", "arz", "ary", "apc", "fa", "ur", "ckb", "ps", "sd", "ug", "he", "yi", "dv", "syr", "azb"}
)


@dataclass(slots=True)
class Xml:
    """Makes text safe for one XML document and counts what it had to replace."""

    replaced: int = 0

    def text(self, value: object) -> str:
        """The value as character data or, as well, as the value of an attribute in double quotes.

        >>> Xml().text('a < "b"')
        'a &lt; &quot;b&quot;'
        """
        safe, number = _UNSPEAKABLE.subn(REPLACEMENT, str(value))
        self.replaced += number
        # A parser makes a line feed of a bare carriage return, and a space of a line feed within an attribute.
        return escape(safe).replace("&#x27;", "'").replace("\r", "&#13;")

    def attributes(self, values: Mapping[str, object]) -> str:
        """Attributes with a space before each; those that are None are left out.

        >>> Xml().attributes({"n": 1, "href": None})
        ' n="1"'
        """
        written = {name: self.text(value) for name, value in values.items() if value is not None}
        return "".join(
            f' {name}="{value.replace(chr(10), "&#10;").replace(chr(9), "&#9;")}"' for name, value in written.items()
        )

    def element(self, name: str, value: object, **attributes: object) -> str:
        """A whole element with text in it; "" where there is no value.

        >>> Xml().element("dc:title", "خبر")
        '<dc:title>خبر</dc:title>'
        """
        if value in (None, ""):
            return ""
        return f"<{name}{self.attributes(attributes)}>{self.text(value)}</{name}>"

    def tell(self, options: Options) -> None:
        """Say how much was replaced, if anything was."""
        if self.replaced:
            options.tell(f"{self.replaced} control characters that XML cannot hold were replaced by U+FFFD")


def escaped(json: str) -> str:
    r"""A JSON text whose characters XML cannot hold stand as escapes of JSON: exact, and nothing to replace.

    >>> escaped('"\ufffe"')
    '"\\ufffe"'
    """
    return _UNSPEAKABLE.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json)


def language_of(code: str | None) -> str:
    """The language to declare: that of the text, Arabic where it is not known."""
    return code or "ar"


def direction_of(code: str | None) -> str:
    """ "rtl" or "ltr", by language; right to left where it is not known."""
    return "rtl" if code is None or code in RIGHT_TO_LEFT else "ltr"


def safe_link(address: str | None) -> str | None:
    """The address where it is http or https; None where a reader had better not follow it."""
    return address if address and re.match(r"https?://", address, re.IGNORECASE) else None
