"""An archive with something for every page of the reading room: a story, edits, a withdrawal, hostile strings."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.extraction.fingerprint import signature
from storage.archive import Archive
from storage.model.article import Article, Published, Removed
from storage.model.visit import Failure, Snapshot, Visit
from tests.conftest import Clock

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
#: Strings that would run a script, break out of an attribute or turn the text round wherever they are not escaped.
ATTACKS = (
    "<script>window.hacked=1</script>",
    "</title><script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    "<svg/onload=window.hacked=1>",
    '"><svg onload=window.hacked=1>',
    "' autofocus onfocus=window.hacked=1 x='",
    "javascript:window.hacked=1",
    "<a href=javascript:window.hacked=1>x</a>",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "{{ 7*7 }}{% raw %}${7*7}",
    "<style>*{display:none}</style>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example><button>x</button></form>",
    "<math><mtext></form><mglyph><style></math><img src onerror=window.hacked=1>",
    "&lt;script&gt;window.hacked=1&lt;/script&gt;",
    "--><script>window.hacked=1</script><!--",
    "]]><script>window.hacked=1</script>",
    "\u202egnp.exe\u202c \u2066\u2067",
    "<xss style=position:fixed;inset:0 onmouseover=window.hacked=1>",
)
#: Number of the article with the first of them.
FIRST_ATTACK = 34
_SENTENCES = (
    "أعلنت وزارة التربية في المنارة تأجيل امتحانات الشهادة أسبوعًا كاملًا بسبب العاصفة الرملية",
    "وقال الوزير سامي الراوي إن القرار يشمل 420 مدرسة في العاصمة وضواحيها",
    "وطلبت نقابة المعلمين توضيحًا عن مواعيد التصحيح ورواتب المراقبين",
    "وكانت هيئة الأرصاد حذرت من رياح تبلغ سرعتها سبعين كيلومترًا في الساعة",
    "ويعود الطلاب إلى مقاعدهم صباح الأحد المقبل إذا تحسنت الأحوال الجوية",
    "وأضاف أن لجنة من خمسة خبراء ستراجع خطة الطوارئ في مدارس الساحل والجبل قبل نهاية الشهر",
    "وانتقد أولياء الأمور تأخر الإعلان حتى مساء السبت بعدما غادر بعض الطلاب قراهم البعيدة",
    "وتعهدت بلدية المنارة بفتح ثلاثة مراكز إيواء قرب محطة القطار لمن تقطعت بهم السبل",
    "وقدرت غرفة التجارة خسائر الأسواق في يوم واحد بنحو مليوني دينار معظمها في تجارة الخضار",
    "ولم تسجل المستشفيات سوى إصابات طفيفة نقل أصحابها إلى بيوتهم بعد ساعات من العلاج",
)
TEXT = ".\n".join(_SENTENCES) + "."


def make_archive(folder: Path) -> Path:
    """Fill a new archive; its folder."""
    clock = Clock()
    clock.now = START
    with Archive.open(folder, clock=clock) as archive:
        for key, arabic, english in (("rassad", "الرصد", "Rassad"), ("wardan", "بريد وردان", "Wardan Post")):
            archive.put_source(
                key=key, name_ar=arabic, name_en=english, country="MA", timezone="Africa/Casablanca",
                home=f"https://{key}.example/",
            )  # fmt: skip
        _story(archive, clock)
        _others(archive, clock)
        _hostile(archive, clock)
    return folder


def _story(archive: Archive, clock: Clock) -> None:
    """Articles 1 and 2 tell one text; 1 is edited, and so is its headline; 3 is withdrawn."""
    title = "تأجيل امتحانات الشهادة أسبوعًا"
    store(archive, clock, article("https://rassad.example/1", "rassad", title, TEXT, at=START))
    store(
        archive, clock, article("https://wardan.example/1", "wardan", "وزارة التربية تؤجل الامتحانات", TEXT, at=START)
    )
    clock.forward(3600)
    edited = TEXT.replace("420", "380").replace("صباح الأحد", "صباح الاثنين")
    store(archive, clock, article("https://rassad.example/1", "rassad", f"{title} كاملًا", edited, at=START))
    store(archive, clock, article("https://rassad.example/2", "rassad", "ما لم يقله الوزير", TEXT[:250], at=START))
    clock.forward(3600)
    archive.store(
        Visit(
            url="https://rassad.example/2",
            key="https://rassad.example/2",
            source="rassad",
            outcome=Failure(reason="http 410", gone=True),
        )
    )


def _others(archive: Archive, clock: Clock) -> None:
    for number in range(30):
        at = START - timedelta(hours=7 * number)
        body = f"نص الخبر رقم {number} عن سوق المدينة وأسعار الخضار في الشتاء.\nوقال تاجر إن الموسم جيد."
        one = article(f"https://wardan.example/x{number}", "wardan", f"أسعار الخضار في السوق {number}", body, at=at)
        store(archive, clock, replace(one, kind="opinion" if number % 5 == 0 else "news", section="اقتصاد"))


def _hostile(archive: Archive, clock: Clock) -> None:
    """One article for each attack, with it in every field that a page shows."""
    for number, attack in enumerate(ATTACKS):
        one = article(
            f"https://rassad.example/a{number}?q={attack[:40]}", "rassad", attack, f"هجوم {attack}\n{attack}", at=START
        )
        hostile = replace(
            one,
            authors=(attack,),
            section=attack,
            tags=(attack, "وسم"),
            image=attack,
            removed=(Removed(rule="widget", text=attack),),
        )
        store(
            archive,
            clock,
            hostile,
            html=f"<html><head><title>{attack}</title></head><body>{attack}<p>نص</p></body></html>",
        )


def article(url: str, source: str, title: str, text: str, *, at: datetime) -> Article:
    """An article that was published at an instant."""
    iso = at.isoformat(timespec="minutes")
    published = Published(iso=iso, at=at, offset_minutes=0, text=iso, precision="minute", origin="meta")
    return Article(
        url=url, source=source, title=title, text=text, published=published, language="ar", authors=("ليلى الحسن",),
        fetched_at=at,
    )  # fmt: skip


def store(archive: Archive, clock: Clock, one: Article, *, html: str | None = None) -> None:
    """Store an article as if its page had been fetched now."""
    one = replace(one, fetched_at=clock.now)
    body = (html or f"<html><body><h1>{one.title}</h1><p>{one.text}</p></body></html>").encode()
    record = archive.warc.write_resource(url=one.url, body=body, media_type="text/html", fetched_at=clock.now)
    snapshot = Snapshot(
        url=one.url,
        fetched_at=clock.now,
        status=200,
        media_type="text/html",
        payload_sha256=hashlib.sha256(body).hexdigest(),
        record=record.location,
    )
    visit = Visit(
        url=one.url, key=one.url, source=one.source, snapshot=snapshot, outcome=one, signature=signature(one.text)
    )
    archive.store(visit)
