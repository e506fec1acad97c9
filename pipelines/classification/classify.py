"""Decide whether a page is an article, by structure (schema types, URLs, link cards, paragraphs) supported by words.

Rejecting an article loses it, storing a list is a minor error: every rule requires two kinds of evidence.
"""

import re
from collections.abc import Mapping

from pipelines.classification.list_pages import list_or_article
from pipelines.classification.page_features import PARAGRAPH_WORDS, Signs
from pipelines.html import jsonld
from pipelines.html.parsed_page import ParsedPage
from pipelines.urls.canonical import BadUrl, is_home, same_site
from pipelines.words.normal import normal
from storage.model.article import NotArticleReason

Verdict = tuple[NotArticleReason, str]

#: Minimum number of words of an article, unless the page declares one: a breaking line has 8 to 15.
FEW_WORDS = 25
#: Minimum number of words if the page declares an article.
BREAKING_WORDS = 5
#: Number of cards from which a page without text is a list.
FEW_CARDS = 8
#: Login walls, challenges and error pages are short: longer pages are not tested for them.
WALL_WORDS = 120


def classify(
    parsed: ParsedPage,
    *,
    url: str,
    title: str,
    text: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    article_url: str | None = None,
    objects: list[jsonld.Object] | None = None,
) -> Verdict | None:
    """Return the reason and evidence why a page is not an article; None for an article.

    `text` is the cleaned text, a paragraph a line; `headers` have names in lower case; `article_url` is the source's
    pattern of article addresses; `objects` are what `jsonld.objects` said of the page, where it was asked already.
    """
    page = Signs(
        parsed=parsed,
        url=url,
        status=status,
        headers=headers or {},
        title=title,
        lines=tuple(text.splitlines()),
        article_url=article_url,
        objects=jsonld.objects(parsed.tree) if objects is None else objects,
    )
    return next((verdict for rule in RULES if (verdict := rule(page))), None)


def not_html(page: Signs) -> Verdict | None:
    """JSON, pictures, PDF: a media type other than HTML, or a body without markup."""
    media = page.headers.get("content-type", "").split(";")[0].strip().lower()
    if not media or re.search(r"html|^text/plain$|xml", media):
        return None
    marked_up = len(page.tree.xpath("//title | //h1 | //p | //meta")) > 1
    return None if marked_up else ("not_html", f"media type {media[:60]}")


_FEEDS = ("rss", "feed", "rdf", "urlset", "sitemapindex", "channel")


def feed(page: Signs) -> Verdict | None:
    outermost = {page.tree.tag, *(child.tag for body in page.tree.iterchildren("body") for child in body)}
    name = next((name for name in _FEEDS if name in outermost), None)
    return ("feed", f"<{name}> document") if name else None


#: Phrases in titles and headings of challenge pages, folded as by `normal`.
_CHALLENGE = re.compile(
    r"\b(?:just a moment|attention required|checking (?:your|the site connection)|ddos guard|ddos protection|access (?:to this page has been )?denied"  # noqa: E501  a regular expression
    r"|please wait|verify(?:ing)? (?:that )?(?:you are|youre|you re) (?:a )?human|(?:are|you are) (?:you )?(?:not )?a robot|security (?:check|verification)"  # noqa: E501  a regular expression
    r"|pardon our interruption|sucuri website firewall|request unsuccessful|one more step|(?:human|bot|browser) (?:verification|check)|validation request"  # noqa: E501  a regular expression
    r"|enable javascript and cookies|you have been blocked|unusual traffic|captcha)\b"
    r"|لست (?:روبوت|برنامج|انسان|بوت)|التحقق من (?:انك|المتصفح|متصفحك|هويتك|الامان)|تحقق من (?:انك|متصفحك)|جار[ي]? (?:التحقق|فحص)|لحظه من فضلك"  # noqa: E501  a regular expression
    r"|يرجي الانتظار|انت (?:بشر|انسان)|فحص المتصفح|تم حظر(?:ك| وصولك| عنوان)"
)
_CHALLENGE_MARKS = (
    "//form[contains(@action,'__cf_chl') or @id='challenge-form']",
    "//script[contains(@src,'/cdn-cgi/challenge-platform/')] | //script[contains(text(),'_cf_chl_opt')]",
    "//iframe[contains(@src,'_Incapsula_Resource')] | //script[contains(@src,'_Incapsula_Resource')]",
    "//*[contains(@src,'ddos-guard') or contains(@href,'ddos-guard') or contains(@class,'ddos-guard')]",
    "//*[@id='cf-wrapper' or @id='cf-error-details' or contains(@class,'cf-browser-verification') or @id='sec-if-cpt-container']",  # noqa: E501  an XPath
    "//script[contains(@src,'captcha-delivery.com') or contains(@src,'awswaf.com') or contains(@src,'perimeterx') or contains(@src,'px-captcha')]",  # noqa: E501  an XPath
    "//*[contains(text(),'errors.edgesuite.net')] | //*[contains(@href,'sucuri.net')]",
)
_CAPTCHA = "//*[contains(@class,'g-recaptcha') or contains(@class,'h-captcha') or contains(@class,'cf-turnstile')]"


