"""Column types with guarantees that plain columns lack."""

from datetime import UTC, datetime
from typing import TypeAlias

from sqlalchemy import DateTime, Row
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

#: A row whose columns the type checker cannot know: those of a whole table, or more than ten.
TableRow: TypeAlias = "Row[*tuple[object, ...]]"


class UtcDateTime(TypeDecorator[datetime]):
    """An instant. Refuses naive values on write; returns aware UTC values on read.

    SQLite has no time zones and would return naive values for `DateTime(timezone=True)`.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value.isoformat()}: add a time zone")
        utc = value if value.tzinfo is UTC else value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
