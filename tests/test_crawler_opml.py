"""OPML in: lists of feed readers become sources, our own come back whole, and hostile ones do nothing."""

import io

import pytest

from crawler.checking.opml import OpmlError, known_source, sources_from_opml
from crawler.sources.source import load_all, parse
from storage.export.formats.opml import write_sources

FOREIGN = """<?xml version="1.0"?>
<opml version="1.0"><head><title>feeds</title></head><body>
<outline text="أخبار"><outline text="الرصد" title="Rassad" type="rss" xmlUrl="https://feeds.rassad-demo.ma/top" htmlUrl="https://rassad-demo.ma/"/>
<outline text="الرصد رياضة" type="rss" xmlUrl="https://www.rassad-demo.ma/sport.xml"/></outline>
<outline text="المنارة" xmlUrl="https://manara.example/feed"/>
<outline text="ليس خلاصة" htmlUrl="https://x.example/"/>
</body></opml>"""


def ours(*sources):
    out = io.BytesIO()
    write_sources([known_source(source) for source in sources], out)
    return out.getvalue()


def test_feeds_of_one_site_become_one_source_named_as_the_first_outline():
    rassad, manara = sources_from_opml(FOREIGN.encode(), country="ma")
    assert (rassad.key, rassad.name_ar, rassad.name_en, rassad.home) == (
        "rassad-demo",
        "الرصد",
        "Rassad",
        "https://rassad-demo.ma/",
    )
    assert [one.url for one in rassad.endpoint] == [
        "https://feeds.rassad-demo.ma/top",
        "https://www.rassad-demo.ma/sport.xml",
    ]
    assert (rassad.country, rassad.timezone, rassad.checked) == ("MA", "Africa/Casablanca", "never")
    assert (manara.name_ar, manara.name_en, manara.home) == ("المنارة", "المنارة", "https://manara.example/")


def test_what_a_list_leaves_open_is_asked_for_and_not_guessed():
    with pytest.raises(OpmlError, match=r"rassad-demo\.ma: the list has no country; give it with --country"):
        sources_from_opml(FOREIGN.encode())
    with pytest.raises(OpmlError, match="US has no single time zone; give it with --timezone"):
        sources_from_opml(FOREIGN.encode(), country="US")
    assert sources_from_opml(FOREIGN.encode(), country="US", timezone="America/New_York")[0].country == "US"
    with pytest.raises(OpmlError, match="no such time zone"):
        sources_from_opml(FOREIGN.encode(), country="US", timezone="Mars/Olympus")


def test_our_own_list_comes_back_field_for_field():
    shipped = list(load_all().values())
    odd = parse(
        """
name_ar = 'الرصد "الأولى" & <ب>'
name_en = "Rassad"
country = "XX"
timezone = "UTC"
home = "https://rassad.example/"
article_url = '/(?:a|b)\\d+\\.htm&x="1"'
delay_s = 8.5
follow = true
[[endpoint]]
url = "https://rassad.example/politics?a=1&b=2"
kind = "section"
pages = 3
[[layout]]
until = 2019-06-30
title = "h1.old > a"
""",
        path="rassad.toml",
    )
    assert sources_from_opml(ours(odd, *shipped)) == [odd, *shipped]


def test_two_sources_of_one_key_are_told_apart():
    (source, other) = sources_from_opml(ours(*[load_all()["hespress"]] * 2))
    assert (source.key, other.key) == ("hespress", "hespress-2")


def test_the_list_of_an_archive_tells_the_country_by_its_category():
    plain = ours(load_all()["map_morocco"]).decode()
    start = plain.index(" warraq:file=")
    end = plain.index('"', start + len(' warraq:file="')) + 1
    (source,) = sources_from_opml((plain[:start] + plain[end:]).encode())
    assert (source.key, source.country, source.timezone) == ("map_morocco", "MA", "Africa/Casablanca")
    assert len(source.endpoint) == len(load_all()["map_morocco"].endpoint)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "not valid XML"),
        (b"<opml><body>", "not valid XML"),
        (b"<rss/>", "not OPML: the document is <rss>"),
        (b"<opml><body/></opml>", "has no feed"),
        (b"\xff\xfe", "not valid XML"),
        (
            b"<opml xmlns:w='urn:warraq:opml:1'><body><outline text='a' w:key='A b' w:file='name_ar = 1'/></body></opml>",  # noqa: E501  a template
            "not 'A b'",
        ),
        (b"<opml xmlns:w='urn:warraq:opml:1'><body><outline text='a' w:key='a'/></body></opml>", "a has no feed"),
    ],
)
def test_what_is_no_list_of_feeds_is_said_in_one_line(text, words):
    with pytest.raises(OpmlError, match=words) as error:
        sources_from_opml(text, country="MA")
    assert "\n" not in str(error.value)


@pytest.mark.fault("A16")
def test_no_entity_is_replaced_and_no_file_is_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    hostile = (
        f'<!DOCTYPE opml [<!ENTITY x SYSTEM "file://{secret}"><!ENTITY y "{"a" * 1000}">]>'
        '<opml version="2.0"><body><outline text="&y;&y;" xmlUrl="https://a.example/feed">&x;</outline></body></opml>'
    )
    try:
        sources = sources_from_opml(hostile.encode(), country="MA")
    except OpmlError:
        return
    assert "geheim" not in repr(sources)
    assert len(sources[0].name_ar) <= 2000


@pytest.mark.fault("A15")
def test_billion_laughs_end_at_once():
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE opml [<!ENTITY l0 "lol">{lines}]><opml><body><outline text="&l11;" xmlUrl="https://a.example/f"/></body></opml>'
    with pytest.raises(OpmlError):
        sources_from_opml(bomb.encode(), country="MA")


@pytest.mark.parametrize("scheme", ["file:///etc/passwd", "ftp://a.example/f", "javascript:alert(1)"])
def test_a_feed_that_is_no_web_address_is_none(scheme):
    text = f'<opml><body><outline text="a" xmlUrl="{scheme}"/></body></opml>'
    with pytest.raises(OpmlError, match="has no feed"):
        sources_from_opml(text.encode(), country="MA")


@pytest.mark.fault("A32")
def test_a_key_that_would_leave_the_folder_becomes_a_name_in_it():
    text = ours(load_all()["sana"]).replace(b'"sana"', b'"../../sana"')
    assert [source.key for source in sources_from_opml(text)] == ["sana"]
