"""Output for a query without matches: the word or filter that causes it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import visible
from warraq.cli.terminal.console import numbered

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.search.explain import Explanation
    from storage.search.query import Query


def print_nothing(context: CliContext, archive: "Archive", query: "Query") -> None:
    """Say on stderr that nothing matches, and why."""
    context.err.print("nothing matches")
    if context.quiet:
        return
    for line in lines(archive.explain(query)):
        context.err.print(f"  {visible(line)}", soft_wrap=True, markup=False, highlight=False)


def lines(why: "Explanation") -> Iterator[str]:
    """The explanation, a line each."""
    for term in why.terms:
        if term.near:
            near = ", ".join(f"{word} ({number})" for word, number in term.near)
            yield f"{term.text} is in no article; words spelled like it: {near}"
        elif not term.number:
            yield f"{term.text} is in no article"
    found = [term for term in why.terms if term.number]
    if len(found) == len(why.terms) > 1 and not why.filters and not why.unfiltered:
        each = ", ".join(f"{term.text} ({term.number})" for term in found)
        yield f"each of these is in some article, all of them in none: {each}"
    for one in why.filters:
        yield f"without {one.filter}: {numbered(one.number, 'article')}"
    if why.unfiltered and not why.filters:
        yield f"without any filter: {numbered(why.unfiltered, 'article')}"
