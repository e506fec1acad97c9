"""Filters: what a list is asked for in its address. The same for pages, feeds, exports and the API."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from storage.search.query import Query, Sort, parse, read_day

#: Parameters that may be repeated, and the fields of `Query` that they fill.
_MANY = {"source": "sources", "country": "countries", "language": "languages", "kind": "kinds", "author": "authors"}
#: Longer values are no filter of ours.
_LONGEST = 300
#: More values of one parameter are not read.
_MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is wanted, as it was written in the address."""

    q: str = ""
    many: Mapping[str, tuple[str, ...]]
    since: str = ""
    until: str = ""
    withdrawn: str = ""
    sort: Sort = "newest"

    @classmethod
    def read(cls, params: QueryParams) -> "Filters":
        """Read the address; what is empty or not known is left out."""

        def one(name: str) -> str:
            return params.get(name, "").strip()[:_LONGEST]

        many = {
            name: tuple(dict.fromkeys(value.strip()[:_LONGEST] for value in params.getlist(name) if value.strip()))
            for name in _MANY
        }
        return cls(
            q=params.get("q", "").strip(),
            many={name: values[:_MOST] for name, values in many.items() if values},
            since=one("since"),
            until=one("until"),
            withdrawn=one("withdrawn") if one("withdrawn") in ("yes", "no") else "",
            sort="relevance" if one("sort") == "relevance" else "newest",
        )

    def query(self, *, limit: int | None = None, offset: int = 0) -> Query:
        """What they ask of the archive. Raises QueryError where the words or a date cannot be understood."""
        given = {
            field: self.many[name] if name == "author" else tuple(value.lower() for value in self.many[name])
            for name, field in _MANY.items()
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
        """The values of a parameter that may be repeated."""
        return self.many.get(name, ())

    def with_(self, name: str, *values: str) -> "Filters":
        """The same with other values of one parameter; none takes it away."""
        if name in _MANY:
            return replace(self, many={**self.many, name: values} if values else self._without(name))
        value = values[0] if values else ""
        return replace(self, **{name: value})  # type: ignore[arg-type]  # fields that hold one word

    def toggled(self, name: str, value: str) -> "Filters":
        """The same with one value more, or without it where it was wanted."""
        held = self.get(name)
        return self.with_(name, *(one for one in held if one != value) if value in held else (*held, value))

    def _without(self, name: str) -> Mapping[str, tuple[str, ...]]:
        return {key: values for key, values in self.many.items() if key != name}

    def pairs(self) -> list[tuple[str, str]]:
        """They as names and values, in the order of the form."""
        single = [("q", self.q), ("since", self.since), ("until", self.until), ("withdrawn", self.withdrawn)]
        sort = [("sort", self.sort)] if self.sort != "newest" else []
        return [
            *((name, value) for name, value in single if value),
            *((name, value) for name, values in self.many.items() for value in values),
            *sort,
        ]

    def url(self, path: str, **more: str) -> str:
        """An address with these filters; `more`: parameters beside them, the empty ones left out."""
        pairs = [*self.pairs(), *((name, value) for name, value in more.items() if value)]
        return f"{path}?{urlencode(pairs)}" if pairs else path

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return not self.pairs()
