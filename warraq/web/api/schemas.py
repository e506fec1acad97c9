"""JSON Schemas of API responses."""

from collections.abc import Mapping

from storage.export.columns import COLUMNS

Schema = dict[str, object]

_TEXT: Schema = {"type": "string"}
_INTEGER: Schema = {"type": "integer"}
_OR_NULL_TEXT: Schema = {"type": ["string", "null"]}
_COUNTS: Schema = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _reference(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Schema:
    return _object(
        items=_list(_reference(name)), next={"type": ["string", "null"], "description": "The next page's cursor."}
    )


_CARD = {
    "id": _INTEGER, "key": _TEXT, "url": _TEXT, "source": _OR_NULL_TEXT, "title": _TEXT, "published": _OR_NULL_TEXT,
    "published_at": _OR_NULL_TEXT, "first_seen_at": _TEXT, "changed_at": _OR_NULL_TEXT, "withdrawn_at": _OR_NULL_TEXT,
    "section": _OR_NULL_TEXT, "kind": _TEXT, "language": _OR_NULL_TEXT, "version": _INTEGER, "story": _INTEGER,
}  # fmt: skip
_MARKS = _list(_list(_INTEGER))

SCHEMAS: Mapping[str, Schema] = {
    "Hit": _object(
        **_CARD, title_marks=_MARKS, snippet=_object(text=_TEXT, start=_INTEGER, marks=_MARKS)
    ),
    "Articles": _page("Hit"),
    "Count": _object(number={"type": "integer", "minimum": 0}),
    "Facets": _object(
        counted=_INTEGER, sources=_COUNTS, kinds=_COUNTS, languages=_COUNTS, months=_COUNTS, undated=_INTEGER
    ),
    "Words": _object(
        matches=_INTEGER,
        others=_INTEGER,
        items=_list(_object(word=_TEXT, matches=_INTEGER, others=_INTEGER, g2={"type": "number"})),
    ),
    "Attention": _object(
        **{"step": _TEXT, "from": _list(_TEXT), "queries": _list(_object(q=_TEXT, numbers=_list(_INTEGER)))},
        all=_list(_INTEGER),
    ),
    "Article": {
        "type": "object",
        "properties": {column.name: {"description": column.meaning} for column in COLUMNS},
        "required": [column.name for column in COLUMNS],
    },
    "Versions": _object(items=_list(_object(number=_INTEGER, title=_TEXT, text=_TEXT, cause=_TEXT))),
    "Evidence": _object(items=_list(_object(payload_sha256=_TEXT, fetched_at=_TEXT, fault=_OR_NULL_TEXT))),
    "Difference": _object(
        old=_INTEGER,
        new=_INTEGER,
        changes=_list(_object(kind=_TEXT, place=_TEXT)),
        title=_list(_object(op=_TEXT, text=_TEXT)),
        text=_list(_object(op=_TEXT, text=_TEXT)),
    ),
    "Story": _object(id=_INTEGER, first={"type": "object"}, copies=_list({"type": "object"})),
    "Change": _object(
        article_id=_INTEGER, url=_TEXT, source=_OR_NULL_TEXT, at=_TEXT, after=_TEXT, old=_INTEGER, new=_INTEGER,
        title=_TEXT, kinds=_list(_TEXT), changes=_list({"type": "object"}), proof={"type": ["object", "null"]},
    ),
    "Changes": _page("Change"),
    "Source": _object(
        key=_TEXT, name_ar=_TEXT, name_en=_TEXT, country=_TEXT, timezone=_TEXT, home=_TEXT, articles=_INTEGER,
        newest_at=_OR_NULL_TEXT,
    ),
    "Sources": _object(items=_list(_reference("Source"))),
    "Problem": _object(type=_TEXT, title=_TEXT, status=_INTEGER, detail=_TEXT),
}  # fmt: skip
