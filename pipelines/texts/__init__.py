"""Texts that somebody else scraped: read as lines or as one flattened line, cleaned, and dated by their datelines.

Rooms of one pass, in order:

    entities    entities and tags resolved, white space made plain
    dateline    place, date, author and agency before the first sentence
    flattened   furniture inside a text that lost its line breaks
    furniture   furniture that only texts have: SMS lines, e-mail addresses, permalinks, related headlines
    recurring   what recurs in a source, learned from its texts
    read        all of them: `read_text(GivenText) -> ReadText`
"""