def challenge(page: Signs) -> Verdict | None:
    """A robot challenge: its scripts or phrases, and hardly any text. Real articles contain some of both."""
    if page.words > WALL_WORDS or page.longest > 60:
        return None
    phrase = _CHALLENGE.search(page.head) or (
        _CHALLENGE.search(page.first_words) if page.all_words < WALL_WORDS else None
    )
    refused = page.status in (401, 403, 405, 429, 503)
    marked = any(page.tree.xpath(mark) for mark in _CHALLENGE_MARKS)
    captcha = bool(page.tree.xpath(_CAPTCHA)) and page.all_words < WALL_WORDS
    if (phrase and (marked or captcha or refused or page.all_words < WALL_WORDS)) or (
        marked and (refused or page.all_words < 40)
    ):
        return None if page.is_schema_article else ("challenge", f"challenge page{f': {phrase[0]}' if phrase else ''}")
    return None


#: Phrases of error pages, folded.
_GONE = re.compile(
    r"\b(?:404|page not found|not found|(?:cannot|can t|could not|couldn t) be found|does(?: not|n t|nt) exist|no longer (?:available|exists)|page (?:unavailable|introuvable)"  # noqa: E501  a regular expression
    r"|error establishing a database connection|under (?:maintenance|construction)|account (?:has been )?suspended|this site is currently unavailable)\b"  # noqa: E501  a regular expression
    r"|(?:الصفحه|الخبر|المقال|المقاله|الرابط|المحتوي|الموضوع|الماده|التدوينه)(?: \w+){0,5} (?:غير (?:موجود|موجوده|متاح|متاحه|متوفر|متوفره)|لم تعد|لم يعد|حذف|حذفت|محذوف|محذوفه|لا وجود)"  # noqa: E501  a regular expression
    r"|لم يتم العثور|لم نتمكن من (?:العثور|ايجاد)|لم نعثر علي|لا يمكن العثور|عذرا(?: \w+){0,4} (?:غير موجود|غير موجوده|غير متاح|غير متاحه)|هذه الصفحه غير|صفحه غير موجوده"  # noqa: E501  a regular expression
    r"|خط[اؤ] ?404|الصفحه التي (?:تبحث عنها|طلبتها)|(?:الموقع|الصفحه) (?:تحت|قيد) (?:الصيانه|الانشاء|التطوير)"
)


def soft_404(page: Signs) -> Verdict | None:
    """An error page with any status: its head says so, and its text is short or a list of other articles."""
    if page.status >= 400:
        return "soft_404", f"status {page.status}"
    in_head = _GONE.search(page.head) if page.words < 80 or page.longest < PARAGRAPH_WORDS else None
    in_text = _GONE.search(normal(" ".join(page.lines))) if page.words < 60 and not page.says_article else None
    said = in_head or in_text
    if said is None or _is_surely_article(page):
        return None
    return "soft_404", f"the {'page' if in_head else 'text'} says: {said[0]}"


def _is_surely_article(page: Signs) -> bool:
    written = page.longest >= PARAGRAPH_WORDS and page.listed < 0.3
    return page.is_schema_article or (page.says_article and written)


