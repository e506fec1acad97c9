"""The operations of the API: one function each, from a request to a plain value; listed in `OPERATIONS`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from starlette.requests import Request

from storage.errors import NotFoundError
from storage.export.columns import stored_record
from storage.verify.evidence import evidence_of_versions
from storage.versions import Version, as_json, classify, word_diff
from warraq.records.article_records import hit_record
from warraq.records.change_records import edit_record
from warraq.records.evidence_records import evidence_summary
from warraq.records.source_records import source_record
from warraq.records.story_records import story_record
from warraq.records.version_records import version_record
from warraq.web.api.parameters import (
    ATTENTION,
    CHANGES,
    FILTERS,
    PAGING,
    Parameter,
    ParameterError,
    number,
    read_limit,
    refuse_unknown,
)
from warraq.web.attention import STEPS
from warraq.web.attention import attention as counted
from warraq.web.change_lists import changes
from warraq.web.filters import Filters
from warraq.web.known_filters import known_changes, known_filters, refuse_unknown_query
from warraq.web.lists import Cursor, ListPage, hits
from warraq.web.room import room_of

#: Maximum number of queries to compare.
_MAX_QUERIES = 8
_ARTICLE = number("article", "Number of an article in this archive.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One API operation: path, function and documentation."""

    path: str
    about: str
    answer: Callable[[Request], object]
    parameters: tuple[Parameter, ...] = ()
    #: Name of the response schema, see `warraq.web.api.schemas`.
    schema: str

    def __call__(self, request: Request) -> object:
        """Run the operation. Raises WarraqError."""
        refuse_unknown(request.query_params, tuple(one for one in self.parameters if one.place == "query"))
        return self.answer(request)


def _paged(page: ListPage[object], items: list[dict[str, object]]) -> dict[str, object]:
    return {"items": items, "next": page.next.written() if page.next else None}


def _cursor(request: Request) -> Cursor | None:
    return Cursor.read(request.query_params.get("cursor", ""))


def articles(request: Request) -> object:
    """Return matching articles, one page at a time."""
    filters = known_filters(request)
    size = read_limit(request.query_params)
    page = hits(room_of(request).archive, filters, size=size, after=_cursor(request))
    return _paged(ListPage((), page.next), [hit_record(hit, card) for hit, card in page.items])


def count(request: Request) -> object:
    """Count matching articles."""
    return {"number": room_of(request).archive.count(known_filters(request).query())}


def facets(request: Request) -> object:
    """Count the newest matches by source, kind, language and month."""
    found = room_of(request).archive.facet_counts(known_filters(request).query())
    return {
        "counted": found.counted,
        "sources": found.sources,
        "kinds": found.kinds,
        "languages": found.languages,
        "months": found.months,
        "undated": found.undated,
    }


def article(request: Request) -> object:
    """Return one article with all its fields."""
    return stored_record(room_of(request).archive.get(request.path_params["article"]))


def versions(request: Request) -> object:
    """Return every version of an article."""
    found = room_of(request).archive.versions(request.path_params["article"])
    return {"items": [version_record(version) for version in found]}


def difference(request: Request) -> object:
    """Compare two versions of an article."""
    values = request.path_params
    found = {one.number: one for one in room_of(request).archive.versions(values["article"])}
    for wanted in (values["old"], values["new"]):
        if wanted not in found:
            raise NotFoundError(f"article {values['article']} has no version {wanted}")
    old, new = found[values["old"]], found[values["new"]]
    changed = classify(Version(title=old.title, text=old.text), Version(title=new.title, text=new.text))
    return {
        "old": old.number,
        "new": new.number,
        "changes": [change.as_json() for change in changed],
        "title": as_json(word_diff(old.title, new.title)),
        "text": as_json(word_diff(old.text, new.text)),
    }


def evidence(request: Request) -> object:
    """Return the evidence of each version, after reading its WARC record back."""
    room, number_ = room_of(request), request.path_params["article"]
    room.archive.get(number_)
    return {"items": [evidence_summary(one) for one in evidence_of_versions(room.archive, number_)]}


def story(request: Request) -> object:
    """Return the articles of a story."""
    return story_record(room_of(request).archive.story(request.path_params["story"]))


