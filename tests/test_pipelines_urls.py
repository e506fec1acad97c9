"""Identity of addresses: which are one page, which are none, and whose claim to believe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.urls.canonical import BadUrl, absolute, canonical_key, choose_canonical, is_home, same_site
from pipelines.urls.trackers import TRACKERS, is_tracker
from storage.errors import WarraqError

SLUG = "رئيس-الحكومة-يعرض-حصيلة-النصف-الأول-من-الولاية-أمام-مجلسي-البرلمان" * 5

ONE_PAGE = [
    ("http://example.ma/a", "https://www.example.ma/a/"),
    ("https://example.ma:443/a", "http://EXAMPLE.ma:80/a?"),
    ("https://example.ma/خبر", "https://example.ma/%D8%AE%D8%A8%D8%B1"),
    ("https://example.ma/%d8%ae%d8%a8%d8%b1/", "https://example.ma/%D8%AE%D8%A8%D8%B1#comments"),
    ("https://example.ma/a?utm_source=x&fbclid=1&id=2", "https://example.ma/a?id=2&igshid=9&at_medium=rss"),
    ("https://example.ma/a?b=2&a=1", "https://example.ma/a?a=1&b=2"),
    ("https://example.ma/a?ref=rss", "https://example.ma/a?source=facebook&via=t.co"),
    ("https://example.ma/x/../a/./b", "https://example.ma//a//b"),
    ("https://example.ma/a;jsessionid=AB12?PHPSESSID=x", "https://example.ma/a"),
    ("https://example.ma/a b", "https://example.ma/a%20b"),
    ("https://example.ma/?q=a+b", "https://example.ma/?q=a%20b"),
    ("https://example.ma/%61", "https://example.ma/a"),
    ("https://example.ma/a(1)", "https://example.ma/a%281%29"),
    ("https://example.ma/a\u200f", "\u202bhttps://example.ma/a\u202c"),
    ("https://exa\nmple.ma/a", " https://example.ma/a\t"),
    ("https://موقع.السعودية/أ", "https://xn--4gbrim.xn--mgberp4a5d4ar/%D8%A3"),
    ("https://example.ma./a", "https://example.ma/a"),
    ("https://example.ma", "https://example.ma/"),
    ("https://example.ma/a#!/b", "https://example.ma/a"),
    ("https://example.ma\\a", "https://example.ma/a"),
    ("https://example.ma/a#:~:text=خبر", "https://example.ma/a"),
]

TWO_PAGES = [
    ("https://example.ma/a", "https://example.ma/A"),
    ("https://m.example.ma/a", "https://example.ma/a"),
    ("https://example.ma/a/amp", "https://example.ma/a"),
    ("https://example.ma:8080/a", "https://example.ma/a"),
    ("https://example.ma/a?id=1", "https://example.ma/a?id=2"),
    ("https://example.ma/?p=1", "https://example.ma/?p=2"),
    ("https://example.ma/a?ref=123", "https://example.ma/a"),
    ("https://example.ma/a%2Fb", "https://example.ma/a/b"),
    ("https://example.ma/%25D8", "https://example.ma/%D8"),
    ("https://example.ma/a?x=1%262", "https://example.ma/a?x=1&2"),
    ("https://example.ma/%C7%E1", "https://example.ma/%C7%E2"),
    ("https://example.ma/a?x=1&x=2", "https://example.ma/a?x=2&x=1"),
]


@pytest.mark.parametrize(("one", "other"), ONE_PAGE)
def test_two_spellings_of_one_page_have_one_key(one: str, other: str) -> None:
    assert canonical_key(one) == canonical_key(other)


@pytest.mark.parametrize(("one", "other"), TWO_PAGES)
def test_two_pages_have_two_keys(one: str, other: str) -> None:
    assert canonical_key(one) != canonical_key(other)


def test_an_arabic_slug_of_any_length_is_kept_whole_and_readable() -> None:
    assert canonical_key(f"http://www.example.ma/{SLUG}.html") == f"https://example.ma/{SLUG}.html"


@pytest.mark.parametrize(
    "url",
    [
        "", "#a", "/a", "//example.ma/a", "example.ma/a", "javascript:alert(1)", "mailto:a@b.c", "data:text/html,x", "ftp://a.b/", "file:///etc/passwd",  # noqa: E501  an XPath
        "http://", "https:///a", "http://user:password@example.ma/", "http://user@example.ma", "http://example.ma:99999/", "http://example.ma:x/",  # noqa: E501  a table row
        "http://[::1/", "http://[g::1]/", "http://exa mple.ma/", "http://a..b/", "http://-/", "http://" + "a" * 300 + "/", "http://example.ma/" + "a" * 9000,  # noqa: E501  a table row
        "http://exam%00ple.ma/", "http://%65xample.ma/", "http://xn--/", "http://\u202eexample.ma/\ud800" * 300,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_one_clear_error(url: str) -> None:
    with pytest.raises(BadUrl) as caught:
        canonical_key(url)
    assert isinstance(caught.value, WarraqError)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_every_tracker_is_dropped_and_no_name_stands_twice() -> None:
    names = [name for owned in TRACKERS.values() for name in owned]
    assert len(names) == len(set(names))
    for name in names:
        assert name == name.lower()
        assert (
            canonical_key(f"https://example.ma/a?{name.replace('*', 'x').upper()}=1&id=7")
            == "https://example.ma/a?id=7"
        )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "1"),
        ("p", "2"),
        ("ref", "12"),
        ("from", "2024-01-01"),
        ("source", "وكالة"),
        ("s", "x"),
        ("amp", "1"),
        ("n", "utm_"),
    ],
)
def test_a_parameter_that_may_be_content_is_kept(name: str, value: str) -> None:
    assert not is_tracker(name, value)


addresses = st.builds(
    "{}://{}{}/{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(
        ["example.ma", "www.example.com.sa", "WWW.Example.ma.", "موقع.مصر", "[::1]", "10.0.0.1", "a_b.example.ma"]
    ),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text(alphabet="ab/.%2F5dD8س;~+ é\u0301\u200f\\()'!*,:@&=", max_size=30),
    st.text(alphabet="?ab=&+%2F6dس utm_ref#/;", max_size=30).map(lambda text: "?" + text),
    st.sampled_from(["", "#a", "#!/b"]),
)


@given(addresses)
def test_the_key_of_a_key_is_itself_and_can_be_stored(url: str) -> None:
    key = canonical_key(url)
    assert canonical_key(key) == key
    assert key.isprintable()
    assert key.encode()
    assert "#" not in key


@given(addresses)
def test_a_cleaned_address_names_the_same_page(url: str) -> None:
    assert canonical_key(absolute(url)) == canonical_key(url)
    assert absolute(absolute(url)) == absolute(url)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://a.b/", "http://["]))
def test_any_text_has_a_key_or_is_a_bad_url(text: str, before: str) -> None:
    try:
        key = canonical_key(before + text)
    except BadUrl:
        return
    assert canonical_key(key) == key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://www.example.ma/a", "http://m.example.ma/b", True),
        ("https://news.example.com.sa/", "https://example.com.sa/", True),
        ("https://one.com.sa/", "https://two.com.sa/", False),
        ("https://one.gov.eg/", "https://two.gov.eg/", False),
        ("https://one.net.ae/", "https://two.net.ae/", False),
        ("https://one.co.ma/", "https://two.co.ma/", False),
        ("https://one.press.ma/", "https://two.press.ma/", False),
        ("https://one.com.lb/", "https://sub.one.com.lb/", True),
        ("https://one.blogspot.com/", "https://two.blogspot.com/", False),
        ("https://موقع.السعودية/", "https://www.xn--4gbrim.xn--mgberp4a5d4ar/", True),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8002/", False),
        ("http://127.0.0.1:8001/", "http://127.0.0.1:8001/b", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://localhost:1/", "http://localhost:1/a", True),
        ("https://example.ma/", "https://example.ma.evil.com/", False),
        ("https://com.sa/", "https://net.sa/", False),
        ("javascript:1", "javascript:1", False),
    ],
)
def test_one_site_is_one_registered_domain(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


@pytest.mark.parametrize(
    "url",
    [
        "https://example.ma",
        "https://example.ma/ar/",
        "https://www.example.ma/index.html?utm_source=x",
        "http://example.ma/index.php",
    ],
)
def test_a_home_page_is_known_by_its_address(url: str) -> None:
    assert is_home(url)


@pytest.mark.parametrize(
    "url",
    ["https://example.ma/?p=12", "https://example.ma/a", "https://example.ma/index.php?id=3", "https://example.ma/12"],
)
def test_other_pages_are_not_home(url: str) -> None:
    assert not is_home(url)


FETCHED = "https://m.example.ma/sport/2024/05/12345-slug?utm_source=x"


@pytest.mark.parametrize(
    ("claimed", "believed"),
    [
        ("https://www.example.ma/sport/2024/05/12345-slug", True),
        ("http://example.ma/?p=12345", True),
        ("https://example.ma/فوز-المنتخب-الوطني-على-ضيفه", True),
        ("https://example.ma/sport/2024/05/12345-slug/?PHPSESSID=1", True),
        ("https://example.ma/", False),
        ("https://example.ma/ar/", False),
        ("https://example.ma/sport", False),
        ("https://example.ma/category/رياضة/", False),
        ("https://example.ma/category/12/", False),
        ("https://example.ma/section/sport/12345-slug", True),
        ("https://example.ma/tag/فوز-المنتخب-الوطني-على-ضيفه", False),
        ("https://evil.test/sport/2024/05/12345-slug", False),
        ("javascript:alert(1)", False),
        ("/sport/2024/05/12345-slug", False),
        ("", False),
        (None, False),
        ("https://user@example.ma/sport/2024/05/12345-slug", False),
    ],
)
def test_a_claimed_address_counts_where_it_can_be_true(claimed: str | None, believed: bool) -> None:
    assert choose_canonical(FETCHED, claimed) == (claimed if believed else FETCHED)


def test_the_amp_twin_names_its_article() -> None:
    assert choose_canonical("https://example.ma/a-b/amp/", "https://example.ma/a-b/") == "https://example.ma/a-b/"
    assert choose_canonical("https://example.ma/1234/amp/", "https://example.ma/1234/") == "https://example.ma/1234/"
