"""API parameters: parsing and OpenAPI descriptions."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import QueryParams

from storage.errors import WarraqError
from storage.versions import KINDS

Schema = Mapping[str, object]


class ParameterError(WarraqError):
    """A parameter has an invalid value. The message names the parameter and what it accepts."""

    exit_code = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One query or path parameter."""

    name: str
    about: str
    schema: Schema
    place: str = "query"

    def described(self) -> dict[str, object]:
        """Return the OpenAPI description of the parameter."""
        repeated = {"style": "form", "explode": True} if self.schema.get("type") == "array" else {}
        required = {"required": True} if self.place == "path" else {}
        return (
            {
                "name": self.name,
                "in": self.place,
                "description": self.about,
                "schema": dict(self.schema),
            }
            | repeated
            | required
        )


def _text(name: str, about: str, **schema: object) -> Parameter:
    return Parameter(name=name, about=about, schema={"type": "string"} | schema)


def _texts(name: str, about: str, **schema: object) -> Parameter:
    return Parameter(name=name, about=about, schema={"type": "array", "items": {"type": "string"} | schema})


_DAY = {"pattern": r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}
LARGEST_PAGE = 200
PAGE = 50

FILTERS = (
    _text("q", "The query, in the language of `warraq search`.", maxLength=200),
    _texts("source", "Keys of newspapers, any of them."),
    _texts("country", "ISO 3166 codes of the newspapers' countries."),
    _texts("language", "ISO 639 codes of the articles' languages."),
    _texts("kind", "Kinds of article."),
    _texts("author", "Names of authors, or parts of them."),
    _text("since", "First day of publication: a year, month or day.", **_DAY),
    _text("until", "Last day of publication: a year, month or day.", **_DAY),
    _text("withdrawn", "yes: only articles that were withdrawn; no: only those that were not.", enum=["yes", "no"]),
    _text("sort", "Order of the results.", enum=["newest", "relevance"]),
)
PAGING = (
    Parameter(
        name="limit",
        about="Articles a page.",
        schema={"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE},
    ),
    _text("cursor", "Cursor of the page: `next` of the previous page."),
)
CHANGES = (
    _texts("kind", "Kinds of change, any of them.", enum=list(KINDS)),
    _texts("source", "Keys of newspapers, any of them."),
    _text("since", "Seen on or after this day of UTC: a year, month or day.", **_DAY),
)
ATTENTION = (
    _texts("q", "Up to eight queries."),
    *(one for one in FILTERS if one.name not in ("q", "sort")),
    _text("step", "Length of one time step.", enum=["day", "week", "month", "year"]),
)


def number(name: str, about: str) -> Parameter:
    """Describe a number in the path."""
    return Parameter(name=name, about=about, schema={"type": "integer", "minimum": 0}, place="path")


def read_limit(params: QueryParams) -> int:
    """Read the page size. Raises ParameterError."""
    text = params.get("limit", str(PAGE))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= LARGEST_PAGE:
        raise ParameterError(f"limit = {text[:40]!r}: write a whole number from 1 to {LARGEST_PAGE}")
    return int(text)


def refuse_unknown(params: QueryParams, known: tuple[Parameter, ...]) -> None:
    """Reject unknown parameters, so that a misspelt filter is not silently ignored. Raises ParameterError."""
    names = [one.name for one in known]
    for name in params:
        if name not in names:
            there = f"there are {', '.join(names)}" if names else "there are none"
            raise ParameterError(f"{name[:40]!r} is not a parameter of this URL; {there}")
    for one in known:
        items = one.schema.get("items", one.schema)
        allowed = items.get("enum") if isinstance(items, Mapping) else None
        if not isinstance(allowed, list):
            continue
        for value in params.getlist(one.name):
            if value not in allowed:
                raise ParameterError(f"{one.name} = {value[:40]!r}: write {', '.join(allowed)}")
