"""Check the database itself: its pages, its schema, its search index, and every reference between rows."""

from collections.abc import Iterator

from sqlalchemy import Column, ColumnElement, Table, exists, func, inspect, select, text

from storage.database.engine import sqlite_driver
from storage.database.migrate import HEAD
from storage.database.tables.every import Base
from storage.search.engines import search_engine
from storage.verify.base import Inspection, VerifyFinding

_BROKEN_KEYS = text("select * from pragma_foreign_key_check(:name)")
#: Articles' numbers up to which those that exist are marked in memory, a byte each.
_MOST_MARKS = 100_000_000
_REINDEX = "run `delete from search_meta` in the database; the next command rebuilds the index, no article is lost"
_RESTORE = "restore a backup of archive.db, or export what is still readable"


def pages(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Run SQLite's integrity check; PostgreSQL checks itself."""
    with inspection.archive.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        problems = [line for line in connection.scalars(text("pragma quick_check")) if line != "ok"]
    for line in problems:
        yield VerifyFinding(check="database", severity="error", where="archive.db", message=str(line), cure=_RESTORE)


def schema(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check that the schema is the one of this program."""
    with inspection.archive.reading() as connection:
        there = inspect(connection).has_table("alembic_version")
        found = connection.scalar(text("select version_num from alembic_version")) if there else None
    if found != HEAD:
        yield VerifyFinding(
            check="schema",
            severity="error",
            where="alembic_version",
            message=f"the archive has schema {found}, this program has {HEAD}; nothing else was checked",
            cure="verify with the program that wrote it; or open it once with `warraq stats`, "
            "which upgrades an older schema",
        )


def search(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Check that the search index is intact and contains every article in its current form."""
    # Uses a connection of its own: the FTS5 check is formally a write statement, and must be rolled back.
    with inspection.archive.reading() as connection:
        problems = search_engine(connection).check(connection)
        connection.rollback()
    for line in problems:
        yield VerifyFinding(
            check="search",
            severity="error",
            where="search",
            message=line,
            cure=_REINDEX,
        )


def references(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Find rows that refer to missing rows."""
    for table in Base.metadata.sorted_tables:
        for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
            yield from _orphans(inspection, key.parent, key.column)
        inspection.progress(table.name, 0)
    yield from _check_bands(inspection)
    yield from _check_other_tables(inspection)
    yield from _stories(inspection)


def _orphans(inspection: Inspection, child: "Column[object]", parent: "Column[object]") -> Iterator[VerifyFinding]:
    table, named = child.table, parent.table
    assert isinstance(table, Table)
    assert isinstance(named, Table)
    other = named.alias("other")
    there: ColumnElement[bool] = exists().where(other.c[parent.name] == child)
    keys = list(table.primary_key.columns)
    for row in inspection.rows(select(*keys, child.label("named")).where(child.is_not(None), ~there)):
        yield _orphan(place(table, row), child, named, row.named)


def _orphan(where: str, child: "Column[object]", parent: Table, named: object) -> VerifyFinding:
    return VerifyFinding(
        check="reference",
        severity="error",
        where=where,
        message=f"{child.name} refers to {parent.name} {named}, which is missing",
        cure=f"restore the {parent.name} row from a backup, or delete this one",
    )


def _check_bands(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Find bands of missing articles: a band refers to its article without a foreign key, for speed.

    Bands are in the order of their hashes, some forty an article: to look each of them up in SQLite would read the
    articles forty times, at random.
    """
    articles = Base.metadata.tables["article"]
    tables = [Base.metadata.tables[name] for name in ("band", "recent_band")]
    with inspection.archive.reading() as connection:
        last = connection.scalar(select(func.max(articles.c.id))) or 0
        if connection.dialect.name == "sqlite" and last <= _MOST_MARKS:
            driver = sqlite_driver(connection)
            there = bytearray(last + 1)
            for (number,) in driver.execute("select id from article where id >= 0"):
                there[number] = 1
            for bands in tables:
                for digest, number in driver.execute(f"select hash, article_id from {bands.name}"):  # noqa: S608 - ours
                    if not 0 <= number <= last or not there[number]:
                        where = f"{bands.name} hash={digest} article_id={number}"
                        yield _orphan(where, bands.c.article_id, articles, number)
            return
    for bands in tables:
        yield from _orphans(inspection, bands.c.article_id, articles.c.id)


def _check_other_tables(inspection: Inspection) -> Iterator[VerifyFinding]:
    """Do the same for tables outside the models (the search index), where SQLite knows them."""
    with inspection.archive.reading() as connection:
        if connection.dialect.name != "sqlite":
            return
        others = sorted({*inspect(connection).get_table_names()} - {*Base.metadata.tables})
        problems = [row for name in others for row in connection.execute(_BROKEN_KEYS, {"name": name})]
    for table, rowid, parent, _ in problems:
        yield VerifyFinding(
            check="reference",
            severity="error",
            where=f"{table} {rowid}",
            message=f"refers to a missing row of {parent}",
            cure=_REINDEX,
        )


def _stories(inspection: Inspection) -> Iterator[VerifyFinding]:
    """A story is named for its smallest article. An exported part of an archive may lack that one: not an error."""
    articles, stories = Base.metadata.tables["article"].alias("other"), Base.metadata.tables["story"]
    there = exists().where(articles.c.id == stories.c.story_id)
    for row in inspection.rows(select(*stories.c).where(~there)):
        yield VerifyFinding(
            check="reference",
            severity="note",
            where=f"story article_id={row.article_id}",
            message=f"its story is named for article {row.story_id}, which is not in this archive",
            cure="nothing, if this archive is an exported part of another; else restore a backup",
        )


def place(table: Table, row: object) -> str:
    """Format a row by its table and primary key: "url 12", "copy article_id=1 other_id=2"."""
    keys = [column.name for column in table.primary_key.columns]
    if keys in (["id"], ["key"]):
        return f"{table.name} {getattr(row, keys[0])}"
    return " ".join([table.name, *(f"{key}={getattr(row, key)}" for key in keys)])
