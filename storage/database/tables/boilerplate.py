"""The table of learned boilerplate."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId


class BoilerplateRow(Base):
    """A text block that recurs across a source's articles, with its counts."""

    __tablename__ = "boilerplate"
    __table_args__ = (UniqueConstraint("source_key", "block_hash"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source_key: Mapped[str] = mapped_column(ForeignKey("source.key"))
    #: Normalised block (`pipelines.words.normal`), and its hash.
    block: Mapped[str]
    block_hash: Mapped[str] = mapped_column(String(64))
    #: The block as last seen on a page.
    example: Mapped[str]
    articles: Mapped[int]
    first_day: Mapped[str | None] = mapped_column(String(10))
    last_day: Mapped[str | None] = mapped_column(String(10))
    #: Further private state of the learner (positions, days).
    evidence: Mapped[dict[str, object]] = mapped_column(default=dict)
    learned_at: Mapped[datetime | None]
