"""Names of kinds of change, and the option that selects them."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from storage.versions import Kind

#: Every kind of `storage.versions.KINDS`, in words.
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

#: State of a page (`storage.versions.Status`), in words.
STATUSES: "dict[str, str]" = {
    "live": "it is online again",
    "gone": "the server returns 404 or 410",
    "redirected_home": "its URL redirects elsewhere",
    "emptied": "its text was removed",
}


def read_kinds(ctx: click.Context, param: click.Parameter, values: tuple[str, ...]) -> "tuple[Kind, ...]":
    """Parse an option that may be repeated and may have several kinds, with commas.

    An unknown word is a usage error.
    """
    named = [word.strip().lower().replace("-", "_") for value in values for word in value.split(",")]
    for word in named:
        if word not in WORDS:
            raise click.UsageError(f"{word!r} is not a kind of change; kinds: {', '.join(WORDS)}", ctx)
    return tuple(kind for kind in WORDS if kind in named)
