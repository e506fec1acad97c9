"""Is a page an article? Judged by structure first (schema types, addresses, link cards, paragraphs), by words in support.

An article refused is lost to its readers, a list stored is a blemish: every rule asks for two kinds of evidence.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from pipelines import jsonld
from pipelines.body.dom import text_of
from pipelines.normal import normal
from pipelines.urls import BadUrl, is_home, same_site
from storage.article import NotArticleReason

Verdict = tuple[NotArticleReason, str]

#: A text of fewer words is no article, unless the page says that it is one: a breaking line has 8 to 15.
FEW_WORDS = 25
#: Fewest words of an item whose page says that it is an article.
BREAKING_WORDS = 5
#: A paragraph of so many words was written, not listed.
PARAGRAPH_WORDS = 25
#: Links with a headline's length (4 words and more) that make a page a list.
MANY_CARDS = 12


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What the rules look at. `lines` are those of the cleaned text."""

    tree: HtmlElement
    url: str
    status: int
    headers: Mapping[str, str]
    title: str
    lines: tuple[str, ...]
    article_url: str | None

    @cached_property
    def words(self) -> int:
        return sum(len(line.split()) for line in self.lines)

    @cached_property
    def longest(self) -> int:
        """Words of the longest line."""
        return max((len(line.split()) for line in self.lines), default=0)

    @cached_property
    def objects(self) -> list[jsonld.Object]:
        return jsonld.objects(self.tree)

    @cached_property
    def types(self) -> frozenset[str]:
        return frozenset(name for thing in self.objects for name in jsonld.types(thing))

    @cached_property
    def og_type(self) -> str:
        return next(
            (str(content).strip().lower() for content in self.tree.xpath("//meta[@property='og:type']/@content")), ""
        )

    @cached_property
    def body_class(self) -> frozenset[str]:
        body = self.tree.find("body")
        return frozenset((body.get("class") or "").lower().split()) if body is not None else frozenset()

    @cached_property
    def path(self) -> str:
        return unquote(urlsplit(self.url).path).lower()

    @cached_property
    def head(self) -> str:
        """Document title and first headings, folded: where an error page or a challenge says what it is."""
        heads = self.tree.xpath("//title | //h1 | //h2")[:6]
        return normal(" ".join([self.title, *(text_of(head)[:200] for head in heads)]))

    @cached_property
    def says_article(self) -> bool:
        """The page itself says that it is one article, by schema type, Open Graph or the source's own address pattern."""
        if self.types & jsonld.ARTICLE_TYPES or self.og_type in ("article", "og:article", "news", "news_article"):
            return True
        if self.body_class & {"single", "single-post", "article", "node-type-article", "page-node-type-article"}:
            return True
        return bool(self.article_url and re.search(self.article_url, self.url))

    @cached_property
    def cards(self) -> int:
        """Links whose words are a headline: four words or more."""
        seen = {
            link.get("href") for link in self.tree.iter("a") if link.get("href") and len(text_of(link).split()) >= 4
        }
        return len(seen)


def classify(
    tree: HtmlElement,
    *,
    url: str,
    title: str,
    text: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    article_url: str | None = None,
) -> Verdict | None:
    """Return why a page is no article and what gave it away, or None for an article.

    `text` is the cleaned text, a paragraph a line; `headers` have names in lower case; `article_url` is the source's
    pattern of article addresses.
    """
    evidence = Evidence(
        tree=tree,
        url=url,
        status=status,
        headers=headers or {},
        title=title,
        lines=tuple(text.splitlines()),
        article_url=article_url,
    )
    for rule in RULES:
        if verdict := rule(evidence):
            return verdict
    return None


def not_html(page: Evidence) -> Verdict | None:
    media = page.headers.get("content-type", "").split(";")[0].strip().lower()
    if media and not re.search(r"html|^text/plain$|xml", media) and not page.lines:
        return "not_html", f"media type {media[:60]}"
    return None


def feed(page: Evidence) -> Verdict | None:
    for name in ("rss", "feed", "rdf", "urlset", "sitemapindex", "channel"):
        root = page.tree if page.tree.tag == name else page.tree.find(f"body/{name}")
        if root is not None:
            return "feed", f"<{name}> document"
    return None


