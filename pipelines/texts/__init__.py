"""Texts scraped by others: cleaned, whether they have line breaks or not, and dated by their datelines.

The steps, in order:

    entities    resolve entities and tags, normalise white space
    dateline    place, date, author and agency before the first sentence
    flattened   page furniture inside a text without line breaks
    furniture   furniture found only in texts: SMS lines, e-mail addresses, permalinks, related headlines
    recurring   boilerplate learned from the source's texts
    read        all steps: `read_text(GivenText) -> ReadText`
"""
