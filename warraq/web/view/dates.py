"""Dates and times in Arabic and English, in the form newspapers print."""

from datetime import UTC, date, datetime, timedelta
from gettext import NullTranslations


def _(word: str) -> str:
    """Mark a string for the gettext catalogue; it is translated when used."""
    return word


MONTHS = (
    _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
    _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
)  # fmt: skip
#: Monday first, as `date.weekday` counts.
WEEKDAYS = (
    _("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday"),
)  # fmt: skip


class Dates:
    """Formats dates in one language."""

    def __init__(self, words: NullTranslations) -> None:
        self._say = words.gettext

    def day(self, day: date) -> str:
        """ "5 January 2024"."""
        return f"{day.day} {self._say(MONTHS[day.month - 1])} {day.year}"

    def weekday(self, day: date) -> str:
        """ "Friday, 5 January 2024"."""
        comma = self._say(", ")
        return f"{self._say(WEEKDAYS[day.weekday()])}{comma}{self.day(day)}"

    def month(self, month: str) -> str:
        """YYYY-MM as "January 2024"."""
        year, _, number = month.partition("-")
        return f"{self._say(MONTHS[int(number) - 1])} {year}" if number.isdecimal() else year

    def month_name(self, month: int) -> str:
        """Return the name of a month, 1 to 12."""
        return self._say(MONTHS[month - 1])

    def stated(self, iso: str | None) -> str:
        """Format a publication date at its stated precision and zone; "no date" for None."""
        if iso is None:
            return self._say(_("no date"))
        day = self.day(date.fromisoformat(iso[:10]))
        return f"{day}{self._say(', ')}{iso[11:16]}" if len(iso) > 10 else day

    def instant(self, moment: datetime) -> str:
        """Format a time in UTC, to the minute."""
        moment = moment.astimezone(UTC)
        return f"{self.day(moment.date())}{self._say(', ')}{moment:%H:%M} UTC"

    def ago(self, moment: datetime, now: datetime) -> str:
        """Format an elapsed time in its largest unit."""
        seconds = max((now - moment).total_seconds(), 0.0)
        units = (
            (timedelta(days=1), "{n} d ago"),
            (timedelta(hours=1), "{n} h ago"),
            (timedelta(minutes=1), "{n} min ago"),
        )
        for unit, form in units:
            if seconds >= unit.total_seconds():
                return self._say(form).format(n=int(seconds // unit.total_seconds()))
        return self._say(_("just now"))


# Strings used by `Dates.ago`, for the catalogue.
_AGO = (_("{n} d ago"), _("{n} h ago"), _("{n} min ago"))
