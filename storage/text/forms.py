"""The forms of one written word: joined or separated by invisible characters, and ligatures written out.

`بي\u200cبي\u200cسي` is one word to `TOKEN` and three to a reader; `ﷺ` is one letter and four words. The index holds
both forms of such a word, and a query for one of them searches both.
"""

import re
from collections.abc import Iterator

from storage.text.folding import BLANK, TOKEN, analyse, analyse_word, shadow

#: Phrases encoded as one character. Unicode decomposes only the first two.
_LIGATURES = {
    "\ufdfa": "صلى الله عليه وسلم",
    "\ufdfb": "جل جلاله",
    "\ufdfd": "بسم الله الرحمن الرحيم",
    "\ufdfe": "سبحانه وتعالى",
    "\ufdff": "عز وجل",
    "\ufd40": "رحمه الله",
    "\ufd41": "رضي الله عنه",
    "\ufd42": "رضي الله عنها",
    "\ufd43": "رضي الله عنهم",
    "\ufd44": "رضي الله عنهما",
    "\ufd45": "رضي الله عنهن",
    "\ufd46": "صلى الله عليه وآله",
    "\ufd47": "عليه السلام",
    "\ufd48": "عليهم السلام",
    "\ufd49": "عليهما السلام",
    "\ufd4a": "عليه الصلاة والسلام",
    "\ufd4d": "عليها السلام",
    "\ufd4e": "تبارك وتعالى",
    "\ufd4f": "رحمهم الله",
}
#: Zero-width and direction marks, found between words as well as in them. A soft hyphen never separates two words.
_PARTING = "\u061c\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff"
_PARTED = re.compile(f"(?<=\\w)[{_PARTING}]+(?=\\w)")
_LIGATURE = re.compile(f"[{''.join(_LIGATURES)}]")
_SEVERAL = re.compile(f"{_PARTED.pattern}|{_LIGATURE.pattern}")
#: A sign that any word with several forms has: ordinary texts hold none, which a class of letters tells quickly.
_SIGN = re.compile(f"[{_PARTING}{''.join(_LIGATURES)}]")
#: A word of text as `TOKEN` finds it, or a ligature that Unicode classifies as a symbol.
WORD = re.compile(f"{TOKEN.pattern}|{_LIGATURE.pattern}")


def has_forms(text: str) -> bool:
    """Whether any word of a text has more than one form."""
    return _SIGN.search(text) is not None and _SEVERAL.search(text) is not None


def written_out(text: str) -> str:
    """Return the text with a space where an invisible character separates two words, and ligatures as their words.

    >>> written_out("محمد ﷺ")
    'محمد  صلى الله عليه وسلم '
    """
    parted = _PARTED.sub(" ", text)
    return _LIGATURE.sub(lambda found: f" {_LIGATURES[found[0]]} ", parted)


def parts(word: str) -> list[str]:
    """Return the tokens of a word's parts; none where it has only one form."""
    return analyse(written_out(word)) if has_forms(word) else []


def readings(written: str) -> list[tuple[str, ...]]:
    """Return the possible token sequences of a query word, at most two; none if it holds no letter."""
    found = [tuple(analyse(written))]
    if has_forms(written):
        found.append(tuple(analyse(written_out(written))))
    return list(dict.fromkeys(filter(None, found)))


def index_tokens(text: str) -> str:
    """Return what is indexed for a text: its `shadow`, followed by the other forms of its words.

    Each of those has its neighbours around it, so that a phrase finds it, and is separated from what precedes it.
    """
    return " ".join([shadow(text), *_other_forms(text)]) if has_forms(text) else shadow(text)


def _other_forms(text: str) -> Iterator[str]:
    words = WORD.findall(text)
    for place, word in enumerate(words):
        if tokens := parts(word):
            yield from (BLANK, *_tokens(words[place - 1 : place]), *tokens, *_tokens(words[place + 1 : place + 2]))


def _tokens(words: list[str]) -> list[str]:
    return [token for word in words for token in (parts(word) or [analyse_word(word)]) if token]
