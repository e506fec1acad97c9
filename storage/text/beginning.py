"""The beginning of a text, for lists."""


def beginning(text: str, length: int = 220) -> str:
    """Return the beginning of a text on one line, cut between two words.

    >>> beginning("خبر أول\\nثم ثان", 9)
    'خبر أول …'
    """
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    cut = line[: length + 1].rpartition(" ")[0] or line[:length]
    return f"{cut.rstrip('،, ')} …"
