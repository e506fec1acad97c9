"""The filters of search and export: options that become one Query."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from warraq.cli.shared.options import COUNT, Command

if TYPE_CHECKING:
    from storage.search.query import Query, Sort

#: `-source:hespress`, `-(a OR b)`, `-"a b"`.
_EXCLUDED = re.compile(r"-(?:[a-z]+:\S|[(\"])", re.IGNORECASE)
C = TypeVar("C", bound=Callable[..., object])

#: Options in the order of the help.
_FILTERS = (
    click.option("--source", "source_keys", multiple=True, metavar="KEY", help="Only this newspaper; may be repeated."),
    click.option("--country", "countries", multiple=True, metavar="CC", help="Only newspapers of this country (ma)."),
    click.option(
        "--author", "authors", multiple=True, metavar="NAME", help="Only by this author, or part of the name."
    ),
    click.option("--language", "languages", multiple=True, metavar="CODE", help="Only in this language (ar, fa, ur)."),
    click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind (news, opinion, live, ...)."),
    click.option("--since", metavar="DATE", help="Published on or after this day (2024, 2024-05 or 2024-05-01)."),
    click.option("--until", metavar="DATE", help="Published on or before this day."),
    click.option(
        "--withdrawn/--no-withdrawn",
        default=None,
        help="Only withdrawn articles; only those still online.",
    ),
    click.option("--sort", type=click.Choice(["newest", "relevance"]), default="newest", show_default=True),
    click.option("--limit", type=COUNT, metavar="N", help="Maximum number."),
    click.option("--fail-empty", is_flag=True, help="Exit with code 3 if nothing matches."),
)


class FilterOptions(TypedDict):
    """The values of the filters that `query` takes; `--limit` and `--fail-empty` are a command's own."""

    source_keys: tuple[str, ...]
    countries: tuple[str, ...]
    authors: tuple[str, ...]
    languages: tuple[str, ...]
    kinds: tuple[str, ...]
    since: str | None
    until: str | None
    withdrawn: bool | None
    sort: "Sort"


class QueryCommand(Command):
    """A command with a query, in which `-رياضة` is an excluded word, not an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        without = [arg for arg in args if arg[:1] == "-" and _is_word(arg)]
        if without and "--" not in args:
            args = [*(arg for arg in args if arg not in without), "--", *without]
        return super().parse_args(ctx, args)


def _is_word(argument: str) -> bool:
    """Whether what begins with a minus is a part of the query: Arabic, a phrase, a group or a field."""
    return (not argument.isascii() and "=" not in argument) or bool(_EXCLUDED.match(argument))


def filters(command: C) -> C:
    """Add the filters to a command; it passes them on to `query`."""
    for option in reversed(_FILTERS):
        command = option(command)
    return command


def query(
    words: Sequence[str],
    *,
    source_keys: Sequence[str],
    countries: Sequence[str],
    authors: Sequence[str],
    languages: Sequence[str],
    kinds: Sequence[str],
    since: str | None,
    until: str | None,
    withdrawn: bool | None = None,
    sort: "Sort" = "newest",
    limit: int | None = None,
) -> "Query":
    """Build the query of a command line; filters in the words take precedence. Raises QueryError."""
    from storage.search.query import parse, read_day

    return parse(
        " ".join(words),
        sources=_lower(source_keys),
        countries=_lower(countries),
        authors=tuple(authors),
        languages=_lower(languages),
        kinds=_lower(kinds),
        since=read_day(since, last=False) if since else None,
        until=read_day(until, last=True) if until else None,
        withdrawn=withdrawn,
        sort=sort,
        limit=limit,
    )


def _lower(values: Sequence[str]) -> tuple[str, ...]:
    return tuple(value.strip().lower() for value in values)
