"""Tables of near-duplicates: signatures, their bands, the pairs found, and the stories they form."""

from datetime import datetime

from sqlalchemy import BigInteger, Float, ForeignKey, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base, RowId
from storage.model.json_records import CreditRecord


class SignatureRow(Base):
    """The signature of an article's current text."""

    __tablename__ = "signature"

    article_id: Mapped[int] = mapped_column(RowId, ForeignKey("article.id"), primary_key=True, autoincrement=False)
    #: The `storage.model.signature.SCHEME` that it was made with.
    scheme: Mapped[int] = mapped_column(Integer)
    #: Number of words in the folded text.
    words: Mapped[int]
    #: `Signature.packed`.
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    #: Agencies that the text credits, in page order: {"agency": key, "written": words on the page}.
    credits: Mapped[list[CreditRecord]] = mapped_column(default=list)
    updated_at: Mapped[datetime]


class BandRow(Base):
    """One band of one signature. Clustered by its hash: a look-up takes 42 short reads."""

    __tablename__ = "band"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    #: No foreign key: it would cost a look-up per band, and `signature` has one.
    article_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)


class RecentBandRow(Base):
    """A band of a signature that is not in `band` yet: `storage.saving.bands` says when it is moved."""

    __tablename__ = "recent_band"
    __table_args__ = ({"sqlite_with_rowid": False},)

    hash: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    article_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)


class CopyRow(Base):
    """Two near-duplicate articles, detected when one of them was added or changed. Never deleted."""

    __tablename__ = "copy"
    __table_args__ = (Index("ix_copy_other", "other_id"), {"sqlite_with_rowid": False})

    article_id: Mapped[int] = mapped_column(RowId, ForeignKey("article.id"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(RowId, ForeignKey("article.id"), primary_key=True, autoincrement=False)
    #: Jaccard similarity of their shingles at that time, 0 to 1.
    likeness: Mapped[float] = mapped_column(Float)
    found_at: Mapped[datetime]


class StoryRow(Base):
    """The story of an article; an article without a row is its own story."""

    __tablename__ = "story"
    __table_args__ = (Index("ix_story_story", "story_id"),)

    article_id: Mapped[int] = mapped_column(RowId, ForeignKey("article.id"), primary_key=True, autoincrement=False)
    #: The smallest id among the story's articles.
    story_id: Mapped[int] = mapped_column(RowId)
