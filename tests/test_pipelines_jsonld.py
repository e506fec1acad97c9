"""JSON-LD as sites really print it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pipelines.html import jsonld


def page(*blocks: str, type: str = "application/ld+json") -> html.HtmlElement:
    scripts = "".join(f'<script type="{type}">{block}</script>' for block in blocks)
    parser = html.HTMLParser(remove_comments=True, remove_pis=True)
    return html.document_fromstring(f"<html><head>{scripts}</head><body><p>نص</p></body></html>", parser=parser)


BROKEN = {
    "as it should be": '{"@type": "NewsArticle", "headline": "خبر أول"}',
    "raw newline in a string": '{"@type": "NewsArticle", "headline": "خبر أول", "description": "سطر\nثان\tوثالث"}',
    "trailing commas": '{"@type": "NewsArticle", "headline": "خبر أول", "keywords": ["a", "b",],}',
    "double comma": '{"@type": "NewsArticle",, "headline": "خبر أول"}',
    "html comment": '<!-- {"@type": "NewsArticle", "headline": "خبر أول"} -->',
    "cdata": '//<![CDATA[\n{"@type": "NewsArticle", "headline": "خبر أول"}\n//]]>',
    "cdata in a block comment": '/*<![CDATA[*/{"@type": "NewsArticle", "headline": "خبر أول"}/*]]>*/',
    "semicolon": '{"@type": "NewsArticle", "headline": "خبر أول"};',
    "array": '[{"@type": "WebSite"}, {"@type": "NewsArticle", "headline": "خبر أول"}]',
    "graph": '{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "headline": "خبر أول"}]}',
    "main entity": '{"@type": "WebPage", "mainEntity": {"@type": "NewsArticle", "headline": "خبر أول"}}',
    "two values": '{"@type": "WebSite"}\n{"@type": "NewsArticle", "headline": "خبر أول"}',
    "two values with a comma": '{"@type": "WebSite"},{"@type": "NewsArticle", "headline": "خبر أول"}',
    "unescaped quotes": '{"@type": "NewsArticle", "description": "قال "نعم" أمس, ثم "لا"", "headline": "خبر أول"}',
    "unknown escapes": '{"@type": "NewsArticle", "url": "a\\/b", "description": "it\\\'s \\d", "headline": "خبر أول"}',
    "paragraph tags": '<p>{<br />\n"@type": "NewsArticle",<br />\n"headline": "خبر أول"}</p>',
    "entities for quotes": "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;headline&quot;: &quot;خبر أول&quot;}",
    "byte order mark": '\ufeff{"@type": "NewsArticle", "headline": "خبر أول"}',
    "escaped letters": '{"@type": "http://schema.org/NewsArticle", "headline": "\\u062e\\u0628\\u0631 أول"}',
    "entity in a string": '{"@type": "schema:NewsArticle", "headline": "خبر&#32;أول"}',
    "bad block before": "{nonsense",
}


@pytest.mark.parametrize("block", BROKEN.values(), ids=BROKEN)
def test_an_article_is_read_from_json_as_sites_print_it(block: str) -> None:
    tree = page(block, '{"@type": "NewsArticle", "headline": "خبر أول"}' if block == BROKEN["bad block before"] else "")
    found = jsonld.article(jsonld.objects(tree))
    assert found is not None
    assert found["headline"] == "خبر أول"


def test_an_ampersand_in_an_address_is_not_an_entity() -> None:
    (found,) = jsonld.objects(page('{"url": "https://a.test/?x=1&copy=2&amp;y=3"}'))
    assert found["url"] == "https://a.test/?x=1&copy=2&y=3"


def test_the_kind_of_script_is_told_in_any_spelling() -> None:
    assert jsonld.objects(page('{"a": 1}', type="application/ld+json; charset=utf-8"))
    assert jsonld.objects(page('{"a": 1}', type="text/javascript")) == []


@pytest.mark.fault("A42")
@pytest.mark.parametrize("number", ["9223372036854775808", "1e999", "NaN", "-Infinity", "9" * 5000])
def test_numbers_that_no_field_can_hold_are_unknown(number: str) -> None:
    (found,) = jsonld.objects(page(f'{{"wordCount": {number}, "headline": "خبر"}}'))
    assert found == {"wordCount": None, "headline": "خبر"}


@pytest.mark.fault("A41")
def test_lone_surrogates_and_nul_are_replaced_and_pairs_kept() -> None:
    (found,) = jsonld.objects(page('{"headline": "a\\ud800b\\u0000c\\ud83d\\ude00"}'))
    assert found["headline"] == "a\ufffdb\ufffdc\U0001f600"


@pytest.mark.parametrize(
    "bomb",
    [
        "[" * 100_000,
        '{"a":' * 20_000 + "1" + "}" * 20_000,
        '{"a": "' + '"' * 200_000,
        '{"a": "' + "\\" * 200_001,
        '{"a": ' + '\\"' * 100_000,
        '{"a":' + " " * 400_000,
    ],
    ids=["arrays", "objects", "quotes", "backslashes", "escaped quotes", "spaces"],
)
def test_a_bomb_is_passed_over_quickly(bomb: str) -> None:
    started = time.process_time()
    assert jsonld.objects(page(bomb, '{"headline": "خبر"}'))[-1:] in ([{"headline": "خبر"}], [])
    assert time.process_time() - started < 2


def test_the_number_of_objects_is_bounded() -> None:
    assert len(jsonld.objects(page("[" + "{}," * 5000 + "{}]"))) == jsonld.MAX_OBJECTS


def test_a_reference_is_followed_to_its_object() -> None:
    person = {"@type": "Person", "@id": "#p", "name": "منى سالم"}
    assert jsonld.linked({"@id": "#p"}, [{"@id": "#p"}, person]) is person
    assert jsonld.linked({"@id": "#x"}, [person]) == {"@id": "#x"}
    assert jsonld.linked("منى", [person]) == "منى"


@given(st.text(alphabet='{}[]":,\\ abأ1\n<>&;', max_size=60))
def test_no_text_whatever_is_an_error(text: str) -> None:
    jsonld.objects(page(text.replace("</", "")))
