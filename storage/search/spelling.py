"""Words of the archive with a spelling similar to a missing word."""

from rapidfuzz.distance import OSA
from sqlalchemy import Connection, text

from storage.search.vocabulary import make_vocabulary

#: Letters that may differ, by the length of the word: one in a short word, two in a longer one.
_SHORT = 5
#: On PostgreSQL, which has no word list: number of newest articles whose words are read.
_SAMPLE = 3_000
_SQLITE = text(
    """select term, max(doc) as number from temp.search_col
    where col in ('title', 'text') and term >= :first and term < :last group by term"""
)
_POSTGRESQL = text(
    f"""select word as term, ndoc as number
    from ts_stat('select words from search_doc order by sort_at desc limit {_SAMPLE}')
    where word >= :first collate "C" and word < :last collate "C" """  # noqa: S608  a number of ours
)


def near_tokens(connection: Connection, token: str, *, most: int = 3) -> list[str]:
    """Tokens of the index that differ from `token` by a letter or two, nearest first, then most frequent.

    Words with a different first letter are considered only if none has the same.
    """
    for first, last in ((token[0], chr(ord(token[0]) + 1)), ("", "\U0010ffff")):
        if found := _nearest(token, _words(connection, first, last), most):
            return found
    return []


def _words(connection: Connection, first: str, last: str) -> dict[str, int]:
    """Tokens between two bounds, with the number of articles that have them."""
    if connection.dialect.name == "sqlite":
        make_vocabulary(connection, "col")
        rows = connection.execute(_SQLITE, {"first": first, "last": last})
    else:
        rows = connection.execute(_POSTGRESQL, {"first": first, "last": last})
    return {row.term: row.number for row in rows}


def _nearest(token: str, words: dict[str, int], most: int) -> list[str]:
    bound = 1 if len(token) <= _SHORT else 2
    distances = ((OSA.distance(token, word, score_cutoff=bound), -number, word) for word, number in words.items())
    return [word for distance, _, word in sorted(distances) if 0 < distance <= bound][:most]
