"""warraq clean: every shape in and out, the mission's text, learning, bad input."""

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from tests.support.desk import Ended
from warraq.cli.main import run

DATA = Path(__file__).parent / "data" / "clean"
SCRAPED, TITLE, CLEAN = (
    (DATA / f"{name}.txt").read_text(encoding="utf-8").strip("\n") for name in ("article-as-scraped", "title", "clean")
)
FLAT = " ".join(SCRAPED.split())
ROWS: list[dict[str, Any]] = [
    {"source": "a", "content": SCRAPED, "date_extracted": "2015-07-25 01:58:49", "n": 1},
    {"source": "a", "content": FLAT, "date_extracted": "2015-07-25 01:58:49", "n": 2},
]

Clean = Callable[..., Ended]


@pytest.fixture
def clean(capfdbinary: pytest.CaptureFixture[bytes]) -> Clean:
    def call(*arguments: object) -> Ended:
        code = run(["clean", *map(str, arguments)])
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode("utf-8", "replace"), err.decode("utf-8"))

    return call


def packed(shape: str) -> bytes:
    """The rows as a file of a shape."""
    out = io.BytesIO()
    match shape:
        case "jsonl":
            return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS).encode()
        case "json":
            return json.dumps(ROWS, indent=1).encode()
        case "parquet":
            pyarrow.parquet.write_table(pyarrow.Table.from_pylist(ROWS), out)
            return out.getvalue()
        case _:
            text = io.StringIO(newline="")
            rows = csv.DictWriter(text, list(ROWS[0]), delimiter="\t" if shape == "tsv" else ",")
            rows.writeheader()
            rows.writerows(ROWS)
            return text.getvalue().encode()


def read(path: Path, shape: str) -> list[dict[str, Any]]:
    match shape:
        case "jsonl":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        case "json":
            found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
            return found
        case "parquet":
            return pyarrow.parquet.read_table(path).to_pylist()  # type: ignore[no-any-return]
        case _:
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file, delimiter="\t" if shape == "tsv" else ","))


def assert_clean(rows: list[dict[str, Any]]) -> None:
    assert [row["title"] for row in rows] == [TITLE, TITLE]
    assert [row["text"] for row in rows] == [CLEAN, " ".join(CLEAN.split())]
    assert all("شارك المقال" in json.dumps(row["removed"], ensure_ascii=False) for row in rows)
    assert not any(row["published"] for row in rows), "the time of fetching is no date of publication"
    assert [str(row["n"]) for row in rows] == ["1", "2"]
    assert "content" not in rows[0]


def test_the_text_of_the_mission_comes_out_clean(clean: Clean) -> None:
    ended = clean(DATA / "article-as-scraped.txt")
    found = json.loads(ended.out)
    assert (ended.code, found["title"], found["text"]) == (0, TITLE, CLEAN)
    assert found["removed"][0] == {"rule": "phrase", "text": "شارك المقال", "after_line": 0}


@pytest.mark.parametrize("shape", ["jsonl", "json", "csv", "tsv", "parquet"])
def test_every_shape_comes_out_as_it_went_in(clean: Clean, tmp_path: Path, shape: str) -> None:
    (tmp_path / f"in.{shape}").write_bytes(packed(shape))
    assert clean(tmp_path / f"in.{shape}", "-o", tmp_path / "out").code == 0
    assert_clean(read(tmp_path / "out", shape))


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_any_shape_comes_out_as_is_asked_for(clean: Clean, tmp_path: Path, form: str) -> None:
    (tmp_path / "in").write_bytes(packed("json"))
    assert clean(tmp_path / "in", "-f", form, "-o", tmp_path / "out").code == 0
    assert_clean(read(tmp_path / "out", form))


