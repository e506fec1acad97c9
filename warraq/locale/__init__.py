"""Languages of the interface: gettext catalogues, English in the code and Arabic in `ar/LC_MESSAGES/warraq.po`.

After a change of words: `make messages` collects them and compiles the catalogue; a test fails where that was
forgotten.
"""

import gettext
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["ar", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
#: Name of the catalogue's files.
DOMAIN = "warraq"
FOLDER = Path(__file__).parent


@cache
def translations(language: Language) -> gettext.NullTranslations:
    """Return the catalogue of a language; English returns its keys."""
    if language == "en":
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, localedir=FOLDER, languages=[language])


def preferred(accept_language: str) -> Language:
    """Return the first supported language of an `Accept-Language` header; Arabic if there is none.

    >>> preferred("fr, en-GB;q=0.9, ar;q=0.8"), preferred("de")
    ('en', 'ar')
    """
    ranked = []
    for place, part in enumerate(accept_language.split(",")):
        name, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        ranked.append((-quality, place, name.strip().lower().split("-")[0]))
    for quality, _, name in sorted(ranked):
        for language in LANGUAGES:
            if name == language and quality < 0:
                return language
    return "ar"
