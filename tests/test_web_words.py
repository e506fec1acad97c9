"""Interface strings: all have an Arabic translation, the compiled catalogue is current, plural forms are correct."""

from pathlib import Path

import pytest

pytest.importorskip("babel", reason="the catalogue is checked with babel")

from babel.messages import Catalog, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from warraq.locale import FOLDER, preferred, translations

ROOT = Path(__file__).parents[1]
OPTIONS = {"extensions": "jinja2.ext.do", "trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def catalogue() -> Catalog:
    with (FOLDER / "ar/LC_MESSAGES/warraq.po").open("rb") as file:
        return read_po(file, locale="ar")


def test_every_word_of_the_interface_has_its_arabic() -> None:
    keywords = extract.DEFAULT_KEYWORDS | {"say": None, "_say": None}
    options = {"**/templates/**.html": OPTIONS}
    found = extract.extract_from_dir(ROOT / "warraq/web", METHODS, options, keywords=keywords)
    words = {message[2][0] if isinstance(message[2], tuple) else message[2] for message in found}
    held = catalogue()
    assert len(words) > 200
    assert [word for word in words if word and not (held.get(word) and all(held.get(word).string or [""]))] == []


def plain(found: Catalog) -> dict[str, list[str]]:
    """Each word with its translation, one for each form of a counted one."""
    return {
        (one.id if isinstance(one.id, str) else one.id[0]): [one.string]
        if isinstance(one.string, str)
        else [*one.string]
        for one in found
        if one.id
    }


def test_the_compiled_catalogue_is_that_of_the_text() -> None:
    with (FOLDER / "ar/LC_MESSAGES/warraq.mo").open("rb") as file:
        assert plain(read_mo(file)) == plain(catalogue()), "run `make messages`"


@pytest.mark.parametrize(
    ("number", "expected"),
    [(0, "لا مقالات"), (1, "مقال واحد"), (2, "مقالان"), (5, "5 مقالات"), (11, "11 مقالًا"), (100, "100 مقال")],
)
def test_counted_nouns_take_their_form(number: int, expected: str) -> None:
    text = translations("ar").ngettext("%(num)d article", "%(num)d articles", number)
    assert (text % {"num": number} if "%" in text else text) == expected


@pytest.mark.parametrize(
    ("header", "language"), [("", "ar"), ("en-US,ar;q=0.5", "en"), ("fr,ar;q=0.9,en;q=0.8", "ar"), ("en;q=x", "ar")]
)
def test_the_browser_s_language_is_taken_where_we_have_it(header: str, language: str) -> None:
    assert preferred(header) == language
