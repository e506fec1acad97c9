"""Plain English: words that marked the former private style of this project stay out of comments, docstrings and docs.

Quotations and code are not checked. Words with a plain use of their own ("stands", "told", "said", "lies") are left to
the reviewer; every marked word has a synonym, so there are no exceptions.
"""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("warraq", "crawler", "pipelines", "storage")

#: Word or phrase -> what to write instead.
MARKED = {
    "anew": "again",
    "beside": "next to, with, in addition to",
    "whoever": "name the process or the user",
    "whosoever": "name the process or the user",
    "in hand": "claimed, running, in progress",
    "of late": "recently",
    "is no more": "no longer exists, HTTP 404 or 410",
    "are no more": "no longer exist",
    "nobody": "no process, no user, no one",
    "somebody": "a user, a process, another person",
    "thereof": "of it",
    "of old": "formerly",
    "for ever": "forever, continuously",
    "lies in wait": "waits",
    "takes it that": "assumes that",
    "is told of": "receives, is notified of",
    "a look at": "a poll, a revisit, a check",
    "stands still": "is stopped",
}
_PATTERN = re.compile(rf"\b(?:{'|'.join(map(re.escape, MARKED))})\b", re.IGNORECASE)
#: Code and quotations, whose words are not ours.
_QUOTED = re.compile(r"``[^`]*``|`[^`]*`|\"[^\"]*\"|«[^»]*»")
_FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def marked_words(text: str) -> list[str]:
    """Return the marked words of a text, without quotations and code."""
    return _PATTERN.findall(_QUOTED.sub("", text))


def prose_of(source: str) -> Iterator[tuple[int, str]]:
    """Yield line number and text of every docstring and comment of a file that has a marked word at all."""
    if not _PATTERN.search(source):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            if text is not None:
                yield node.body[0].lineno, text
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Make the index anew.", ["anew"]),
        ("Steps in hand are released.", ["in hand"]),
        ('The rule `beside` and "nobody" are quoted.', []),
        ("Rebuild the index.", []),
    ],
)
def test_marked_words_are_found_outside_of_quotations(text: str, found: list[str]) -> None:
    assert marked_words(text) == found


@pytest.mark.parametrize("package", PACKAGES)
def test_docstrings_and_comments_are_plain_english(package: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {word!r}; write: {MARKED[word.lower()]}"
        for path in sorted((ROOT / package).rglob("*.py"))
        for line, text in prose_of(path.read_text("utf-8"))
        for word in marked_words(text)
    ]
    assert found == []


def test_documentation_is_plain_english() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    assert len(pages) > 20
    found = [
        f"{page.relative_to(ROOT)}: {word!r}; write: {MARKED[word.lower()]}"
        for page in sorted(pages)
        for word in marked_words(_FENCE.sub("", page.read_text("utf-8")))
    ]
    assert found == []


def test_comments_of_source_files_are_plain_english() -> None:
    files = sorted((ROOT / "crawler" / "sources" / "catalogue").glob("*.toml"))
    assert len(files) > 300
    found = [
        f"{path.name}: {word!r}; write: {MARKED[word.lower()]}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("#")
        for word in marked_words(line)
    ]
    assert found == []
