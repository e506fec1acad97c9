"""Source files: every one that ships is right, and what is wrong with a user's is said in one line."""

import string
from datetime import date
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources.source import (
    DELAY_S,
    Endpoint,
    Layout,
    Source,
    SourceError,
    load,
    load_all,
    parse,
    path_of,
    paths,
    to_toml,
)

GOOD = """
name_ar = "الجريدة"
name_en = "Al Jarida"
country = "MA"
timezone = "Africa/Casablanca"
home = "https://jarida.example/"
article_url = '/\\d{4}/خبر-'

[[endpoint]]
url = "https://jarida.example/feed/"
"""

SHIPPED = load_all()


def test_a_file_becomes_a_source():
    assert parse(GOOD, path="jarida.toml") == Source(
        key="jarida",
        name_ar="الجريدة",
        name_en="Al Jarida",
        country="MA",
        timezone="Africa/Casablanca",
        home="https://jarida.example/",
        article_url="/\\d{4}/خبر-",
        endpoint=(Endpoint(url="https://jarida.example/feed/"),),
    )


def test_a_file_that_states_no_delay_gets_the_polite_one():
    assert parse(GOOD, path="jarida.toml").delay_s == DELAY_S == 5.0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("name_ar", "nmae_ar"), "unknown key 'nmae_ar'; did you mean 'name_ar'?"),
        (lambda text: text.replace('country = "MA"\n', ""), "country is missing; add the country's two letters"),
        (
            lambda text: text.replace('"MA"', '"Morocco"'),
            "country = 'Morocco': write the country's two capital letters",
        ),
        (lambda text: text.replace("Africa/Casablanca", "Africa/Casa"), "no such time zone"),
        (lambda text: text.replace("Africa/Casablanca", "../etc/passwd"), "no such time zone"),
        (lambda text: text.replace("/\\d{4}/خبر-", "/(\\d{4}"), "not a valid regular expression"),
        (lambda text: text.replace("https://jarida.example/feed/", "file:///etc/passwd"), "endpoint 1: url"),
        (lambda text: text.replace('https://jarida.example/"', 'jarida.example"'), "home = 'jarida.example'"),
        (lambda text: text.split("[[")[0], "endpoint is missing"),
        (lambda text: text.split("[[")[0] + "endpoint = 3", "with the header [[endpoint]]"),
        (lambda text: text + "kind = 'rss'", "endpoint 1: kind = 'rss': write one of feed, sitemap"),
        (lambda text: text + "pages = true", "endpoint 1: pages = True: write a whole number"),
        (lambda text: text + "pages = 0", "endpoint 1: pages = 0: write a number from 1"),
        (lambda text: text + "urll = 'x'", "endpoint 1: unknown key 'urll'; did you mean 'url'?"),
        (lambda text: "delay_s = 'slow'\n" + text, "delay_s = 'slow': write a number of seconds"),
        (lambda text: "delay_s = -1\n" + text, "delay_s = -1"),
        (lambda text: text + "[[layout]]\ntitle = 'h1 >> a['", "layout 1: title"),
        (lambda text: text + "[[layout]]\nuntil = '2015'", "layout 1: until = '2015': write a date without quotes"),
        (lambda text: "kind = 'feed'\n" + text, "kind = 'feed': write one of agency, fact_checker, broadcaster"),
        (lambda text: "months = 'hijri'\n" + text, "months = 'hijri': write one of egyptian, levantine, dual"),
        (lambda text: "checked = '2026-11-23'\n" + text, "checked = '2026-11-23': write a date without quotes"),
        (lambda text: "checked = 2026-11-23T10:00:00\n" + text, "write a date without quotes, like 2026-11-23, or"),
        (lambda text: "note = 'a\\u2028'\n".replace("'", '"') + text, "write one line of words"),
        (lambda text: "key = 'other'\n" + text, "key = 'other' is not the file's name"),
        (lambda text: "name_ar = \n" + text, "not valid TOML: Invalid value (at line 1"),
    ],
)
def test_a_wrong_file_is_told_in_one_line_with_file_key_and_cure(change, words):
    with pytest.raises(SourceError) as error:
        parse(change(GOOD), path="jarida.toml")
    message = str(error.value)
    assert message.startswith("jarida.toml: ")
    assert words in message
    assert "\n" not in message


def test_a_file_name_that_is_no_key_is_refused():
    with pytest.raises(SourceError, match="small Latin letters"):
        parse(GOOD, path="Al Jarida.toml")


def test_a_file_that_is_not_text_is_told(tmp_path):
    path = tmp_path / "bad.toml"
    path.write_bytes(b"name_ar = '\xd1'")
    with pytest.raises(SourceError, match=r"bad\.toml: cannot be read"):
        load(path)


def test_a_users_file_replaces_the_built_in_one_of_the_same_key(tmp_path):
    (tmp_path / "hespress.toml").write_text(GOOD, "utf-8")
    (tmp_path / "jarida.toml").write_text(GOOD, "utf-8")
    sources = load_all([tmp_path])
    assert sources["hespress"].name_en == sources["jarida"].name_en == "Al Jarida"
    assert len(sources) == len(SHIPPED) + 1


@pytest.mark.parametrize("key", [key for key, source in SHIPPED.items() if source.article_url])
def test_no_pattern_takes_home_page_or_endpoint_for_an_article(key):
    source = SHIPPED[key]
    assert not source.matches(source.home)
    assert [one.url for one in source.endpoint if source.matches(one.url)] == []


