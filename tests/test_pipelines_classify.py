"""Articles are kept, other pages rejected with a reason: realistic Arabic pages through the whole extractor."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.extraction.extract import extract
from pipelines.page import Page
from storage.model.article import Article, NotArticle

SHARED = Path(__file__).parents[1] / "../shared"
SITE = "https://www.example.ma"

HEADLINES = [
    "الحكومة تعلن عن خطة جديدة لدعم القطاع الفلاحي في المناطق الجبلية", "المنتخب الوطني يفوز وديا على ضيفه بثلاثة أهداف", "أسعار النفط ترتفع بعد قرار خفض الإنتاج",
    "افتتاح معرض الكتاب الدولي بمشاركة ستين دار نشر عربية", "تأجيل جلسة محاكمة المتهمين في قضية الميناء", "أمطار رعدية متوقعة في عدد من المدن الساحلية",
    "وزير الصحة يدشن مستشفى جامعيا في الجنوب", "ارتفاع عدد السياح الوافدين خلال الصيف الماضي", "إضراب وطني في قطاع التعليم يوم الأربعاء المقبل",
    "البنك المركزي يبقي سعر الفائدة دون تغيير", "حادثة سير خطيرة تودي بحياة أربعة أشخاص", "جامعة العاصمة تطلق ماجستير في الذكاء الاصطناعي",
    "مهرجان السينما يكرم ثلاثة من رواد الشاشة", "اتفاقية جديدة لتزويد القرى بالماء الصالح للشرب", "انتخاب مجلس إدارة جديد لغرفة التجارة", "الشرطة توقف مشتبها به في سرقة متحف المدينة",
]  # fmt: skip
TEASER = "وقال مسؤول في تصريح للصحافة إن الإجراء يدخل حيز التنفيذ ابتداء من مطلع الشهر المقبل وسيشمل عددا من الأقاليم على أن يعمم على باقي المناطق قبل نهاية السنة بعد استشارة المعنيين به"
PARAGRAPHS = [
    "أعلن رئيس المجلس في مستهل الجلسة أن اللجنة المكلفة أنهت دراسة المشروع بعد سبعة اجتماعات متتالية، وأن التعديلات التي تقدمت بها الفرق بلغت مئة واثنين وعشرين تعديلا.",
    "وأضاف أن الأغلبية صوتت لصالح المشروع في حين اختارت المعارضة التصويت ضده، معتبرة أن الأرقام التي بني عليها لا تعكس حقيقة الوضع الاقتصادي في البلاد.",
    "ومن المنتظر أن يحال النص على الغرفة الثانية يوم الاثنين، قبل أن يعود إلى الأولى في قراءة ثانية يرتقب أن تنتهي قبل العاشر من الشهر الجاري.",
]
MENU = (
    "<nav><ul>"
    + "".join(
        f'<li><a href="/{n}">{name}</a></li>'
        for n, name in enumerate(["الرئيسية", "سياسة", "اقتصاد", "رياضة", "ثقافة", "فيديو"])
    )
    + "</ul></nav>"
)
FOOTER = "<footer><p>جميع الحقوق محفوظة</p></footer>"


def cards(number: int, teaser: str = "", tag: str = "article") -> str:
    return "".join(
        f'<{tag} class="post-item"><a href="/news/{n}-x"><img src="/i{n}.jpg"></a><h3><a href="/news/{n}-x">{HEADLINES[n % len(HEADLINES)]}</a></h3>'
        f'<span class="date">منذ {n + 1} ساعات</span>{f"<p>{teaser}</p>" if teaser else ""}</{tag}>'
        for n in range(number)
    )


def wrapped(number: int, teaser: str) -> str:
    return "".join(
        f'<div class="item"><a href="/n/{n}"><img src="/i.jpg"><div>{HEADLINES[n % len(HEADLINES)]}</div><p>{teaser}</p></a></div>'
        for n in range(number)
    )


def document(body: str, *, title: str = "", head: str = "", body_class: str = "") -> str:
    return f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body class="{body_class}">{body}</body></html>'


def og(type: str) -> str:
    return f'<meta property="og:type" content="{type}">'


def ld(**thing: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(thing, ensure_ascii=False)}</script>'


def article(
    *paragraphs: str,
    title: str = HEADLINES[0],
    head: str = "",
    around: str = "",
    date: str = "5 مارس 2024 - 10:30",
    body_class: str = "",
) -> str:
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    body = f'{MENU}<main><div class="post"><h1>{title}</h1><div class="meta">{date}</div><div class="content">{text}</div></div></main>{around}{FOOTER}'
    return document(body, title=f"{title} - الضفة", head=head, body_class=body_class)


#: name -> (path, html, status, headers, reason)
REFUSED: dict[str, tuple[str, str, int, dict[str, str], str]] = {
    "home": ("/", document(MENU + cards(30), title="الضفة نيوز"), 200, {}, "home"),
    "home with long teasers": ("/", document(MENU + cards(20, TEASER), title="الضفة نيوز", head=og("website")), 200, {}, "home"),
    "home in a folder": ("/ar/", document(MENU + cards(30), title="الضفة نيوز"), 200, {}, "home"),
    "home, start document": ("/index.php", document(MENU + cards(12), title="الضفة نيوز"), 200, {}, "home"),
    "home whose theme calls it an article": ("/", document(MENU + cards(12), title="الضفة نيوز", head=og("article")), 200, {}, "home"),
    "redirected home for an old address": (
        "/old/12345.html", document(MENU + cards(25), title="الضفة نيوز", head=f'<link rel="canonical" href="{SITE}/">' + og("website"), body_class="home blog"), 200, {}, "home",
    ),
    "section, WordPress": ("/category/politics/", document(MENU + "<h1>سياسة</h1>" + cards(12), title="سياسة - الضفة", body_class="archive category category-12"), 200, {}, "section"),
    "section with long teasers": ("/politics", document(MENU + "<h1>سياسة</h1>" + cards(15, TEASER), title="سياسة - الضفة", head=og("website")), 200, {}, "section"),
    "section with long teasers, no meta": ("/politics", document(MENU + "<h1>أخبار السياسة</h1>" + cards(15, TEASER, "div"), title="أخبار السياسة"), 200, {}, "section"),
    "section that calls itself an article": (
        "/sport", document(MENU + "<h1>رياضة</h1>" + cards(20, TEASER), title="رياضة - الضفة", head=og("article"), body_class="archive"), 200, {}, "section",
    ),
    "section with an article object a card": (
        "/economy", document(MENU + "<h1>اقتصاد</h1>" + cards(12, TEASER), title="اقتصاد", head="".join(ld(**{"@type": "NewsArticle", "headline": one}) for one in HEADLINES)), 200, {}, "section",
    ),
    "section, Drupal": ("/taxonomy/term/12", document(MENU + "<h1>مجتمع</h1>" + cards(10, TEASER, "li"), title="مجتمع | الضفة", body_class="path-taxonomy page-taxonomy"), 200, {}, "section"),
    "section, layout table": (
        "/news.php?cat=3",
        document("<table>" + "".join(f'<tr><td><a href="/n.php?id={n}"><b>{line}</b></a><br>{TEASER}</td></tr>' for n, line in enumerate(HEADLINES)) + "</table>", title="الأخبار"), 200, {}, "section",
    ),
    "section of whole-card links": ("/sport", document(MENU + wrapped(12, TEASER), title="رياضة | الضفة"), 200, {}, "section"),
    "section of six cards": ("/sport", document(MENU + cards(6, TEASER), title="رياضة | الضفة"), 200, {}, "section"),
    "section without boxes": (
        "/economy", document(MENU + "".join(f'<h2><a href="/n/{n}">{line}</a></h2><p>{TEASER} {TEASER}</p>' for n, line in enumerate(HEADLINES)), title="اقتصاد | الضفة", head=og("website")), 200, {}, "section",
    ),
    "section with a long lead": (
        "/sport", document(MENU + f'<div class="lead"><h2><a href="/n/99">{HEADLINES[1]}</a></h2><p>{TEASER} {TEASER} {TEASER}</p></div>' + cards(14, TEASER), title="رياضة | الضفة"), 200, {}, "section",
    ),
    "topic with an introduction": ("/topic/gaza", document(f"{MENU}<h1>غزة</h1><p>{PARAGRAPHS[0]}</p>{cards(14, TEASER)}", title="غزة | الضفة", head=og("website")), 200, {}, "section"),
    "list of lines with times": (
        "/latest-news", document(MENU + "<h1>آخر الأخبار</h1><ul>" + "".join(f'<li>10:{n} <a href="/n/{n}">{line}</a></li>' for n, line in enumerate(HEADLINES)) + "</ul>", title="آخر الأخبار"), 200, {}, "section",
    ),
    "tag": ("/tag/غزة/", document(MENU + "<h1>الوسم: غزة</h1>" + cards(10), title="غزة - الضفة", head=ld(**{"@type": "CollectionPage", "name": "غزة"})), 200, {}, "section"),
    "author with a biography": (
        "/author/mona/", document(MENU + f"<h1>منى سالم</h1><p>{PARAGRAPHS[1]}</p>" + cards(12, TEASER), title="منى سالم - الضفة", body_class="archive author", head=ld(**{"@type": "ProfilePage"})), 200, {}, "section",
    ),
    "search": ("/?s=غزة", document(MENU + "<h1>نتائج البحث عن: غزة</h1>" + cards(10), title="نتائج البحث", body_class="search search-results"), 200, {}, "section"),
    "search without result": ("/search?q=xyz", document(MENU + "<h1>نتائج البحث</h1><p>لا توجد نتائج لبحثك، جرب كلمات أخرى.</p>", title="نتائج البحث", body_class="search"), 200, {}, "section"),
    "archive of a day": ("/2024/03/05/", document(MENU + "<h1>5 مارس 2024</h1>" + cards(14), title="أرشيف 5 مارس 2024", body_class="archive date"), 200, {}, "section"),
    "second page": ("/latest/page/2/", document(MENU + "<h1>آخر الأخبار</h1>" + cards(14, TEASER) + '<div class="pagination"><a href="?3">3</a></div>', title="آخر الأخبار"), 200, {}, "section"),
    "about the site": ("/من-نحن", document(f"{MENU}<h1>من نحن</h1>" + "".join(f"<p>{line}</p>" for line in PARAGRAPHS), title="من نحن - الضفة", head=og("article")), 200, {}, "section"),
    "privacy": ("/privacy-policy/", document(f"{MENU}<h1>سياسة الخصوصية</h1>" + "".join(f"<p>{line}</p>" for line in PARAGRAPHS), title="سياسة الخصوصية"), 200, {}, "section"),
    "video": (
        "/video/5512", document(MENU + f'<h1>{HEADLINES[1]}</h1><iframe src="https://www.youtube.com/embed/x"></iframe><p>شاهد أهداف المباراة كاملة.</p>', title=HEADLINES[1], head=og("video.other")), 200, {}, "video_stub",
    ),
    "video by schema": (
        "/watch/5512", document(MENU + f'<h1>{HEADLINES[1]}</h1><video src="x.mp4"></video>', title=HEADLINES[1], head=ld(**{"@type": "VideoObject", "name": HEADLINES[1]})), 200, {}, "video_stub",
    ),
    "photos": (
        "/gallery/33", document(MENU + f"<h1>صور: {HEADLINES[3]}</h1><div class='gallery'>" + "".join(f"<figure><img src='/{n}.jpg'></figure>" for n in range(8)) + "</div>", title=HEADLINES[3], head=ld(**{"@type": "ImageGallery"})), 200, {}, "video_stub",
    ),
    "login": (
        "/news/1234", document(f'{MENU}<h1>تسجيل الدخول</h1><form><input name="u"><input type="password"><button>دخول</button></form><p>هل نسيت كلمة المرور؟</p>', title="تسجيل الدخول - الضفة"), 200, {}, "login_wall",
    ),
    "paywall": (
        "/news/1234-x", article(TEASER, "هذا المحتوى للمشتركين فقط. اشترك لمتابعة القراءة.", around='<div class="paywall-box"><a href="/s">اشترك الآن</a></div>', head=ld(**{"@type": "NewsArticle", "headline": HEADLINES[0], "isAccessibleForFree": False})), 200, {}, "login_wall",
    ),
    "cloudflare": ("/news/1", document('<h1>Just a moment...</h1><form id="challenge-form" action="/?__cf_chl_f_tk=1"></form>', title="Just a moment..."), 403, {}, "challenge"),
    "cloudflare, answered with 200": ("/news/1", document('<div class="main-wrapper"><h1>www.example.ma</h1><p>Checking if the site connection is secure</p></div><script>window._cf_chl_opt={}</script>', title="Just a moment..."), 200, {}, "challenge"),
    "cloudflare in Arabic": ("/news/1", document('<h1>www.example.ma</h1><h2>تحقق من أنك لست روبوت</h2><div class="cf-turnstile"></div>', title="لحظة من فضلك..."), 200, {}, "challenge"),
    "cloudflare block": ("/news/1", document('<div id="cf-wrapper"><h1>Sorry, you have been blocked</h1><h2>You are unable to access example.ma</h2></div>', title="Attention Required! | Cloudflare"), 403, {}, "challenge"),
    "imperva": ("/news/1", document('<iframe src="/_Incapsula_Resource?SWUDNSAI=31">Request unsuccessful. Incapsula incident ID: 1</iframe>'), 200, {}, "challenge"),
    "ddos-guard": ("/news/1", document('<h1>Checking your browser before accessing example.ma</h1><a href="https://ddos-guard.net">DDoS-Guard</a>', title="DDoS-Guard"), 403, {}, "challenge"),
    "akamai": ("/news/1", document("<h1>Access Denied</h1>You don't have permission to access this server.<p>Reference #18.1<p>https://errors.edgesuite.net/18.1", title="Access Denied"), 403, {}, "challenge"),
    "sucuri": ("/news/1", document('<h1>Access Denied - Sucuri Website Firewall</h1><p>If you are the site owner</p><a href="https://sucuri.net">x</a>', title="Sucuri WebSite Firewall - Access Denied"), 403, {}, "challenge"),
    "datadome": ("/news/1", document('<p>Please enable JS and disable any ad blocker</p><script src="https://ct.captcha-delivery.com/c.js"></script>', title="example.ma"), 403, {}, "challenge"),
    "are you human, in Arabic": ("/news/1", document('<h1>جاري التحقق من المتصفح</h1><p>يرجى الانتظار بضع ثوان قبل الدخول إلى الموقع</p>', title="التحقق من الأمان"), 503, {}, "challenge"),
    "not found, Arabic": ("/news/1234", document(f"{MENU}<h1>عذرا، الصفحة غير موجودة</h1><p>الصفحة التي تبحث عنها غير متوفرة أو تم نقلها.</p>{cards(8)}", title="الصفحة غير موجودة - الضفة"), 200, {}, "soft_404"),
    "not found, English": ("/news/1234", document(f"{MENU}<h1>404</h1><h2>Page not found</h2>{cards(12)}", title="Page not found - الضفة", body_class="error404"), 200, {}, "soft_404"),
    "not found with teasers": ("/news/1234", document(f"{MENU}<h1>لم يتم العثور على الصفحة</h1><p>ربما تهمك هذه الأخبار</p>{cards(6, 'تفاصيل الخبر في الداخل')}", title="خطأ 404"), 200, {}, "soft_404"),
    "deleted": ("/news/1234", document(f"{MENU}<h1>الضفة</h1><p>هذا الخبر تم حذفه أو لم يعد متوفرا</p>", title="الضفة"), 200, {}, "soft_404"),
    "status 404": ("/news/1234", article(*PARAGRAPHS), 404, {}, "soft_404"),
    "database error": ("/news/1234", document("<h1>Error establishing a database connection</h1>", title="Database Error"), 200, {}, "soft_404"),
    "maintenance": ("/news/1234", document("<h1>الموقع تحت الصيانة</h1><p>سنعود قريبا</p>", title="الضفة"), 200, {}, "soft_404"),
    "feed": ("/feed", '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>الضفة</title><item><title>خبر</title></item></channel></rss>', 200, {"content-type": "application/rss+xml"}, "feed"),
    "sitemap": ("/sitemap.xml", f'<?xml version="1.0"?><urlset><url><loc>{SITE}/a</loc></url></urlset>', 200, {"content-type": "text/xml"}, "feed"),
    "pdf": ("/a.pdf", "%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj", 200, {"content-type": "application/pdf"}, "not_html"),
    "json": ("/api", '{"status": "ok", "items": []}', 200, {"content-type": "application/json"}, "not_html"),
    "empty": ("/news/1234", "", 200, {}, "no_text"),
    "shell of a script": ("/news/1234", document('<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript>', title="الضفة"), 200, {}, "no_text"),
    "three words": ("/news/1234", document("<h1>خبر</h1><p>قريبا إن شاء الله</p>", title="خبر"), 200, {}, "too_short"),
}  # fmt: skip

BREAKING = "عاجل: وسائل إعلام رسمية تؤكد سماع دوي انفجارات في محيط المطار الدولي صباح اليوم الخميس"
NEWS = ld(**{"@type": "NewsArticle", "headline": HEADLINES[0], "datePublished": "2024-03-05"})

#: name -> (path, html)
KEPT: dict[str, tuple[str, str]] = {
    "plain": ("/politics/12345-x", article(*PARAGRAPHS)),
    "with schema": ("/politics/12345-x", article(*PARAGRAPHS, head=NEWS)),
    "breaking line with schema": ("/urgent/12346", article(BREAKING, head=NEWS)),
    "breaking line with og:type": ("/urgent/12346", article(BREAKING, head=og("article"))),
    "breaking line without meta": ("/urgent/12346", article(BREAKING)),
    "breaking line among sixty cards": ("/urgent/12346", article(BREAKING, head=NEWS, around=f"<aside>{cards(60)}</aside>")),
    "breaking line among cards, og:type website": ("/urgent/12346", article(BREAKING, head=og("website"), around=f"<aside>{cards(30, tag='li')}</aside>")),
    "breaking line under two words": ("/urgent/12346", article(BREAKING, title="زلزال اليابان", head=NEWS)),
    "among cards with teasers": ("/politics/12345-x", article(*PARAGRAPHS, around=f"<div>{cards(20, TEASER)}</div>")),
    "og:type website": ("/politics/12345-x", article(*PARAGRAPHS, head=og("website"), around=cards(12))),
    "address under category": ("/category/politics/12345-kalam-taweel", article(*PARAGRAPHS, head=NEWS)),
    "address by query": ("/news.php?cat=3&id=8812", article(*PARAGRAPHS)),
    "about robots": ("/tech/99123-x", article(*PARAGRAPHS, title="كيف تثبت للمواقع أنك لست روبوت؟ دليل مبسط", head=NEWS)),
    "about a page not found": ("/tech/99124-x", article(*PARAGRAPHS, title="خطأ 404: لماذا لا تجد الصفحة التي تبحث عنها؟", head=og("article"))),
    "with a login form in the header": ("/politics/12345-x", article(*PARAGRAPHS, around='<form><a>تسجيل الدخول</a><input type="password"></form>')),
    "breaking line with a login form": ("/urgent/12346", article(BREAKING, head=NEWS, around='<form><a>تسجيل الدخول</a><input type="password"></form>')),
    "with cloudflare's script": ("/politics/12345-x", article(*PARAGRAPHS, around='<script src="/cdn-cgi/challenge-platform/x.js"></script>')),
    "breaking line with cloudflare's script": ("/urgent/12346", article(BREAKING, around='<script src="/cdn-cgi/challenge-platform/x.js"></script>' + cards(10))),
    "with a captcha below": ("/politics/12345-x", article(PARAGRAPHS[0], around='<div class="g-recaptcha"></div>')),
    "video with a report": ("/video/5512-x", article(*PARAGRAPHS, head=og("video.other"), around='<iframe src="https://www.youtube.com/embed/x"></iframe>')),
    "photos with a report": ("/gallery/33-x", article(*PARAGRAPHS, head=ld(**{"@type": "ImageGallery"}))),
    "free part before a paywall that is long": ("/politics/12345-x", article(*PARAGRAPHS, head=ld(**{"@type": "NewsArticle", "headline": "x", "isAccessibleForFree": False}))),
    "body class of Drupal": ("/node/8812", article(*PARAGRAPHS, body_class="page-node node-type-article")),
    "table layout": ("/show.php?id=77", document(f"<table><tr><td><font size=5><b>{HEADLINES[0]}</b></font><br>5/3/2024<br><br>{'<br><br>'.join(PARAGRAPHS)}</td></tr></table>", title=HEADLINES[0])),
    "two article objects": ("/a/12345", article(*PARAGRAPHS, head=NEWS + NEWS)),
    "editors as a headline": ("/politics/12345-x", article(*PARAGRAPHS, title="هيئة التحرير")),
    "list inside": ("/a/5551-x", article(PARAGRAPHS[0], "<ul>" + "".join(f"<li>{line}</li>" for line in HEADLINES[:8]) + "</ul>", PARAGRAPHS[1])),
}  # fmt: skip


def outcome(path: str, body: str, status: int = 200, headers: dict[str, str] | None = None) -> Article | NotArticle:
    page = Page(
        url=SITE + path,
        body=body.encode(),
        fetched_at=datetime(2024, 3, 6, tzinfo=UTC),
        status=status,
        headers=headers or {},
    )
    return extract(page).outcome


@pytest.mark.parametrize("name", REFUSED)
def test_a_page_that_is_no_article_is_refused_with_its_reason(name: str) -> None:
    path, body, status, headers, reason = REFUSED[name]
    result = outcome(path, body, status, headers)
    assert isinstance(result, NotArticle), result
    assert (result.reason, bool(result.detail)) == (reason, True), result


@pytest.mark.parametrize("name", KEPT)
def test_an_article_is_kept(name: str) -> None:
    result = outcome(*KEPT[name])
    assert isinstance(result, Article), result
    assert result.text


def real_pages() -> list[Path]:
    return sorted(SHARED.glob("corpus/*.html.gz"))[::8] + sorted(SHARED.glob("sites/*.html.gz"))[::10]


@pytest.mark.parametrize("path", real_pages(), ids=lambda path: path.name[:11])
def test_real_articles_are_kept(path: Path) -> None:
    """Every eighth here; all 260 were kept when this was written, also with their schema and meta tags taken out."""
    body = gzip.decompress(path.read_bytes()).decode("utf-8")
    assert isinstance(outcome("/a/b/c", body), Article)
