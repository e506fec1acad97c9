"""Which part of its article a page is."""

import pytest

from pipelines.html.parsed_page import parse_page
from pipelines.html.parts import parts, split_number

URL = "https://sidr.example/f/long-report-90500"


def links(*hrefs: str, words: str = "") -> str:
    return "".join(f"<a href='{href}'>{words or href[-1]}</a> " for href in hrefs)


@pytest.mark.parametrize(
    ("url", "number"),
    [
        (f"{URL}?page=2", 2),
        (f"{URL}/2", 2),
        (f"{URL}/page/3/", 3),
        (f"{URL}-page-2", 2),
        (URL, 1),
        (f"{URL}?id=2", 1),
        ("https://sidr.example/news/7", 1),
        ("https://sidr.example/2024/05/12", 1),
        (f"{URL}?page=2024", 1),
    ],
)
def test_the_number_of_a_part_is_read_from_its_address(url: str, number: int) -> None:
    first, found = split_number(url)
    assert found == number
    assert first == (URL if number > 1 else url)


@pytest.mark.parametrize(
    ("url", "body", "expected"),
    [
        (URL, links(f"{URL}?page=2", f"{URL}?page=3"), (1, 3)),
        (f"{URL}?page=2", links(URL, words="1") + links(f"{URL}?page=3"), (2, 3)),
        (f"{URL}?page=3", links(f"{URL}?page=2"), (3, 3)),
        (URL, links(f"{URL}?page=2", words="التالي"), (1, 2)),
        (URL, f"<link rel=next href='{URL}/2/'>", (1, 2)),
        (URL, links("?page=٢", "?page=2", words="٢"), (1, 2)),
        (URL, links("https://sidr.example/f/other-report-90501", words="التالي"), None),
        (URL, links(f"{URL}?page=2", words="التعليقات"), None),
        (URL, links(f"{URL}?page=5", words="5"), None),
        ("https://sidr.example/?p=12", links("https://sidr.example/?p=13", words="التالي"), None),
    ],
)
def test_a_page_is_a_part_where_numbered_links_lead_to_its_neighbours(
    url: str, body: str, expected: tuple[int, int] | None
) -> None:
    found = parts(parse_page(f"<h1>تحقيق</h1>{body}"), url=url)
    assert (found and (found[0].number, found[0].last)) == expected
    assert found is None or found[0].first_key == URL
