"""A page is read once, and no visible word of it is lost: each is in the text, in `removed`, or counted as outside."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from pipelines.body.text import body_text
from pipelines.extraction.extract import extract_text, main_text
from pipelines.html.decode import decode
from pipelines.html.dom import Element
from pipelines.html.page_reading import SILENT
from pipelines.html.parsed_page import parse_page

ROOT = Path(__file__).parents[1]
SHARED = ROOT / ".." / "shared"
GOLDEN = sorted((ROOT / "tests" / "golden").glob("*.html"))
PROSE = "وقال المتحدث باسم الوزارة في مؤتمر صحفي إن الأشغال ستنتهي قبل حلول الشتاء وإن الطريق سيفتح أمام الشاحنات {}."
NUMBERS = ["أولا", "ثانيا", "ثالثا", "رابعا", "خامسا", "سادسا"]


def visible(element: Element) -> Iterator[str]:
    """All text that the page shows, told without the reader that is tested."""
    stack: list[Element | str] = [element]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
            continue
        inside = [] if node.tag in SILENT else [node.text or "", *node]
        stack += [node.tail or "", *reversed(inside)] if node is not element else reversed(inside)


def letters(pieces: Iterator[str]) -> Counter[str]:
    counts = Counter("".join("".join(pieces).split()))
    del counts["|"]  # joins the cells of a row
    return counts


def unaccounted(html: str) -> int:
    """Words of the page that are neither in the text nor in `removed` nor counted as outside."""
    parsed = parse_page(html)
    assert parsed.reading is not None
    blocks = parsed.reading.blocks
    assert letters(visible(parsed.body)) == letters(iter([block.text for block in blocks]))
    body = body_text(parsed, read=main_text)
    kept = [line.removeprefix("> ") for line in body.lines]
    kept += [one.text for one in body.removed if one.rule != "outside"]
    outside = sum(int(one.text.split()[0]) for one in body.removed if one.rule == "outside")
    found = sum(len(text.split()) for text in kept)
    whole = sum(block.words for block in blocks)  # the bars that join cells are not the page's, so found may be more
    return max(0, whole - found - outside) if body.lines or body.removed else 0


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_no_word_of_a_golden_page_is_lost(path: Path) -> None:
    assert unaccounted(decode(path.read_bytes(), {}).text) == 0


@pytest.mark.slow
@pytest.mark.parametrize("corpus", ["corpus", "corpus2", "sites"])
def test_no_word_of_a_corpus_is_lost(corpus: str) -> None:
    folder = SHARED / corpus
    if not (folder / "gold.json").exists():
        pytest.skip("no corpus")
    names = sorted(json.loads((folder / "gold.json").read_text(encoding="utf-8")))
    pages = {name: (folder / f"{name.removesuffix('.html')}.html.gz").read_bytes() for name in names}
    lost = {name: unaccounted(gzip.decompress(page).decode("utf-8")) for name, page in pages.items()}
    assert not {name: words for name, words in lost.items() if words}


def article(*blocks: str, count: int = 3) -> list[str]:
    """The lines of an article with these blocks after its first paragraph."""
    lines = [f"<p>{PROSE.format(number)}</p>" for number in NUMBERS[:count]]
    html = f"<h1>عنوان الخبر الطويل</h1><article>{lines[0]}{''.join(blocks)}{''.join(lines[1:])}</article>"
    return list(extract_text(html, "https://example.com/a").lines)


def test_a_table_of_data_is_a_line_a_row_and_its_head_comes_first() -> None:
    rows = [("العملة", "الشراء", "البيع"), ("الدولار", "48.10", "48.20"), ("اليورو", "52.30", "52.45")]
    cells = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    assert article(f"<table>{cells}</table>")[1:4] == [" | ".join(row) for row in rows]


def test_a_table_that_lays_out_the_page_is_paragraphs() -> None:
    long = " ".join(PROSE.format(number) for number in NUMBERS[:5])
    found = article(f"<table><tr><td>{long}</td><td>عمود</td></tr><tr><td>{long}</td><td>عمود</td></tr></table>")
    assert not any(" | " in line for line in found)
    assert long in found


def test_short_lists_definitions_and_subheadings_are_lines_of_their_own() -> None:
    found = article(
        "<h3>ما يلزم</h3><ul><li>سكر</li><li>طحين</li></ul>",
        "<dl><dt>السعر</dt><dd>عشرون ريالا</dd></dl>",
        "<p><b>طريقة التحضير</b></p>",
    )
    assert found[1:7] == ["ما يلزم", "سكر", "طحين", "السعر", "عشرون ريالا", "طريقة التحضير"]


def test_a_subheading_that_comes_again_stays_each_time() -> None:
    again = "<h3>الحكم</h3>"
    assert article(again, f"<p>{PROSE.format('سابعا')}</p>", again).count("الحكم") == 2


def test_a_sentence_full_of_links_stays() -> None:
    links = " و".join(f'<a href="/{number}">هنا في موقع {number}</a>' for number in NUMBERS[:3])
    assert article(f"<p>نشر {links}.</p>")[1].startswith("نشر هنا في موقع أولا")


def test_a_post_set_into_the_article_is_quoted_lines_with_its_author() -> None:
    post = (
        '<blockquote class="twitter-tweet"><p>نعلن افتتاح الجسر الجديد صباح الغد</p>'
        '— وزارة النقل (@transport) <a href="https://t.co/x">5 مارس 2024</a></blockquote>'
    )
    assert article(post)[1:3] == [
        "> نعلن افتتاح الجسر الجديد صباح الغد",
        "> — وزارة النقل (@transport) 5 مارس 2024",
    ]


def test_a_caption_is_kept_beside_the_text() -> None:
    html = f"<article><p>{PROSE.format('أولا')}</p><figure><figcaption>عامل فوق الجسر.</figcaption></figure><p>{PROSE.format('ثانيا')}</p></article>"  # noqa: E501  a template
    body = extract_text(html, "https://example.com/a")
    assert [(one.rule, one.text, one.after_line) for one in body.removed] == [("caption", "عامل فوق الجسر.", 1)]


def test_what_is_outside_of_the_article_is_counted_with_its_bound() -> None:
    html = f"<body><div class='menu2'>خمس كلمات من قائمة الموقع</div><div id='story'><p>{PROSE.format('أولا')}</p><p>{PROSE.format('ثانيا')}</p></div></body>"  # noqa: E501  a template
    outside = [one.text for one in extract_text(html, "https://example.com/a").removed if one.rule == "outside"]
    assert re.match(r"5 words in 1 pieces outside of div#story", outside[0])


def test_a_link_that_was_left_open_does_not_make_the_article_a_link() -> None:
    paragraphs = "".join(f"<p>{PROSE.format(number)}</p>" for number in NUMBERS * 5)
    html = f"<body><header><a href=/home><div>الرئيسية</div><main><h1>عنوان الخبر</h1>{paragraphs}</main></header>"
    body = extract_text(html, "https://example.ma/news/1")
    assert list(body.lines) == [PROSE.format(number) for number in NUMBERS * 5]


def test_what_follows_the_end_of_the_document_is_read() -> None:
    paragraphs = "".join(f"<p>{PROSE.format(number)}</p>" for number in NUMBERS)
    first = "<html><head><title>عنوان</title></head><body><nav>القائمة</nav></body></html>"
    html = f"{first}<html><body><h1>عنوان الخبر</h1>{paragraphs}"
    body = extract_text(html, "https://example.ma/news/1")
    assert list(body.lines) == [PROSE.format(number) for number in NUMBERS]


@pytest.mark.parametrize("path", GOLDEN[:5], ids=lambda path: path.stem)
def test_the_second_extraction_works_on_a_copy_of_the_tree(path: Path) -> None:
    parsed = parse_page(decode(path.read_bytes(), {}).text)
    before = etree.tostring(parsed.tree)
    main_text(parsed.tree)
    assert etree.tostring(parsed.tree) == before
