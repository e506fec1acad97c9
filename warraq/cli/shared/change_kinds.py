"""Kinds of change in words, and the option that names them."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from storage.versions import Kind

#: Every kind of `storage.versions.KINDS`, as it is said.
WORDS: "dict[Kind, str]" = {
    "withdrawn": "withdrawn",
    "restored": "restored",
    "headline": "headline changed",
    "date": "date changed",
    "number": "number changed",
    "name_removed": "name removed",
    "name_added": "name added",
    "paragraph_removed": "paragraph removed",
    "paragraph_added": "paragraph added",
    "paragraph_moved": "paragraph moved",
    "wording": "reworded",
    "typo": "spelling corrected",
    "cosmetic": "looks only",
}

#: What became of a page (`storage.versions.Status`), as it is said.
STATUSES: "dict[str, str]" = {
    "live": "it stands there again",
    "gone": "the server says that it is gone",
    "redirected_home": "its address leads elsewhere",
    "emptied": "its text was taken out",
}


def read_kinds(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> "tuple[Kind, ...]":
    """The kinds of an option that may be repeated and may name several, with commas. A word that is none is a usage error."""
    named = [word.strip().lower().replace("-", "_") for value in values for word in value.split(",")]
    for word in named:
        if word not in WORDS:
            raise click.UsageError(f"{word!r} is no kind of change; there are {', '.join(WORDS)}", ctx)
    return tuple(kind for kind in WORDS if kind in named)
