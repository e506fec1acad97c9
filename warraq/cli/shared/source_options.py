"""The known newspapers: by key, or narrowed down by fields of their files."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.shared.known_values import usage_errors
from warraq.known_values import guess, refuse_unknown_country, refuse_value

if TYPE_CHECKING:
    from crawler.sources.source import Source

C = TypeVar("C", bound=Callable[..., object])

#: Options in the order of the help.
_NARROWING = (
    click.option("--country", "countries", multiple=True, metavar="CC", help="Only this country; may be repeated."),
    click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only this kind (agency, state, party, ...)."),
    click.option(
        "--checked/--never-checked", default=None, help="Only those that passed `sources check --write`, or never did."
    ),
)


class NarrowingOptions(TypedDict):
    """The values of the narrowing options."""

    countries: tuple[str, ...]
    kinds: tuple[str, ...]
    checked: bool | None


def chosen(context: CliContext, keys: tuple[str, ...]) -> "list[Source]":
    """Return the sources with these keys, all of them by default. An unknown key is a usage error."""
    from crawler.sources.source import load, paths

    known = paths(context.config.sources)
    for key in keys:
        if key not in known:
            words = guess(key, known) or "see `warraq sources list`"
            raise click.UsageError(f"there is no source {key!r}; {words}", click.get_current_context())
    return [load(known[key]) for key in dict.fromkeys(keys) or known]


def narrowing(command: C) -> C:
    """Add the narrowing options to a command; it passes them on to `narrowed`."""
    for option in reversed(_NARROWING):
        command = option(command)
    return command


def narrowed(
    sources: "Sequence[Source]", *, countries: Sequence[str], kinds: Sequence[str], checked: bool | None
) -> "list[Source]":
    """Return the matching sources, by country and key. An unknown kind or country is a usage error."""
    from typing import get_args

    from crawler.sources.fields import SourceKind

    with usage_errors():
        for kind in kinds:
            refuse_value("kind", kind, get_args(SourceKind))
        for code in countries:
            refuse_unknown_country(code, {source.country for source in sources})
    wanted = {country.upper() for country in countries}
    return sorted(
        (
            source
            for source in sources
            if (not wanted or source.country in wanted)
            and (not kinds or source.kind in kinds)
            and (checked is None or checked == (source.checked != "never"))
        ),
        key=lambda source: (source.country, source.key),
    )
