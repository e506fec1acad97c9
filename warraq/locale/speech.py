"""The language that this process speaks to the person at its terminal, and the sentences of commands in it.

A sentence is English in the code. `say` and `count` translate it; `make messages` collects what they are given.
"""

from string import Formatter
from typing import Final

from warraq.locale import Language, translations

#: Variables that name the locale of messages, the first that is set counts (POSIX).
LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
#: First-strong isolate and its end: what lies between does not reorder the text around it.
_ISOLATE, _END = "\u2068", "\u2069"


class _Spoken:
    """The language of this process: one, as its locale is."""

    language: Language = "en"


def speak(language: Language) -> None:
    """From now on, say everything in this language."""
    _Spoken.language = language


def spoken() -> Language:
    """The language in which commands speak."""
    return _Spoken.language


def language_of_locale(variables: dict[str, str]) -> Language:
    """The language of a locale, from the variables of POSIX: Arabic or English.

    >>> language_of_locale({"LANG": "ar_MA.UTF-8"}), language_of_locale({"LANG": "ar", "LC_ALL": "C"})
    ('ar', 'en')
    """
    name = next((variables[name] for name in LOCALE_VARIABLES if variables.get(name)), "")
    return "ar" if name.split("_")[0].split(".")[0] == "ar" else "en"


def say(text: str, **values: object) -> str:
    """Translate a sentence and put the values in place of its `%(name)s`; in Arabic each is isolated.

    >>> say("written to %(path)s", path="a.jsonl")
    'written to a.jsonl'
    """
    translated = translations(spoken()).gettext(text) if text else ""
    return _filled(translated, values) if values else translated


def count(number: int, one: str, many: str, **values: object) -> str:
    """Translate a sentence about a number, `%(num)s` in it, in the form that the number takes.

    >>> count(1, "%(num)s page", "%(num)s pages"), count(1200, "%(num)s page", "%(num)s pages")
    ('1 page', '1200 pages')
    """
    return _filled(translations(spoken()).ngettext(one, many, number), {"num": number, **values})


def numbered(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 day", "2 days". `many`: the plural, unless it is `one` with an s."""
    return count(number, f"%(num)s {one}", f"%(num)s {many or one + 's'}")


def isolated(value: object, language: Language | None = None) -> str:
    """A value for the middle of a sentence: in Arabic between isolates, unless it is a number."""
    text = str(value)
    if (language or spoken()) == "en" or isinstance(value, int) or not text:
        return text
    return f"{_ISOLATE}{text}{_END}"


def field_names(template: str) -> list[str] | None:
    """Names of the `{fields}` of a template; None where its braces are no fields."""
    try:
        names = [name for _, name, _, _ in Formatter().parse(template) if name is not None]
    except ValueError:
        return None
    return names if all(name.isidentifier() for name in names) else None


def _filled(text: str, values: dict[str, object]) -> str:
    shown = {name: value if isinstance(value, int) else isolated(value) for name, value in values.items()}
    return text % shown if "%(" in text else text
