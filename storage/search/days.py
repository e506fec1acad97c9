"""Days of publication as people type them."""

import calendar
import re
from datetime import date

from storage.search.expression import QueryError
from storage.text.folding import normalise

_DAY = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2}))?)?")


def read_day(text: str, *, last: bool) -> date:
    """Read a year, month or day ("2024", "٢٠٢٤-٠٥", "2024-05-01") as its first day, or its last.

    Raises: QueryError where it is none of these.
    """
    match = _DAY.fullmatch(normalise(text))
    if match is None:
        raise QueryError(f"{text!r} is not a date; write 2024, 2024-05 or 2024-05-01")
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        first = date(year or 0, month or (12 if last else 1), 1)
        return first.replace(day=day or (calendar.monthrange(first.year, first.month)[1] if last else 1))
    except ValueError as error:
        raise QueryError(f"{text!r} is not a day of the calendar; write 2024, 2024-05 or 2024-05-01") from error
