"""The table of parts: the pages of an article on several pages, each with the fetch that proves it."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from storage.database.tables.core import Base
from storage.model.json_records import RemovedRecord


class PartRow(Base):
    """One page of an article; articles on one page have no rows."""

    __tablename__ = "part"

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), primary_key=True)
    #: From 1, as the newspaper numbers its pages.
    number: Mapped[int] = mapped_column(primary_key=True)
    #: The highest number that the page names.
    last: Mapped[int]
    url: Mapped[str]
    text: Mapped[str]
    #: What cleaning took out of this page, as in `version`.
    removed: Mapped[list[RemovedRecord]]
    #: The fetch it was extracted from; None if no page was stored.
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("snapshot.id"))
