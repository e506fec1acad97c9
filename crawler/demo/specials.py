"""Pages that look like articles by URL but are not, each with its required end state in the frontier."""

from crawler.demo.answers import DemoResponse, html
from crawler.demo.templates.furniture import COPYRIGHT, NAME, navigation
from crawler.demo.truth import EndState


def _page(title: str, body: str, head: str = "") -> str:
    return f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>{head}</head>
<body><header><a href="/">{NAME}</a><nav><ul>{navigation()}</ul></nav></header><main>{body}</main><footer>{COPYRIGHT}</footer></body></html>"""


VIDEO_STUB = _page(
    "بالفيديو.. لحظة وصول أول قطار إلى محطة عين الزيتون",
    "<article><h1>بالفيديو.. لحظة وصول أول قطار إلى محطة عين الزيتون</h1><time>12 مارس 2025</time>"
    '<div class="player"><video controls poster="/v.jpg"><source src="/v.mp4" type="video/mp4"></video></div>'
    "<p>شاهد الفيديو</p></article>",
    '<meta property="og:type" content="video.other"><meta property="og:video" content="/v.mp4">',
)

LOGIN_WALL = _page(
    f"هذا المحتوى للمشتركين - {NAME}",
    "<article><h1>ما وراء صفقة الموانئ الثلاثة</h1><p>يكشف هذا التحقيق كيف انتقلت إدارة الموانئ الثلاثة في أقل من شهر...</p>"
    '<div class="paywall"><h2>هذا المحتوى متاح للمشتركين فقط</h2><p>سجّل الدخول أو اشترك لمتابعة القراءة.</p>'
    '<form action="/login" method="post"><label>البريد الإلكتروني</label><input type="email" name="email">'
    '<label>كلمة المرور</label><input type="password" name="password"><button>تسجيل الدخول</button></form>'
    '<p>ليس لديك حساب؟ <a href="/register">أنشئ حساباً جديداً</a></p></div></article>',
)

CHALLENGE = """<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"><meta name="robots" content="noindex,nofollow">
<meta http-equiv="refresh" content="390"></head><body class="no-js"><div class="main-wrapper" role="main"><div class="main-content">
<h1 class="zone-name-title h1">127.0.0.1</h1><h2 class="h2">Verifying you are human. This may take a few seconds.</h2>
<noscript><div class="h2"><span id="challenge-error-text">Enable JavaScript and cookies to continue</span></div></noscript>
<script>(function(){window._cf_chl_opt={cType: 'managed',cRay: '8f00ba4'};}());</script></div></div></body></html>"""

SOFT_404 = _page(
    f"الصفحة غير موجودة - {NAME}",
    "<h1>عذراً، الصفحة غير موجودة</h1><p>الصفحة التي تبحث عنها غير موجودة أو تم نقلها إلى عنوان آخر.</p>"
    '<form action="/search"><input name="q"><button>بحث</button></form><p><a href="/">العودة إلى الصفحة الرئيسية</a></p>',
)

NOT_FOUND = _page(f"404 - {NAME}", "<h1>404</h1><p>الصفحة المطلوبة غير موجودة.</p>")
GONE = _page(f"410 - {NAME}", "<h1>410</h1><p>حُذفت هذه الصفحة ولن تعود.</p>")

#: The smallest file that a PDF reader opens: one empty page.
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R/Size 4>>\n%%EOF\n"
)

#: A tag with 120,000 attributes: one megabyte that keeps libxml2 busy for half a minute, so no extractor gets to it.
THOUSAND_ATTRIBUTES = _page(
    "ألف صفة وصفة",
    "<h1>ألف صفة وصفة</h1><p " + " ".join(f"a{number}=1" for number in range(120_000)) + ">خبر</p>",
)

#: Nesting deeper than any parser supports.
DEEP = _page("في أعماق الصفحة", "<h1>في أعماق الصفحة</h1>" + "<div>" * 20_000 + "قاع" + "</div>" * 20_000)

VIDEO_STUB_PATH = "/article/90001-first-train"
LOGIN_PATH = "/article/90002-three-ports"
CHALLENGE_PATH = "/article/90003-checking"
FORBIDDEN_CHALLENGE_PATH = "/article/90004-checking"
SOFT_404_PATH = "/article/90005-moved-away"
PDF_PATH = "/article/90006-annual-report.pdf"
MISSING_PATH = "/article/90007-missing"
GONE_PATH = "/article/90008-deleted-long-ago"
ENDLESS_PATH = "/article/90009-without-end"
SILENT_PATH = "/article/90010-silence"
ATTRIBUTES_PATH = "/article/90011-thousand-attributes"
DEEP_PATH = "/article/90012-deep"

#: Path -> response. The missing page needs none, the endless and the silent page are in faults.py.
ANSWERS: dict[str, DemoResponse] = {
    VIDEO_STUB_PATH: html(VIDEO_STUB),
    LOGIN_PATH: html(LOGIN_WALL),
    CHALLENGE_PATH: html(CHALLENGE),
    FORBIDDEN_CHALLENGE_PATH: html(CHALLENGE, status=403, headers=(("cf-mitigated", "challenge"),)),
    SOFT_404_PATH: html(SOFT_404),
    PDF_PATH: DemoResponse(body=PDF, content_type="application/pdf"),
    GONE_PATH: html(GONE, status=410),
    ATTRIBUTES_PATH: html(THOUSAND_ATTRIBUTES),
    DEEP_PATH: html(DEEP),
}

#: Path -> required end state.
END_STATES: dict[str, EndState] = {
    VIDEO_STUB_PATH: EndState(states=("not_article",), reason="video_stub", why="a player and no words"),
    LOGIN_PATH: EndState(states=("not_article",), reason="login_wall", why="a teaser and a password form"),
    CHALLENGE_PATH: EndState(states=("not_article",), reason="challenge", why="'Just a moment...' with 200"),
    FORBIDDEN_CHALLENGE_PATH: EndState(
        states=("not_article", "failed"), reason="challenge", why="'Just a moment...' with 403"
    ),
    SOFT_404_PATH: EndState(states=("not_article",), reason="soft_404", why="says 'not found' with 200"),
    PDF_PATH: EndState(states=("not_article",), reason="not_html", why="a PDF"),
    MISSING_PATH: EndState(states=("gone", "failed"), why="404, linked from a section and a sitemap"),
    GONE_PATH: EndState(states=("gone",), why="410"),
    ENDLESS_PATH: EndState(states=("failed", "pending"), why="streams for ever"),
    SILENT_PATH: EndState(states=("failed", "pending"), why="takes the request and says nothing"),
    ATTRIBUTES_PATH: EndState(states=("failed",), why="one tag of 120,000 attributes: extraction does not end in time"),
    DEEP_PATH: EndState(states=("not_article", "failed"), why="20,000 divisions within each other, one word"),
}