_CHALLENGE = re.compile(
    r"\b(?:just a moment|attention required|checking your browser|ddos guard|ddos protection|access denied|please wait while"
    r"|verify(?:ing)? (?:you are|that you are|youre) (?:a )?human|are you a robot|security check|pardon our interruption|sucuri website firewall"
    r"|request unsuccessful incapsula|one more step|human verification|bot verification|browser check|validation request)\b"
    r"|لست (?:روبوت|برنامج|انسان)|التحقق من (?:انك|المتصفح|متصفحك|هويتك|الامان)|جار[ي]? التحقق|تحقق من انك|لحظه من فضلك|انت (?:بشر|انسان)|يجري فحص المتصفح"
)
_CHALLENGE_MARKS = (
    "//form[contains(@action,'__cf_chl') or @id='challenge-form']",
    "//script[contains(@src,'/cdn-cgi/challenge-platform/') and not(//article)]",
    "//iframe[contains(@src,'_Incapsula_Resource')] | //script[contains(@src,'_Incapsula_Resource')]",
    "//*[contains(@src,'ddos-guard') or contains(@class,'ddos-guard')]",
    "//*[@id='cf-wrapper' or @id='cf-error-details' or contains(@class,'cf-browser-verification') or @id='sec-if-cpt-container']",
    "//*[contains(@class,'g-recaptcha') or contains(@class,'h-captcha') or contains(@class,'cf-turnstile')]",
)


def challenge(page: Evidence) -> Verdict | None:
    if page.words > 120 or page.longest > 60:
        return None
    marks = [mark for mark in _CHALLENGE_MARKS[:-1] if page.tree.xpath(mark)]
    said = _CHALLENGE.search(page.head)
    if marks and (said or page.words < 60 or page.status in (403, 429, 503)):
        return "challenge", f"challenge page{f': {said[0]}' if said else ''}"
    widget = page.tree.xpath(_CHALLENGE_MARKS[-1])
    if said and (page.words < 60 or widget or page.status in (403, 429, 503)) and not page.says_article:
        return "challenge", f"challenge page: {said[0]}"
    return None


_GONE = re.compile(
    r"\b(?:404|page not found|not found|cannot be found|does(?: not|nt) exist|no longer available|page (?:unavailable|introuvable))\b"
    r"|(?:الصفحه|الخبر|المقال|الرابط|المحتوي|الموضوع|الماده|الصفحات)(?: \w+){0,4} (?:غير (?:موجود|موجوده|متاح|متاحه|متوفر|متوفره)|لم تعد|لم يعد|حذف|حذفت|محذوف|محذوفه)"
    r"|لم يتم العثور|لم نتمكن من (?:العثور|ايجاد)|لم نعثر علي|عذرا(?: \w+){0,4} (?:غير موجود|غير موجوده|غير متاح|غير متاحه)|هذه الصفحه غير|صفحه غير موجوده|خطا 404|الصفحه التي تبحث عنها"
)


def soft_404(page: Evidence) -> Verdict | None:
    if page.status >= 400:
        return "soft_404", f"status {page.status}"
    said = _GONE.search(page.head)
    if said and (page.words < 80 or page.longest < 15) and not page.types & jsonld.ARTICLE_TYPES:
        return "soft_404", f"the page says: {said[0]}"
    body = normal(" ".join(page.lines)) if page.words < 60 else ""
    if (said := _GONE.search(body)) and not page.says_article:
        return "soft_404", f"the text says: {said[0]}"
    return None


def home(page: Evidence) -> Verdict | None:
    try:
        if is_home(page.url) and not page.types & jsonld.ARTICLE_TYPES:
            return "home", "address of the whole site"
    except BadUrl:
        return None
    if page.body_class & {"home"} and page.longest < 2 * PARAGRAPH_WORDS and not page.says_article:
        return "home", "body class of a home page"
    for claimed in page.tree.xpath("//link[@rel='canonical']/@href")[:1]:
        try:
            points_home = claimed.startswith("http") and is_home(claimed) and same_site(claimed, page.url)
        except BadUrl:
            continue
        if points_home and not page.says_article and page.cards >= MANY_CARDS and page.longest < PARAGRAPH_WORDS:
            return "home", f"canonical is the home page, {page.cards} link cards"
    return None


