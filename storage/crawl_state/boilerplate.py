"""The table `boilerplate`: blocks learned to recur on a source's pages, with their counts."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from sqlalchemy import Engine, Table, delete, select
from sqlalchemy.orm import Session

from storage.database.engine import translated, utc_now
from storage.database.tables.boilerplate import BoilerplateRow
from storage.database.transactions import Transactions
from storage.database.values import key_hash

_blocks = cast(Table, BoilerplateRow.__table__)
#: Key in the column `evidence`: every article older than the block was cleaned of it.
_SWEPT = "swept"


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedBlock:
    """A block that recurs across a source's articles and is not part of their text."""

    #: Its identity, see `pipelines.boilerplate.recurring`.
    key: str
    #: As last seen on a page.
    example: str
    #: How many articles contained it when it was learned.
    articles: int
    #: First and last day it was seen on, YYYY-MM-DD; None if no article was dated.
    first_day: str | None = None
    last_day: str | None = None
    #: Further private state of the learner.
    evidence: dict[str, object] = field(default_factory=dict)
    #: When it was learned; UTC. None: not stored yet.
    learned_at: datetime | None = None


class Boilerplate:
    """Learned blocks, by source."""

    def __init__(self, engine: Engine, *, clock: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._writer = Transactions(engine)
        self._clock = clock

    def keys(self, source: str) -> frozenset[str]:
        """Return the keys of all learned blocks of a source: extraction strips these."""
        with translated("read learned boilerplate"), self._engine.connect() as connection:
            return frozenset(connection.scalars(select(_blocks.c.block).where(_blocks.c.source_key == source)))

    def blocks(self, source: str) -> list[LearnedBlock]:
        """Return all learned blocks of a source, the most frequent first."""
        order = (BoilerplateRow.articles.desc(), BoilerplateRow.block)
        statement = select(BoilerplateRow).where(BoilerplateRow.source_key == source).order_by(*order)
        with translated("read learned boilerplate"), Session(self._engine) as session:
            return [
                LearnedBlock(
                    key=row.block,
                    example=row.example,
                    articles=row.articles,
                    first_day=row.first_day,
                    last_day=row.last_day,
                    evidence={name: value for name, value in row.evidence.items() if name != _SWEPT},
                    learned_at=row.learned_at,
                )
                for row in session.scalars(statement)
            ]

    def put(self, source: str, blocks: Sequence[LearnedBlock]) -> int:
        """Add learned blocks of a source and update the counts of known ones; return how many are new.

        A learned block stays until `forget`: articles no longer contain it, so it could not be counted again.
        """
        now = self._clock()
        with translated("store learned boilerplate"), self._writer.session() as session:
            known = {
                row.block: row
                for row in session.scalars(select(BoilerplateRow).where(BoilerplateRow.source_key == source))
            }
            for block in blocks:
                row = known.get(block.key)
                if row is None:
                    row = BoilerplateRow(
                        source_key=source, block=block.key, block_hash=key_hash(block.key), learned_at=now
                    )
                    session.add(row)
                swept = {_SWEPT: True} if (row.evidence or {}).get(_SWEPT) else {}
                row.example, row.articles, row.evidence = block.example, block.articles, block.evidence | swept
                row.first_day, row.last_day = block.first_day, block.last_day
            return sum(block.key not in known for block in blocks)

    def unswept(self, source: str) -> frozenset[str]:
        """Return the keys of blocks that earlier articles have not been cleaned of yet."""
        with translated("read learned boilerplate"), self._engine.connect() as connection:
            rows = connection.execute(
                select(_blocks.c.block, _blocks.c.evidence).where(_blocks.c.source_key == source)
            ).all()
        return frozenset(row.block for row in rows if not row.evidence.get(_SWEPT))

    def mark_swept(self, source: str, keys: Collection[str]) -> None:
        """Record that every article of the source was cleaned of these blocks."""
        with translated("store learned boilerplate"), self._writer.session() as session:
            for row in session.scalars(select(BoilerplateRow).where(BoilerplateRow.source_key == source)):
                if row.block in keys:
                    row.evidence = row.evidence | {_SWEPT: True}

    def forget(self, source: str, keys: Sequence[str]) -> int:
        """Forget blocks, all of a source if no key is given; return how many."""
        statement = delete(_blocks).where(_blocks.c.source_key == source)
        if keys:
            statement = statement.where(_blocks.c.block_hash.in_([key_hash(key) for key in keys]))
        with translated("forget learned boilerplate"), self._writer.begin() as connection:
            return connection.execute(statement).rowcount
