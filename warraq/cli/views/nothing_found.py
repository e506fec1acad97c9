"""Output for a query without matches: the word or filter that causes it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from warraq.cli.shared.cli_context import CliContext
from warraq.cli.terminal.arabic import visible
from warraq.cli.views.output import tell
from warraq.locale.speech import numbered, say

if TYPE_CHECKING:
    from storage.archive import Archive
    from storage.search.explain import Explanation
    from storage.search.query import Query


def print_nothing(context: CliContext, archive: "Archive", query: "Query") -> None:
    """Say on stderr that nothing matches, and why."""
    tell(context, say("nothing matches"))
    if context.quiet:
        return
    for line in lines(archive.explain(query)):
        tell(context, f"  {visible(line, lines=True)}")


def lines(why: "Explanation") -> Iterator[str]:
    """The explanation, a line each."""
    for term in why.terms:
        if term.near:
            near = ", ".join(f"{word} ({number})" for word, number in term.near)
            yield say("%(word)s is in no article; words spelled like it: %(near)s", word=term.text, near=near)
        elif not term.number:
            yield say("%(word)s is in no article", word=term.text)
    found = [term for term in why.terms if term.number]
    if len(found) == len(why.terms) > 1 and not why.filters and not why.unfiltered:
        each = ", ".join(f"{term.text} ({term.number})" for term in found)
        yield say("each of these is in some article, all of them in none: %(each)s", each=each)
    for one in why.filters:
        yield say("without %(filter)s: %(articles)s", filter=one.filter, articles=numbered(one.number, "article"))
    if why.unfiltered and not why.filters:
        yield say("without any filter: %(articles)s", articles=numbered(why.unfiltered, "article"))