def changed(request: Request) -> object:
    """Return edits and withdrawals, one page at a time."""
    filters = known_changes(request)
    size = read_limit(request.query_params)
    page = changes(room_of(request).archive, filters, size=size, after=_cursor(request))
    return _paged(ListPage((), page.next), [edit_record(edit) for edit in page.items])


def sources(request: Request) -> object:
    """Return every source."""
    return {"items": [source_record(source) for source in room_of(request).sources().values()]}


def source(request: Request) -> object:
    """Return one source."""
    key = request.path_params["source"]
    found = room_of(request).sources().get(key)
    if found is None:
        raise NotFoundError(f"the archive knows no newspaper {key[:100]}")
    return source_record(found)


def attention(request: Request) -> object:
    """Count matching articles over time."""
    params = request.query_params
    words = [word.strip() for word in params.getlist("q") if word.strip()]
    if not 1 <= len(words) <= _MAX_QUERIES:
        raise ParameterError(f"q: write one query or up to {_MAX_QUERIES}")
    filters = replace(Filters.read(params), q="", sort="newest")
    step = next((one for one in STEPS if one == params.get("step")), None)
    queries = [replace(filters, q=word).query() for word in words]
    for query in (*queries, filters.query()):
        refuse_unknown_query(room_of(request), query)
    found = counted(room_of(request).days, queries, filters.query(), step=step)
    return {
        "step": found.step,
        "from": [day.isoformat() for day in found.starts],
        "queries": [{"q": word, "numbers": list(numbers)} for word, numbers in zip(words, found.numbers, strict=True)],
        "all": list(found.totals),
    }


def words(request: Request) -> object:
    """Return the words that mark the matching articles against the rest of the archive."""
    room = room_of(request)
    found = room.archive.marking_words(known_filters(request).query(), room.word_spread())
    return {
        "matches": found.matches,
        "others": found.others,
        "items": [
            {"word": one.word, "matches": one.matches, "others": one.others, "g2": round(one.g2, 2)}
            for one in found.words
        ],
    }


OPERATIONS = (
    Operation(path="/articles", about="Search", answer=articles, parameters=(*FILTERS, *PAGING), schema="Articles"),
    Operation(path="/count", about="Count matching articles", answer=count, parameters=FILTERS, schema="Count"),
    Operation(path="/words", about="Words that mark a query", answer=words, parameters=FILTERS, schema="Words"),
    Operation(path="/facets", about="Facets of matching articles", answer=facets, parameters=FILTERS, schema="Facets"),
    Operation(
        path="/attention", about="Attention over time", answer=attention, parameters=ATTENTION, schema="Attention",
    ),
    Operation(
        path="/articles/{article}", about="One article", answer=article, parameters=(_ARTICLE,), schema="Article",
    ),
    Operation(
        path="/articles/{article}/versions", about="Its versions", answer=versions, parameters=(_ARTICLE,),
        schema="Versions",
    ),
    Operation(
        path="/articles/{article}/evidence", about="Evidence of an article", answer=evidence, parameters=(_ARTICLE,),
        schema="Evidence",
    ),
    Operation(
        path="/articles/{article}/diff/{old}/{new}",
        about="What changed between two versions",
        answer=difference,
        parameters=(_ARTICLE, number("old", "Number of a version."), number("new", "Number of a version.")),
        schema="Difference",
    ),
    Operation(
        path="/stories/{story}", about="One story", answer=story,
        parameters=(number("story", "Number of any article of the story."),), schema="Story",
    ),
    Operation(
        path="/changes", about="Edits and withdrawals", answer=changed, parameters=(*CHANGES, *PAGING),
        schema="Changes",
    ),
    Operation(path="/sources", about="Every newspaper", answer=sources, schema="Sources"),
    Operation(
        path="/sources/{source}", about="One newspaper", answer=source,
        parameters=(
            Parameter(
                name="source", about="Key of a newspaper.", schema={"type": "string", "minLength": 1}, place="path",
            ),
        ),
        schema="Source",
    ),
)  # fmt: skip


def names() -> Iterator[str]:
    """Names of the operations."""
    return (operation.answer.__name__ for operation in OPERATIONS)
