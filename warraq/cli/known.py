"""The newspapers that are known, by their keys."""

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from warraq.cli.desk import Desk

if TYPE_CHECKING:
    from crawler.source import Source


def chosen(desk: Desk, keys: tuple[str, ...]) -> "list[Source]":
    """The sources of these keys, all of them where none is named. An unknown one is a usage error."""
    from crawler.source import load_all

    sources = load_all(desk.config.sources)
    for key in keys:
        if key not in sources:
            near = get_close_matches(key, sources, n=3, cutoff=0.5)
            guess = f"did you mean {' or '.join(near)}?" if near else "see `warraq sources list`"
            raise click.UsageError(f"no source is called {key!r}; {guess}", click.get_current_context())
    return [sources[key] for key in dict.fromkeys(keys)] or list(sources.values())
