"""Errors of all floors in the language of the person: their English is matched against the sentences of the catalogue.

The floors below know no catalogue, and an error carries one English line. The catalogue holds each such line as it is
written in the code, `{path}: no such file`; what stands in place of a field is kept, or translated where it is such
a line itself.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from warraq.locale import Language, translations
from warraq.locale.speech import field_names, isolated, spoken

#: Two English words in a row: something that was not translated.
_ENGLISH = re.compile("[a-z]+ (?=[a-z]+)")
#: Fields that hold a key or the name of a command, which may also be a word of the catalogue.
_NAMES = frozenset({"one", "two", "three"})
#: A template with fewer letters between its fields would match anything.
_LETTERS = 4


@dataclass(frozen=True, slots=True)
class ErrorTemplate:
    """A sentence with fields, compiled."""

    pattern: re.Pattern[str]
    #: Letters outside the fields; of two templates that match, the longer is meant.
    letters: int
    translation: str


def in_words(message: str, language: Language | None = None) -> str:
    """An English line in a language, by default that of the process; as it is where the catalogue does not have it."""
    language = language or spoken()
    return message if language == "en" else _translated(message, language) or message


def _translated(message: str, language: Language) -> str | None:
    """The best translation of a line: the one that leaves the fewest English words; None where there is none."""
    whole = translations(language).gettext(message)
    if whole != message:
        return whole
    found = [*_by_template(message, language), *_by_its_end(message, language)]
    return min(found, key=lambda text: len(_ENGLISH.findall(text)), default=None)


def _by_template(message: str, language: Language) -> Iterator[str]:
    for template in _templates(language):
        if found := template.pattern.fullmatch(message):
            values = {
                name: isolated(text, language) if name in _NAMES else _value(text, language)
                for name, text in found.groupdict().items()
            }
            yield template.translation.format(**values)


def _by_its_end(message: str, language: Language) -> Iterator[str]:
    """A line that only names a place before its sentence, `WARRAQ_DELAY = 'x': write a number`."""
    place, colon, sentence = message.rpartition(": ")
    translated = _translated(sentence, language) if colon and place else None
    if translated is not None:
        yield f"{_value(place, language)}: {translated}"


def _value(text: str, language: Language) -> str:
    return _translated(text, language) or isolated(text, language) if text.strip() else text


@cache
def _templates(language: Language) -> tuple[ErrorTemplate, ...]:
    """The catalogue's sentences with fields, the most specific first."""
    catalogue: dict[Any, str] = getattr(translations(language), "_catalog", {})  # gettext has no other way to list them
    made = [
        _compiled(msgid, translation)
        for msgid, translation in catalogue.items()
        if isinstance(msgid, str) and "{" in msgid and _are_distinct(field_names(msgid))
    ]
    fit = (template for template in made if template.letters >= _LETTERS)
    return tuple(sorted(fit, key=_rank))


def _rank(template: ErrorTemplate) -> tuple[int, int, bool]:
    """Order templates: most letters first, then most fields, then those whose fields say what they hold."""
    return -template.letters, -template.pattern.groups, "field1" in template.pattern.groupindex


def _are_distinct(names: list[str] | None) -> bool:
    return names is not None and 0 < len({*names}) == len(names)


def _compiled(msgid: str, translation: str) -> ErrorTemplate:
    parts = re.split(r"\{(\w+)\}", msgid)
    literals, names = parts[::2], parts[1::2]
    pattern = re.escape(literals[0])
    for name, literal in zip(names, literals[1:], strict=True):
        pattern += f"(?P<{name}>.*?)" + re.escape(literal)
    letters = sum(letter.isalpha() for literal in literals for letter in literal)
    return ErrorTemplate(re.compile(pattern, re.DOTALL), letters, translation)
