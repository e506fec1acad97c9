"""Quiet hours: a part of the day in which no message is sent. Pure."""

import re
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

#: Arabic and Persian digits are digits to `\d` and `int` too.
_WRITTEN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to before `end`, by the clock of a zone; over midnight if `end` is earlier."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours":
        """Read "22:00-07:00". Raises ValueError, with one line."""
        found = _WRITTEN.fullmatch(text.replace(" ", "").replace("\u2013", "-"))
        try:
            numbers = [int(number) for number in found.groups()] if found else [0, 0, 0, 0]
            hours = cls(time(numbers[0], numbers[1]), time(numbers[2], numbers[3]))
        except ValueError:
            hours = cls(time(), time())
        if hours.start == hours.end:
            raise ValueError(f"quiet hours {text!r}: write two times of the day, such as 22:00-07:00")
        return hours

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def covers(self, moment: datetime, zone: ZoneInfo | None) -> bool:
        """Whether an instant lies in them; `zone` None: the zone of this machine."""
        now = moment.astimezone(zone).time()
        if self.start < self.end:
            return self.start <= now < self.end
        return now >= self.start or now < self.end