def test_gzip_and_zip_are_unpacked(clean: Clean, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl.gz").write_bytes(gzip.compress(packed("jsonl")))
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as package:
        package.writestr("folder/in.csv", packed("csv"))
        package.writestr("in.parquet", packed("parquet"))
        package.writestr("one.txt", SCRAPED)
    assert_clean([json.loads(line) for line in clean(tmp_path / "in.jsonl.gz").out.splitlines()])
    rows = [json.loads(line) for line in clean(tmp_path / "in.zip", "-f", "jsonl").out.splitlines()]
    assert_clean(rows[:2])
    assert_clean(rows[2:4])
    assert rows[4]["text"] == CLEAN


def test_stdin_is_read(clean: Clean, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        buffer = io.BytesIO(packed("csv"))

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr("sys.stdin", Pipe())
    ended = clean("-f", "jsonl")
    assert_clean([json.loads(line) for line in ended.out.splitlines()])


def test_fields_of_any_name_are_mapped(clean: Clean, tmp_path: Path) -> None:
    row = {"نص": SCRAPED, "رأس": "عنوان آخر", "content": "x"}
    (tmp_path / "in.jsonl").write_text(json.dumps(row), encoding="utf-8")
    found = json.loads(clean(tmp_path / "in.jsonl", "--map", "text=نص,title=رأس").out)
    assert found["title"] == "عنوان آخر"
    assert found["text"].endswith(CLEAN)
    assert found["content"] == "x"


def test_bylines_and_datelines_give_authors_places_agencies_and_dates(clean: Clean, tmp_path: Path) -> None:
    lead = "رفع صاحب السمو الملكي أمير المنطقة شكره وتقديره لخادم الحرمين الشريفين على دعمه للمشروع الجديد."
    rows = [
        {"title": "&quot;موبايلي&quot;", "author": "واس - الرياض", "text": lead, "date": "2015-07-25"},
        {"title": "خبر", "author": "محمد علي", "text": f"الرياض 26 شوال 1436 هـ الموافق 11 أغسطس 2015 م واس\n{lead}"},
    ]
    (tmp_path / "in.json").write_text(json.dumps(rows), encoding="utf-8")
    first, second = json.loads(clean(tmp_path / "in.json").out)
    assert (first["title"], first["authors"], first["place"]) == ('"موبايلي"', [], "الرياض")
    assert (first["agencies"], first["published"]) == (["spa"], "2015-07-25")
    assert (second["authors"], second["agencies"], second["place"]) == (["محمد علي"], ["spa"], "الرياض")
    assert (second["published"], second["text"]) == ("2015-08-11", lead)


def test_what_recurs_in_a_source_goes_from_fifty_texts_on(clean: Clean, tmp_path: Path) -> None:
    def rows(number: int) -> str:
        texts = [
            f"منبر الواحة الحرة\nأعلنت الوزارة رقم {n} عن مشروع {n * 3} في مدينة {chr(0x628 + n % 20) * 3} بعد دراسة طويلة.\n"  # noqa: E501  one value
            f"وقال الوزير إن {n * 17} عاملا سيبدأون العمل في {chr(0x630 + n % 9) * 4} قريبا."
            for n in range(number)
        ]
        return "".join(json.dumps({"source": "واحة", "title": "خبر", "text": text}) + "\n" for text in texts)

    (tmp_path / "many.jsonl").write_text(rows(60), encoding="utf-8")
    (tmp_path / "few.jsonl").write_text(rows(20), encoding="utf-8")
    assert "منبر الواحة" not in texts_of(clean(tmp_path / "many.jsonl"))
    assert "منبر الواحة" in texts_of(clean(tmp_path / "many.jsonl", "--no-learn"))
    assert "منبر الواحة" in texts_of(clean(tmp_path / "few.jsonl"))
    assert "منبر الواحة" not in texts_of(clean(tmp_path / "few.jsonl", "--learn"))


def texts_of(ended: Ended) -> str:
    return "\n".join(json.loads(line)["text"] for line in ended.out.splitlines())


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.jsonl", b'{"text": "x"\n{"text": "y"}\n', "line 1: not JSON"),
        ("a.jsonl", b'[1]\n{"text": "y"}\n', "line 1: no JSON object"),
        ("a.jsonl", b'{"words": "x"}\n', "no field for the text among words; name it: --map text=FIELD"),
        ("a.jsonl", b'{"text": 5}\n', "text: int where text belongs"),
        ("a.json", b'[{"text": "x"}, {"text": ', "element 2: not JSON"),
        ("a.csv", b"title,text\na,b,c\n", "line 2: 3 cells where the header names 2"),
        ("a.csv", "title,text\nعنوان,نص\n".encode("cp1256"), "not UTF-8; convert the file"),
        ("a.jsonl.gz", gzip.compress(b'{"text": "x"}\n' * 9, mtime=0)[:-6], "damaged"),
        ("a.parquet", b"PAR1 and no more", "a.parquet: "),
        ("a.html", b"<html>", "a page or XML; `warraq extract` reads pages"),
        ("a.txt", b"", "the file is empty"),
    ],
)
def test_bad_input_is_one_line_that_says_where_and_what(
    clean: Clean, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    ended = clean(tmp_path / name)
    assert ended.code == 1
    (line,) = [line for line in ended.err.splitlines() if line.strip()]
    assert words in line
    assert name.removesuffix(".gz") in line


def test_a_map_that_names_no_field_of_ours_is_a_mistake_of_the_command_line(clean: Clean) -> None:
    ended = clean(DATA / "title.txt", "--map", "words=content")
    assert ended.code == 2
    assert "FIELD is one of text, title" in ended.err


def test_a_record_among_bad_ones_is_cleaned(clean: Clean, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text("nonsense\n" + json.dumps({"text": SCRAPED}) + "\n", encoding="utf-8")
    ended = clean(tmp_path / "in.jsonl")
    assert ended.code == 1
    assert json.loads(ended.out)["text"] == CLEAN
