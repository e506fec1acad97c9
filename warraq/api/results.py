"""Results: rows that are read when they are iterated, and turn into dictionaries or a pandas DataFrame."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, TypeVar

from storage.errors import ConfigError
from storage.export.columns import Record

if TYPE_CHECKING:
    from pandas import DataFrame

T = TypeVar("T")

#: Columns that pandas should hold as timestamps; both name instants in UTC.
_INSTANTS = ("published_at", "fetched_at", "first_seen_at", "changed_at", "withdrawn_at", "at", "after")


class Results(Generic[T]):
    """Values from the archive, in the requested order.

    Each iteration reads them again, one batch in memory at a time.
    """

    def __init__(self, read: Callable[[], Iterator[T]], *, record: Callable[[T], Record]) -> None:
        self._read = read
        self._record = record

    def __iter__(self) -> Iterator[T]:
        return self._read()

    def first(self) -> T | None:
        """Return the first value; None if there is none."""
        return next(iter(self), None)

    def to_dicts(self) -> list[Record]:
        """One dictionary a value, with plain Python values as in JSON; instants are ISO 8601 in UTC."""
        return [self._record(value) for value in self]

    def to_pandas(self) -> "DataFrame":
        """A DataFrame with one row a value; instants become timestamps in UTC, unknown ones NaT.

        Raises ConfigError where pandas is not installed.
        """
        try:
            import pandas
        except ImportError as error:
            raise ConfigError("to_pandas needs pandas; install it with `pip install pandas`") from error
        frame = pandas.DataFrame(self.to_dicts())
        for name in frame.columns.intersection(list(_INSTANTS)):
            frame[name] = pandas.to_datetime(frame[name], utc=True, format="ISO8601")
        return frame
