"""Moment: a date and time that prints at the precision of a newspaper, the minute."""

from datetime import date, datetime, tzinfo


class Moment(datetime):
    """A datetime whose `isoformat()` leaves out seconds that are zero; naive where no offset is known.

    >>> Moment(2024, 1, 5, 9, 7).isoformat()
    '2024-01-05T09:07'
    """

    def isoformat(self, sep: str = "T", timespec: str = "auto") -> str:
        """Return ISO 8601; "auto" means seconds only where they are not zero, and never microseconds."""
        if timespec == "auto":
            timespec = "seconds" if self.second else "minutes"
        return super().isoformat(sep, timespec)

    @classmethod
    def of(cls, value: datetime) -> "Moment":
        """Return the same time to the second."""
        return cls(
            value.year,
            value.month,
            value.day,
            value.hour,
            value.minute,
            value.second,
            tzinfo=value.tzinfo,
            fold=value.fold,
        )

    @classmethod
    def on(cls, day: date, hour: int, minute: int, second: int = 0, zone: tzinfo | None = None) -> "Moment":
        """Return a time of day on a day."""
        return cls(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