def home(page: Signs) -> Verdict | None:
    """The home page: by URL, by its body's class, or by the canonical link of a removed page."""
    if page.is_schema_article:
        return None
    try:
        if is_home(page.url):
            return "home", "address of the whole site"
        lost = is_home(page.canonical) and same_site(page.canonical, page.url) if page.canonical else False
    except BadUrl:
        return None
    if page.says_article or not (lost or "home" in page.body_class):
        return None
    if page.cards >= 8 and (page.listed > 0.5 or page.longest < PARAGRAPH_WORDS):
        return "home", f"{'canonical is' if lost else 'body class of'} the home page, {page.cards} link cards"
    return None


_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|subscribe (?:to|for|now)|subscribers only|members only|already a (?:subscriber|member)|se connecter)\b"  # noqa: E501  a regular expression
    r"|تسجيل الدخول|سجل (?:الدخول|دخولك|الان)|للمشتركين فقط|(?:المحتوي|الماده|المقال) (?:\w+ ){0,2}(?:ب|ل)?المشتركين|مخصص للمشتركين"  # noqa: E501  a regular expression
    r"|اشترك (?:الان |معنا )?(?:ل?متابعه|ل?مواصله|ل?اكمال|ل?قراءه|للقراءه|للاطلاع)|(?:ل?متابعه|ل?مواصله|ل?اكمال|تتمه) (?:ال)?قراءه|محتوي مدفوع|يجب (?:عليك )?(?:تسجيل|الاشتراك)"  # noqa: E501  a regular expression
)


def login_wall(page: Signs) -> Verdict | None:
    """A login form, or a teaser before a paywall: few words, and page or schema say that the rest is closed."""
    if page.words >= 80:
        return None
    phrase = _LOGIN.search(page.head) or _LOGIN.search(page.first_words)
    password = bool(page.tree.xpath("//input[@type='password']")) and not (
        page.says_article and page.words >= BREAKING_WORDS
    )
    walled = page.tree.xpath(
        "//*[contains(@class,'paywall') or contains(@id,'paywall') or contains(@class,'subscriber-only') or contains(@class,'premium-content')]"  # noqa: E501  an XPath
    )
    closed = any(str(thing.get("isAccessibleForFree")).lower() == "false" for thing in page.objects)
    if phrase and (walled or closed or (password and page.words < 40)):
        return "login_wall", f"{'password field' if password else 'paywall'}, {page.words} words"
    return None


def section(page: Signs) -> Verdict | None:
    detail = list_or_article(page)
    return ("section", detail) if detail else None


def stub(page: Signs) -> Verdict | None:
    """A player or a row of pictures with a line of text below it."""
    if page.words >= 40 or page.types & (jsonld.ARTICLE_TYPES - {"article", "socialmediaposting"}):
        return None
    player = bool(
        page.tree.xpath(
            "//video | //iframe[contains(@src,'youtu') or contains(@src,'dailymotion') or contains(@src,'player') or contains(@src,'vimeo')]"  # noqa: E501  an XPath
        )
    )
    about_video = page.og_type.startswith("video") or "videoobject" in page.types
    about_video |= bool(re.search(r"/(?:videos?|watch|tv|vod|فيديو|الفيديو)(?:/|$|-)", page.path))
    if about_video and (player or page.og_type.startswith("video") or "videoobject" in page.types):
        return "video_stub", f"a player and {page.words} words"
    pictures = len(
        page.tree.xpath(
            "//figure//img | //*[contains(@class,'gallery') or contains(@class,'album') or contains(@class,'slide')]//img"  # noqa: E501  an XPath
        )
    )
    about_pictures = bool(page.types & {"imagegallery", "mediagallery"}) or bool(
        re.search(r"/(?:gallery|galleries|photos?|albums?|صور|البوم)(?:/|$|-)", page.path)
    )
    if about_pictures and pictures >= 3 and page.words < FEW_WORDS:
        return "video_stub", f"{pictures} pictures and {page.words} words"
    return None


def too_short(page: Signs) -> Verdict | None:
    if not page.lines and page.cards >= FEW_CARDS and not page.is_one_item:
        return "section", f"{page.cards} link cards and no paragraph"
    if not page.lines:
        return "no_text", "no paragraph found"
    least = BREAKING_WORDS if page.is_one_item else FEW_WORDS
    if page.words < least:
        return "too_short", f"{page.words} words"
    return None


#: Applied in this order; the first match decides.
RULES = (not_html, feed, challenge, soft_404, home, login_wall, section, stub, too_short)