_LOGIN = re.compile(
    r"\b(?:log ?in|sign ?in|subscribe to (?:continue|read)|subscribers only|members only|already a subscriber)\b"
    r"|تسجيل الدخول|سجل الدخول|سجل دخولك|للمشتركين فقط|هذا المحتوي (?:خاص|حصري|متاح) (?:ب|ل)?المشتركين|اشترك (?:الان )?(?:لمتابعه|لمواصله|لاكمال|لقراءه)|يجب (?:عليك )?تسجيل الدخول|محتوي مدفوع|المحتوي مخصص للمشتركين"
)


def login_wall(page: Evidence) -> Verdict | None:
    if page.words >= 60:
        return None
    password = page.tree.xpath("//input[@type='password']")
    said = _LOGIN.search(f"{page.head} {normal(' '.join(page.lines))}")
    walled = page.tree.xpath(
        "//*[contains(@class,'paywall') or contains(@id,'paywall') or contains(@class,'subscriber-only')]"
    )
    free = any(str(thing.get("isAccessibleForFree")).lower() == "false" for thing in page.objects)
    if (password and said and not page.says_article) or (free and page.words < 40) or (walled and said):
        return "login_wall", f"{'password field' if password else 'paywall'}, {page.words} words"
    return None


_LIST_PATH = re.compile(
    r"/(?:category|categories|tag|tags|topic|topics|author|authors|writer|writers|search|archive|archives|section|sections|keyword|keywords|label"
    r"|تصنيف|قسم|اقسام|أقسام|وسم|وسوم|كاتب|كتاب|بحث|ارشيف|أرشيف|الكاتب|الوسم|تاغ)(?:/|$)|/page/\d+/?$"
)
_LIST_CLASSES = frozenset(
    ("archive", "category", "tag", "author", "search", "search-results", "search-no-results", "blog", "tax-post_format", "page-taxonomy", "page-taxonomy-term", "path-taxonomy", "page-search", "page-author")
)  # fmt: skip
_LIST_TYPES = frozenset(("collectionpage", "itemlist", "searchresultspage", "profilepage"))


def section(page: Evidence) -> Verdict | None:
    """Tell lists by what several signs say together: address, classes, schema, cards, and no paragraph that was written."""
    signs = list(_list_signs(page))
    written = page.longest >= PARAGRAPH_WORDS and page.words >= 80
    against = page.says_article + written
    if len(signs) - against >= 2 or (signs and not against and page.cards >= MANY_CARDS):
        return "section", f"{', '.join(signs)}; {page.cards} link cards, longest paragraph {page.longest} words"
    if page.cards >= 2 * MANY_CARDS and not page.says_article and page.longest < PARAGRAPH_WORDS:
        return "section", f"{page.cards} link cards, longest paragraph {page.longest} words"
    return None


def _list_signs(page: Evidence) -> Iterator[str]:
    if _LIST_PATH.search(page.path) or re.search(r"[?&](?:s|q|search|cat|tag|author)=", page.url):
        yield "address of a list"
    if page.body_class & _LIST_CLASSES and not page.body_class & {"single", "single-post"}:
        yield "body class of a list"
    if page.types & _LIST_TYPES and not page.types & jsonld.ARTICLE_TYPES:
        yield "schema type of a list"


def video_stub(page: Evidence) -> Verdict | None:
    if page.words >= 40:
        return None
    is_video = (
        page.og_type.startswith("video")
        or "videoobject" in page.types
        or re.search(r"/(?:video|videos|فيديو|watch|gallery|photos|صور)(?:/|$)", page.path)
    )
    player = page.tree.xpath(
        "//video | //iframe[contains(@src,'youtube') or contains(@src,'dailymotion') or contains(@src,'player')]"
    )
    if (
        is_video
        and (player or page.og_type.startswith("video"))
        and not page.types & (jsonld.ARTICLE_TYPES - {"article"})
    ):
        return "video_stub", f"a player and {page.words} words"
    return None


def too_short(page: Evidence) -> Verdict | None:
    if not page.lines:
        return "no_text", "no paragraph found"
    least = BREAKING_WORDS if page.says_article and page.title else FEW_WORDS
    if page.words < least:
        return "too_short", f"{page.words} words"
    return None


#: Asked in this order; the first that answers decides.
RULES = (not_html, feed, challenge, soft_404, home, login_wall, section, video_stub, too_short)
