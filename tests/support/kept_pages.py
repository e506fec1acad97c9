"""Archives as an earlier program left them: pages whole in the WARC, articles as its rules read them."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.extraction.judge import judge
from pipelines.extraction.pool import ExtractionError
from pipelines.page import Page
from storage.archive import Archive
from storage.model.article import Article
from storage.model.visit import Snapshot, Visit

FETCHED = datetime(2024, 3, 1, 12, tzinfo=UTC)
SUBJECTS = ("القطن", "الزيتون", "الميناء", "المدرسة", "المستشفى", "الجسر", "المتحف", "الملعب", "السوق", "الجامعة")
#: What yesterday's rules left in every text.
WIDGET = "اقرأ أيضا في نشرة الرصد"


def address(number: int) -> str:
    return f"https://rassad.example/2024/03/01/khabar-{number}"


def title(number: int) -> str:
    return f"لجنة {SUBJECTS[number % 10]} تعلن نتائج عملها في الدورة {number}"


def html(number: int, *, section: str = "مجتمع", more: str = "") -> bytes:
    subject = SUBJECTS[number % 10]
    lines = (
        f"أعلنت لجنة {subject} نتائج عملها السنوي بعد اجتماع طويل حضره {number + 3} من الأعضاء والخبراء المستقلين في المدينة.",  # noqa: E501  one value
        f"وتحدث رئيس لجنة {subject} عن صعوبات السنة الماضية وعن خطط جديدة لا تشبه ما سبقها في شيء من تفاصيلها الكثيرة.",
        f"ومن المنتظر أن تعرض اللجنة تقريرها رقم {number} على المجلس في الأسبوع المقبل قبل أن ينشر للعموم في موقعها.",
        *([more] if more else []),
    )
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title(number)} | الرصد</title>
<meta property="og:type" content="article"><meta property="article:section" content="{section}">
<meta property="article:published_time" content="2024-03-01T10:{number % 60:02d}:00+01:00"></head>
<body><main><article><h1>{title(number)}</h1>{body}</article></main></body></html>""".encode()  # noqa: E501  a template


def snapshot(
    archive: Archive, number: int, body: bytes, *, at: datetime | None = None, media_type: str = "text/html"
) -> Snapshot:
    when = at or FETCHED + timedelta(minutes=number)
    record = archive.warc.write_response(
        url=address(number),
        status=200,
        reason="OK",
        headers=[("Content-Type", media_type)],
        body=body,
        fetched_at=when,
    )
    return Snapshot(
        url=address(number),
        fetched_at=when,
        status=200,
        media_type=media_type,
        payload_sha256=record.payload_sha256,
        record=record.location,
    )


def today(snapshot: Snapshot, body: bytes) -> Article:
    """What today's rules make of a page."""
    page = Page(
        url=snapshot.url,
        body=body,
        fetched_at=snapshot.fetched_at,
        headers={"content-type": snapshot.media_type or ""},
        source="rassad",
    )
    article = judge(page).outcome
    assert isinstance(article, Article), article
    return article


def worse(article: Article) -> Article:
    """As yesterday's rules read it."""
    return replace(article, text=f"{article.text}\n{WIDGET}", rules_version="0")


def keep(
    archive: Archive, number: int, *, body: bytes | None = None, read: Callable[[Article], Article] = worse
) -> int:
    """Store a page and the article that was read from it; its number."""
    body = html(number) if body is None else body
    snap = snapshot(archive, number, body)
    url = address(number)
    stored = archive.store(
        Visit(url=url, key=url[8:], source="rassad", snapshot=snap, outcome=read(today(snap, html(number))))
    )
    assert stored.article_id is not None
    return stored.article_id


class Here:
    """Workers that work in this process: what `renew` asks of a pool, without its second of starting."""

    def submit(self, function: Callable[[Page], Any], page: Page, *, url: str = "") -> "Future[Any]":
        future: Future[Any] = Future()
        if b"HANG" in page.body:
            future.set_exception(ExtractionError("timeout", url))
        else:
            future.set_result(function(page))
        return future
