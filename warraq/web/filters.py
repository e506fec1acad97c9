"""Filters of article lists, as given in the query string. Shared by pages, feeds, exports and the API."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from storage.search.query import Query, Sort, parse, read_day

#: Repeatable parameters, and the fields of `Query` that they set.
_REPEATABLE = {
    "source": "sources",
    "country": "countries",
    "language": "languages",
    "kind": "kinds",
    "author": "authors",
}
#: Maximum length of a value; longer ones are ignored.
_MAX_LENGTH = 300
#: Maximum number of values of one parameter; further ones are ignored.
_MAX_VALUES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Filter values, as given in the query string."""

    q: str = ""
    many: Mapping[str, tuple[str, ...]]
    since: str = ""
    until: str = ""
    withdrawn: str = ""
    sort: Sort = "newest"

    @classmethod
    def read(cls, params: QueryParams) -> "Filters":
        """Read the filters from the query string; empty and unknown parameters are ignored."""

        def one(name: str) -> str:
            return params.get(name, "").strip()[:_MAX_LENGTH]

        many = {
            name: tuple(dict.fromkeys(value.strip()[:_MAX_LENGTH] for value in params.getlist(name) if value.strip()))
            for name in _REPEATABLE
        }
        return cls(
            q=params.get("q", "").strip(),
            many={name: values[:_MAX_VALUES] for name, values in many.items() if values},
            since=one("since"),
            until=one("until"),
            withdrawn=one("withdrawn") if one("withdrawn") in ("yes", "no") else "",
            sort="relevance" if one("sort") == "relevance" else "newest",
        )

    def query(self, *, limit: int | None = None, offset: int = 0) -> Query:
        """Build the archive query. Raises QueryError if the search words or a date cannot be parsed."""
        given = {
            field: self.many[name] if name == "author" else tuple(value.lower() for value in self.many[name])
            for name, field in _REPEATABLE.items()
            if name in self.many
        }
        return parse(
            self.q,
            since=read_day(self.since, last=False) if self.since else None,
            until=read_day(self.until, last=True) if self.until else None,
            withdrawn={"yes": True, "no": False}.get(self.withdrawn),
            sort=self.sort,
            limit=limit,
            offset=offset,
            **given,
        )

    def get(self, name: str) -> tuple[str, ...]:
        """Return the values of a repeatable parameter."""
        return self.many.get(name, ())

    def with_(self, name: str, *values: str) -> "Filters":
        """Return the filters with new values of one parameter; no values removes it."""
        if name in _REPEATABLE:
            return replace(self, many={**self.many, name: values} if values else self._without(name))
        value = values[0] if values else ""
        return replace(self, **{name: value})  # type: ignore[arg-type]  # fields that hold one word

    def toggled(self, name: str, value: str) -> "Filters":
        """Return the filters with one value added, or removed if present."""
        held = self.get(name)
        return self.with_(name, *(one for one in held if one != value) if value in held else (*held, value))

    def _without(self, name: str) -> Mapping[str, tuple[str, ...]]:
        return {key: values for key, values in self.many.items() if key != name}

    def pairs(self) -> list[tuple[str, str]]:
        """Return the filters as (name, value) pairs, in the order of the form."""
        single = [("q", self.q), ("since", self.since), ("until", self.until), ("withdrawn", self.withdrawn)]
        sort = [("sort", self.sort)] if self.sort != "newest" else []
        return [
            *((name, value) for name, value in single if value),
            *((name, value) for name, values in self.many.items() for value in values),
            *sort,
        ]

    def url(self, path: str, **more: str) -> str:
        """Return a URL with these filters. `more`: additional parameters; empty ones are omitted."""
        pairs = [*self.pairs(), *((name, value) for name, value in more.items() if value)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def is_empty(self) -> bool:
        """Whether no filter is set."""
        return not self.pairs()
