"""Month names by tradition: what a calendar prints, `parse_date` reads; and no name means two months."""

from datetime import datetime

import pytest

from pipelines.dates.months import TRADITIONS, month_names
from pipelines.dates.names import MONTHS, by_name
from pipelines.dates.parse import parse_date

NOW = datetime(2024, 12, 31, 12)


@pytest.mark.parametrize("tradition", TRADITIONS)
@pytest.mark.parametrize("month", range(1, 13))
def test_every_name_that_is_printed_is_read_back_as_its_month(tradition, month):
    name = month_names(tradition)[month - 1]
    assert parse_date(f"17 {name} 2023", now=NOW).isoformat() == f"2023-{month:02}-17"


def test_no_name_means_two_months_so_that_reading_needs_no_hint():
    names = [name.replace(" ", "") for spellings in MONTHS.values() for name in spellings.split("|")]
    assert len(names) == len(set(names)) == len(by_name(MONTHS))


@pytest.mark.parametrize("tradition", TRADITIONS)
def test_a_year_has_twelve_months_of_different_names(tradition):
    assert len(set(month_names(tradition))) == 12
