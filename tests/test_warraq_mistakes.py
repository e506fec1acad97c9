"""Wrong uses of commands (tests/data/mistakes.txt): one line, the documented exit code, no traceback."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.small_archive import make_archive
from warraq.cli.main import run
from warraq.locale.speech import speak

TABLE = (Path(__file__).parent / "data/mistakes.txt").read_text(encoding="utf-8")
#: Three words in small Latin letters: a sentence, not a name, an option or a command.
ENGLISH = re.compile(r"(?<![\w/.<\[`-])[a-z]{2,} [a-z]{2,} [a-z]{2,}(?![\w/`-])")
ROWS = [line.rsplit(" | ", 2) for line in TABLE.splitlines() if not line.startswith("#")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive and some files that are none."""
    made = tmp_path_factory.mktemp("mistakes")
    make_archive(made / "archive")
    (made / "file").write_text("نص بلا شيء\n", encoding="utf-8")
    (made / "zero").touch()
    (made / "empty").mkdir()
    return made


@pytest.fixture(autouse=True)
def _english_afterwards() -> Iterator[None]:
    yield
    speak("en")


def _arguments(typed: str) -> list[str]:
    return [one.format(file="file", zero="zero", empty="empty", long="كلمة " * 60) for one in typed.split(" ")]


@pytest.mark.parametrize(("typed", "code", "words"), ROWS, ids=[row[0] for row in ROWS])
def test_a_mistake_is_one_line_with_its_exit_code(
    folder: Path,
    typed: str,
    code: str,
    words: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    arguments = _arguments(typed)
    own = [] if "--archive" in arguments else ["--archive", "archive"]
    before = sorted(path.name for path in folder.iterdir())
    ended = run([*own, *arguments])
    shown = capsys.readouterr()
    first, *hint = shown.err.splitlines()
    assert ended == int(code), shown.err
    assert shown.out == ""
    assert first.startswith("warraq: ")
    assert words in first
    assert [line.split("`")[0].strip() for line in hint] in ([], ["see"])
    assert "Traceback" not in shown.err
    assert sorted(path.name for path in folder.iterdir()) == before, "a mistake makes no file"


@pytest.mark.parametrize("typed", [row[0] for row in ROWS if "--lang" not in row[0]])
def test_a_mistake_is_told_in_arabic(
    folder: Path, typed: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    own = [] if "--archive" in typed.split(" ") else ["--archive", "archive"]
    run(["--lang", "ar", *own, *_arguments(typed)])
    first, *_ = capsys.readouterr().err.splitlines()
    assert re.search("[\u0621-\u064a]{3}", first)
    assert ENGLISH.findall(first) == []


def test_there_are_as_many_as_were_tried() -> None:
    """103 commands were tried by hand; each command of the program is among these."""
    from warraq.cli.main import COMMANDS

    assert len(ROWS) >= 103
    assert COMMANDS.keys() <= {word for typed, _, _ in ROWS for word in typed.split()}
