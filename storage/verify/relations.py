"""Check that rows agree with each other and with themselves: articles, their versions, URLs."""

import hashlib
from collections.abc import Iterator
from typing import get_args

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from storage.database.tables.every import Base
from storage.database.values import key_hash
from storage.model.address import FINISHED, State
from storage.verify.base import Inspection, VerifyFinding

_articles = Base.metadata.tables["article"]
_versions = Base.metadata.tables["version"]
_urls = Base.metadata.tables["url"]
_endpoints = Base.metadata.tables["endpoint"]

_BACKUP = "restore a backup of archive.db, or fetch the page again"


def articles(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check that every article shows an existing version, with that version's words, under the hash of its key."""
    shown = and_(_versions.c.article_id == _articles.c.id, _versions.c.number == _articles.c.version)
    wording = ("title", "text", "text_hash")
    differs: dict[str, ColumnElement[bool]] = {
        name: _articles.c[name].is_distinct_from(_versions.c[name]) for name in wording
    }
    bad = (
        select(_articles.c.id, _articles.c.version, _versions.c.id.label("found"))
        .add_columns(*(differs[name].label(f"other_{name}") for name in wording))
        .select_from(_articles.outerjoin(_versions, shown))
        .where(or_(*differs.values()))
    )
    for row in inspection.rows(bad):
        if row.found is None:
            message = f"shows version {row.version}, which is missing"
        else:
            which = ", ".join(name for name in wording if getattr(row, f"other_{name}"))
            message = f"{which}: differs from version {row.version}, which it shows"
        yield _error("article", f"article {row.id}", message, _BACKUP)
    yield from _keys(inspection, "article", _articles, "key", "key_hash")


def versions(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check that every version has the hash of its text, and that versions are numbered from 1 without a gap."""
    columns = ("id", "article_id", "number", "title", "text", "text_hash")
    for rows in inspection.batches(select(*(_versions.c[name] for name in columns)), _versions.c.id):
        for row in rows:
            if row.text_hash != _text_hash(row.title, row.text):
                where = f"version {row.id}"
                message = f"version {row.number} of article {row.article_id}: text_hash does not match its words"
                yield _error("version", where, message, "the words were changed by hand; restore a backup")
    first, last, number = func.min(_versions.c.number), func.max(_versions.c.number), func.count()
    gaps = select(_versions.c.article_id, first.label("first"), last.label("last"), number.label("number"))
    gaps = gaps.group_by(_versions.c.article_id).having(or_(first != 1, last != number))
    for row in inspection.rows(gaps):
        message = f"{row.number} versions exist, numbered {row.first} to {row.last}: not 1 to {row.number}"
        yield _error("version", f"article {row.article_id}", message, "a version was deleted; restore a backup")


def addresses(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check that every URL is in a legal state, and its lease and article match that state."""
    state, owner, until = _urls.c.state, _urls.c.lease_owner, _urls.c.lease_until
    looked = _urls.c.revisit_at
    leased = or_(owner.is_not(None), until.is_not(None))
    legal = get_args(State)
    faults: list[tuple[ColumnElement[bool], str, str]] = [
        (state.not_in(legal), f"is not a state: {', '.join(legal)}", "set it to 'pending'; it will be fetched again"),
        (and_(state == "done", _urls.c.article_id.is_(None)), "without an article", "set it to 'pending'"),
        (
            and_(state != "pending", leased, or_(state.not_in(FINISHED), looked.is_(None))),
            "with a lease, which only a pending or revisited URL may have",
            "clear the lease",
        ),
        (
            and_(looked.is_not(None), or_(state.not_in(FINISHED), _urls.c.article_id.is_(None))),
            "has a scheduled revisit, which only a URL finished with an article may have",
            "clear revisit_at",
        ),
        (
            owner.is_(None) != until.is_(None),
            "with an incomplete lease: owner and end belong together",
            "clear the lease",
        ),
    ]
    for fault, message, cure in faults:
        for row in inspection.rows(select(_urls.c.id, _urls.c.url, state).where(fault)):
            yield _error("address", f"url {row.id}", f"{row.state!r} {message}: {row.url}", cure)
    yield from _keys(inspection, "address", _urls, "key", "key_hash")
    yield from _keys(inspection, "address", _endpoints, "url", "url_hash")


def _keys(inspection: Inspection, check: str, table: Table, key: str, digest: str) -> Iterator[VerifyFinding]:
    statement = select(table.c.id, table.c[key].label("held"), table.c[digest].label("digest"))
    for rows in inspection.batches(statement, table.c.id):
        for row in rows:
            if row.digest != key_hash(row.held):
                message = f"{digest} is not the SHA-256 of its {key}: {row.held}"
                cure = "it cannot be found by its URL; restore a backup"
                yield _error(check, f"{table.name} {row.id}", message, cure)


def _text_hash(title: str, text: str) -> str:
    """Compute the hash as docs/archive.md defines it, independently, so that a fault in the storing code is found as
    well."""
    return hashlib.sha256(f"{title}\n{text}".encode("utf-8", "surrogatepass")).hexdigest()


def _error(check: str, where: str, message: str, cure: str) -> VerifyFinding:
    return VerifyFinding(check=check, severity="error", where=where, message=message, cure=cure)
