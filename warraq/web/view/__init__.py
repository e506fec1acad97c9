"""Values made ready for people: dates, numbers, directions, marks. No HTML is put together from strings here."""
