"""Dates as Arabic newsrooms write them: `parse.parse_date` returns a `moment.Moment`.

letters   normalise the text: ASCII digits, one spelling per letter, no invisible characters
machine   ISO 8601, RFC 3339 without frills, epoch numbers
clock     the time of day and the offset, taken out of the text
day       the calendar day: Gregorian under seven sets of month names, or Hijri
relative  "منذ 3 ساعات", "أمس الساعة 10:45 مساءً"
parse     asks them in that order
"""
