"""The operations of the API: one function each, from a request to a plain value; `OPERATIONS` names them all."""

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
from warraq.web.change_lists import ChangeFilters, changes
from warraq.web.filters import Filters
from warraq.web.lists import Cursor, ListPage, hits
from warraq.web.room import room_of

#: Queries compared at most.
_QUERIES = 8
_ARTICLE = number("article", "Number of an article in this archive.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One thing that can be asked."""

    path: str
    about: str
    answer: Callable[[Request], object]
    parameters: tuple[Parameter, ...] = ()
    #: Name of the answer's schema, see `warraq.web.api.schemas`.
    schema: str

    def __call__(self, request: Request) -> object:
        """The answer. Raises WarraqError."""
        refuse_unknown(request.query_params, tuple(one for one in self.parameters if one.place == "query"))
        return self.answer(request)


def _paged(page: ListPage[object], items: list[dict[str, object]]) -> dict[str, object]:
    return {"items": items, "next": page.next.written() if page.next else None}


def _cursor(request: Request) -> Cursor | None:
    return Cursor.read(request.query_params.get("cursor", ""))


def articles(request: Request) -> object:
    """Articles that match, a page at a time."""
    filters = Filters.read(request.query_params)
    size = read_limit(request.query_params)
    page = hits(room_of(request).archive, filters, size=size, after=_cursor(request))
    return _paged(ListPage((), page.next), [hit_record(hit, card) for hit, card in page.items])


def count(request: Request) -> object:
    """How many articles match."""
    return {"number": room_of(request).archive.count(Filters.read(request.query_params).query())}


def facets(request: Request) -> object:
    """How the newest matches are spread."""
    found = room_of(request).archive.facet_counts(Filters.read(request.query_params).query())
    return {
        "counted": found.counted,
        "sources": found.sources,
        "kinds": found.kinds,
        "languages": found.languages,
        "months": found.months,
        "undated": found.undated,
    }


def article(request: Request) -> object:
    """One article, all of it."""
    return stored_record(room_of(request).archive.get(request.path_params["article"]))


def versions(request: Request) -> object:
    """Every version of an article."""
    found = room_of(request).archive.versions(request.path_params["article"])
    return {"items": [version_record(version) for version in found]}


def difference(request: Request) -> object:
    """What changed between two versions of an article."""
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
    """What proves each version; every record is read back."""
    room, number_ = room_of(request), request.path_params["article"]
    room.archive.get(number_)
    return {"items": [evidence_summary(one) for one in evidence_of_versions(room.archive, number_)]}


def story(request: Request) -> object:
    """The articles that tell one text."""
    return story_record(room_of(request).archive.story(request.path_params["story"]))


def changed(request: Request) -> object:
    """What newspapers changed and withdrew, a page at a time."""
    filters = ChangeFilters.read(request.query_params)
    size = read_limit(request.query_params)
    page = changes(room_of(request).archive, filters, size=size, after=_cursor(request))
    return _paged(ListPage((), page.next), [edit_record(edit) for edit in page.items])


def sources(request: Request) -> object:
    """Every newspaper."""
    return {"items": [source_record(source) for source in room_of(request).sources().values()]}


def source(request: Request) -> object:
    """One newspaper."""
    key = request.path_params["source"]
    found = room_of(request).sources().get(key)
    if found is None:
        raise NotFoundError(f"the archive knows no newspaper {key[:100]}")
    return source_record(found)


def attention(request: Request) -> object:
    """How often articles match, over time."""
    params = request.query_params
    words = [word.strip() for word in params.getlist("q") if word.strip()]
    if not 1 <= len(words) <= _QUERIES:
        raise ParameterError(f"q: write one query or up to {_QUERIES}")
    filters = replace(Filters.read(params), q="", sort="newest")
    step = next((one for one in STEPS if one == params.get("step")), None)
    queries = [replace(filters, q=word).query() for word in words]
    found = counted(room_of(request).archive, queries, filters.query(), step=step)
    return {
        "step": found.step,
        "from": [day.isoformat() for day in found.starts],
        "queries": [{"q": word, "numbers": list(numbers)} for word, numbers in zip(words, found.numbers, strict=True)],
        "all": list(found.totals),
    }


OPERATIONS = (
    Operation(path="/articles", about="Search", answer=articles, parameters=(*FILTERS, *PAGING), schema="Articles"),
    Operation(path="/count", about="Count what matches", answer=count, parameters=FILTERS, schema="Count"),
    Operation(path="/facets", about="Spread of what matches", answer=facets, parameters=FILTERS, schema="Facets"),
    Operation(path="/attention", about="Attention over time", answer=attention, parameters=ATTENTION, schema="Attention"),
    Operation(path="/articles/{article}", about="One article", answer=article, parameters=(_ARTICLE,), schema="Article"),
    Operation(
        path="/articles/{article}/versions", about="Its versions", answer=versions, parameters=(_ARTICLE,),
        schema="Versions",
    ),
    Operation(
        path="/articles/{article}/evidence", about="What proves it", answer=evidence, parameters=(_ARTICLE,),
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
    Operation(path="/changes", about="What newspapers changed", answer=changed, parameters=(*CHANGES, *PAGING), schema="Changes"),
    Operation(path="/sources", about="Every newspaper", answer=sources, schema="Sources"),
    Operation(
        path="/sources/{source}", about="One newspaper", answer=source,
        parameters=(
            Parameter(name="source", about="Key of a newspaper.", schema={"type": "string", "minLength": 1}, place="path"),
        ),
        schema="Source",
    ),
)  # fmt: skip


def names() -> Iterator[str]:
    """Names of the operations, for those who list them."""
    return (operation.answer.__name__ for operation in OPERATIONS)
