"""Whether the database itself is sound: its pages, its schema, its search index, and every row that names another."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, exists, inspect, select, text

from storage.database.migrate import HEAD
from storage.database.tables.core import Base
from storage.search import search_engine
from storage.verify.base import Inspection, VerifyFinding

#: Columns that name an article without a foreign key in the database, for speed.
_UNDECLARED = ("band.article_id",)
_REINDEX = "say `delete from search_meta` in the database; the next command makes the index anew, no article is lost"
_RESTORE = "restore a backup of archive.db, or export what can still be read"


def pages(inspection: Inspection) -> Iterator[VerifyFinding]:
    """SQLite's own look at its file; PostgreSQL looks after its own."""
    with inspection.archive.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        told = [line for line in connection.scalars(text("pragma quick_check")) if line != "ok"]
    for line in told:
        yield VerifyFinding(check="database", severity="error", where="archive.db", message=str(line), cure=_RESTORE)


def schema(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Whether the tables are those that this program knows."""
    with inspection.archive.reading() as connection:
        there = inspect(connection).has_table("alembic_version")
        found = connection.scalar(text("select version_num from alembic_version")) if there else None
    if found != HEAD:
        yield VerifyFinding(
            check="schema",
            severity="error",
            where="alembic_version",
            message=f"the archive has schema {found}, this program has {HEAD}; nothing else was checked",
            cure="verify with the program that wrote it; or open it once with `warraq stats`, which upgrades an older one",
        )


def search(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Whether the search index is whole and holds every article as it now stands."""
    # A connection of its own: FTS5 is asked by a statement that has the form of a write, and nothing may be kept of it.
    with inspection.archive.reading() as connection:
        told = search_engine(connection).check(connection)
        connection.rollback()
    for line in told:
        yield VerifyFinding(
            check="search",
            severity="error",
            where="search",
            message=line,
            cure=_REINDEX,
        )


def references(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Rows that name a row that is not there."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            yield from _orphans(inspection, key.parent, key.column)
        inspection.progress(table.name, 0)
    articles = Base.metadata.tables["article"]
    for name in _UNDECLARED:
        table_name, column = name.split(".")
        yield from _orphans(inspection, Base.metadata.tables[table_name].c[column], articles.c.id)
    yield from _others(inspection)
    yield from _stories(inspection)


def _orphans(inspection: Inspection, child: "Column[Any]", parent: "Column[Any]") -> Iterator[VerifyFinding]:
    table = child.table
    assert isinstance(table, Table)
    other = parent.table.alias("other")
    there: ColumnElement[bool] = exists().where(other.c[parent.name] == child)
    keys = list(table.primary_key.columns)
    for row in inspection.rows(select(*keys, child.label("named")).where(child.is_not(None), ~there)):
        yield VerifyFinding(
            check="reference",
            severity="error",
            where=place(table, row),
            message=f"{child.name} names {parent.table.name} {row.named}, which is not there",
            cure=f"restore the {parent.table.name} row from a backup, or delete this one",
        )


def _others(inspection: Inspection) -> Iterator[VerifyFinding]:
    """The same for tables that are not among the models (the search index), where SQLite knows them."""
    with inspection.archive.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        told = connection.execute(text("pragma foreign_key_check")).all()
    for table, rowid, parent, _ in told:
        if table not in Base.metadata.tables:
            yield VerifyFinding(
                check="reference",
                severity="error",
                where=f"{table} {rowid}",
                message=f"names a row of {parent} that is not there",
                cure=_REINDEX,
            )


def _stories(inspection: Inspection) -> Iterator[VerifyFinding]:
    """A story is called by its smallest article. A part of an archive may leave that one behind: no error."""
    articles, stories = Base.metadata.tables["article"].alias("other"), Base.metadata.tables["story"]
    there = exists().where(articles.c.id == stories.c.story_id)
    for row in inspection.rows(select(*stories.c).where(~there)):
        yield VerifyFinding(
            check="reference",
            severity="note",
            where=f"story article_id={row.article_id}",
            message=f"its story is called {row.story_id}, an article that is not in this archive",
            cure="nothing, if this archive is an exported part of another; else restore a backup",
        )


def place(table: Table, row: Any) -> str:
    """A row by its table and primary key: "url 12", "copy article_id=1 other_id=2"."""
    keys = [column.name for column in table.primary_key.columns]
    if keys in (["id"], ["key"]):
        return f"{table.name} {getattr(row, keys[0])}"
    return " ".join([table.name, *(f"{key}={getattr(row, key)}" for key in keys)])