@pytest.mark.parametrize(
    ("key", "url"),
    [
        ("hespress", "https://www.hespress.com/%d8%a3%d8%a8%d9%88-%d8%a8%d9%83%d8%b1-1175707.html"),
        ("aljazeera", "https://www.aljazeera.net/news/2023/2/9/الشرطة-السويدية-ترفض"),
        ("skynews_arabia", "https://www.skynewsarabia.com/middle-east/1896008"),
        ("alarabiya", "https://www.alarabiya.net/arab-and-world/egypt/2022/01/28/%D8%AA%D9%88"),
        ("bbc_arabic", "https://www.bbc.com/arabic/articles/c1vldp9le52o"),
        ("bbc_arabic", "https://www.bbc.com/arabic/science-and-tech-62645267"),
        ("cnn_arabic", "https://arabic.cnn.com/middle-east/article/2026/08/22/some-slug"),
        ("rt_arabic", "https://arabic.rt.com/business/1768093-%D8%B4%D9%84"),
        ("almamlaka", "https://www.almamlakatv.com/news/209556-%D9%85%D9%86"),
        ("aps_dz", "https://www.aps.dz/ar/sante-science-technologie/113460-65-000-2021"),
        ("elkhabar", "https://www.elkhabar.com/press/article/200636/إطلاق-مناقصة/"),
        ("asharq_alawsat", "https://aawsat.com/home/article/3146256/%D8%A7%D9%84"),
        ("okaz", "https://www.okaz.com.sa/sport/na/2256653"),
        ("almasry_alyoum", "https://www.almasryalyoum.com/news/details/4335488"),
        ("youm7", "https://www.youm7.com/story/2026/5/2/سعر-الذهب-اليوم/7398505"),
    ],
)
def test_real_addresses_of_articles_match(key, url):
    assert SHIPPED[key].matches(url)


def test_a_pattern_is_searched_in_the_decoded_address():
    source = parse(GOOD, path="jarida.toml")
    assert source.matches("https://jarida.example/2024/%d8%ae%d8%a8%d8%b1-1")
    assert not source.matches("https://jarida.example/2024/tag")


def test_skipped_addresses_are_no_articles():
    source = parse("skip_url = '/video/'\n" + GOOD, path="jarida.toml")
    assert not source.matches("https://jarida.example/video/2024/خبر-1")


@pytest.mark.parametrize(
    ("url", "published", "selector"),
    [
        ("https://jarida.example/2009/05/01/a", None, "#old"),
        ("https://jarida.example/2024/05/01/a", "2009-01-01", "#new"),
        ("https://jarida.example/a", "2012-06-30T10:00:00Z", "#middle"),
        ("https://jarida.example/a", None, "#new"),
        ("https://jarida.example/2009/13/45/a", "not a date", "#new"),
    ],
)
def test_the_layout_of_the_day_gives_the_selectors(url, published, selector):
    source = parse(
        GOOD
        + "[[layout]]\ntext = '#new'\n[[layout]]\nuntil = 2010-12-31\ntext = '#old'\n"
        + "[[layout]]\nuntil = 2015-12-31\ntext = '#middle'\n",
        path="jarida.toml",
    )
    assert source.selectors(url, published) == {"text": selector}


_words = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x7f") | st.sampled_from("'\"\\\n\t"), min_size=1
).filter(str.strip)
_sources = st.builds(
    Source,
    key=st.text(string.ascii_lowercase, min_size=1, max_size=20),
    name_ar=_words,
    name_en=_words,
    country=st.sampled_from(["MA", "EG"]),
    timezone=st.sampled_from(sorted(available_timezones())[:20]),
    home=st.just("https://a.example/"),
    article_url=st.sampled_from(["", r"/\d+", "it's", '"', "خبر"]),
    delay_s=st.floats(0, 3600) | st.integers(0, 100),
    concurrency=st.integers(1, 16),
    endpoint=st.lists(
        st.builds(
            Endpoint,
            url=st.just("https://a.example/خبر"),
            kind=st.sampled_from([None, "feed", "section"]),
            pages=st.integers(1, 100),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
    kind=st.sampled_from([None, "agency", "fact_checker"]),
    months=st.sampled_from([None, "dual", "moroccan"]),
    checked=st.just("never") | st.dates(min_value=date(2020, 1, 1)),
    note=st.sampled_from(["", 'it\'s "odd" \\d']),
    layout=st.lists(
        st.builds(
            Layout, until=st.none() | st.dates(min_value=date(1990, 1, 1)), title=st.sampled_from(["", "h1.a > b"])
        ),
        max_size=2,
    ).map(tuple),
)


@given(_sources)
def test_what_is_written_is_read_back_the_same(source):
    assert parse(to_toml(source), path=f"{source.key}.toml") == source


def test_the_path_of_one_source_is_that_of_all_paths(tmp_path):
    """A user's file replaces a built-in one, a later folder's an earlier one's."""
    built_in = sorted(SHIPPED)[0]
    for folder, keys in (("one", [built_in, "mine"]), ("two", ["mine"])):
        (tmp_path / folder).mkdir()
        for key in keys:
            (tmp_path / folder / f"{key}.toml").write_text(GOOD, encoding="utf-8")
    folders = [tmp_path / "one", tmp_path / "two"]
    known = paths(folders)
    assert {key: path_of(key, folders) for key in known} == known


@pytest.mark.parametrize("key", ["nosuch", "../one/mine", ""])
def test_a_key_without_a_file_has_no_path(tmp_path, key):
    """A key comes out of an address, and must not lead out of the folders."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "mine.toml").write_text(GOOD, encoding="utf-8")
    assert path_of(key, [tmp_path / "two"]) is None
