"""What cannot be unpacked is an answer that is not taken."""

import gzip

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse

from crawler.fetching.failures import BadBody, TooLarge
from crawler.middlewares.unpack import UnpackMiddleware

PAGE = "<p>أعلنت بلدية المنارة اليوم بدء العمل في توسعة الجسر القديم.</p>".encode() * 200


def answer(body: bytes, *, limit: int = 1_000_000) -> HtmlResponse:
    request = Request("https://example.ma/", meta={"download_maxsize": limit})
    response = HtmlResponse(request.url, body=body, headers={"Content-Encoding": "gzip"}, request=request)
    return UnpackMiddleware().process_response(request, response)


def test_an_answer_loses_its_coding_and_the_header_that_named_it():
    plain = answer(gzip.compress(PAGE))
    assert plain.body == PAGE
    assert "Content-Encoding" not in plain.headers


def test_an_answer_that_is_cut_short_or_too_large_is_refused_with_its_reason():
    with pytest.raises(BadBody, match=r"^truncated$"):
        answer(gzip.compress(PAGE)[:-4])
    with pytest.raises(TooLarge, match=r"^too large$"):
        answer(gzip.compress(PAGE), limit=1_000)
