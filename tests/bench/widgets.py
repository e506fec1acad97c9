"""Widgets that no list knows, put into real pages: the held-out half of tests/bench/extract.py.

Thirty kinds of markup, filled either with random words of the pages themselves (shape alone can find them) or with
button phrases that are not in our table, and put after paragraphs of the article. The widgets that a page came with are
taken out first, so that the two measures do not mix.
"""

import random
import re
from collections.abc import Callable, Iterator, Sequence

from tests.bench.scoring import squash

#: Phrases of real pages, none of them in pipelines/words/phrases.tsv.
UNLISTED = [
    "انضموا إلينا على تلغرام", "لا تفوتوا متابعة صفحتنا الرسمية", "حملوا التطبيق مجانا", "موضوعات تهمك", "إليك المزيد", "من أرشيفنا",
    "أخبار قد تعجبك", "ما رأيك في هذا الخبر", "اضغط هنا للاشتراك", "وصلات خارجية", "عودة إلى الأعلى", "أرسل الخبر", "شاركه مع أصدقائك",
    "مقالات الكاتب", "تابعونا عبر إنستغرام", "كن أول المعلقين", "النص الأصلي", "بلغ عن خطأ", "تواصل معنا", "تلقى نشرتنا كل صباح",
    "احصل على الأخبار العاجلة على هاتفك", "هذه المادة محمية بحقوق الملكية", "قصص قد تهمك", "واقرأ كذلك", "مواد ذات صلة", "روابط سريعة",
]  # fmt: skip

#: The widgets that the corpus was made with, as markup.
_GIVEN = [
    re.compile(pattern)
    for pattern in (
        r'<div class="wgt-a"><span>[^<>]*</span><ul><li>[^<>]*</li></ul></div>',
        r'<p>[^<>]{1,20}</p><ul><li><a href="#">[^<>]{1,20}</a></li></ul>',
        r'<p>(?:<strong>)?[^<>]{1,20}:(?:</strong>)? <a href="/n/\d">[^<>]*</a></p>',
        r'<div><b>[^<>]{1,20}</b><ul>(?:<li><a href="/n/\d">[^<>]*</a></li>)+</ul></div>',
        r'<h3>[^<>]{1,20}</h3><p><a href="/n/\d">[^<>]*</a></p>',
    )
]
Make = Callable[[Callable[[int, int], str], Callable[[], str]], tuple[str, Sequence[str]]]


def plain(html: str, strings: Sequence[str]) -> str:
    """The page without the widgets that it came with; `strings` are their words."""
    for pattern in _GIVEN:
        html = pattern.sub("", html)
    for string in strings:
        html = html.replace(f"<p>{string}</p>", "")
    return html


def planted(html: str, article: str, *, name: str, unlisted: bool, count: int = 6) -> tuple[str, list[str]] | None:
    """The page with `count` new widgets, and their strings.

    None where no paragraph of the article can be found in it.
    """
    rng = random.Random(f"{name}{unlisted}")
    own = {squash(line) for line in article.splitlines() if len(line.split()) > 12}
    ends = list(_paragraph_ends(html, own))
    if len(ends) < 2:
        return None
    words = re.findall("[\u0621-\u064a]{3,10}", article)

    def some(least: int, most: int) -> str:
        return " ".join(rng.choices(words, k=rng.randint(least, most)))

    def label() -> str:
        return rng.choice(UNLISTED) if unlisted else some(1, 4)

    strings: list[str] = []
    places = sorted((rng.choice(ends) for _ in range(count)), reverse=True)
    for place, kind in zip(places, rng.sample(sorted(KINDS), count), strict=True):
        markup, told = KINDS[kind](some, label)
        html = html[:place] + markup + html[place:]
        strings += told
    return html, strings


def _paragraph_ends(html: str, own: set[str]) -> Iterator[int]:
    for found in re.finditer("</p>", html):
        start = html.rfind("<p", 0, found.start())
        if squash(re.sub("<[^>]*>", " ", html[start : found.start()])) in own:
            yield found.end()


def _linked(title: str, href: str = "/r/1") -> str:
    return f'<a href="{href}">{title}</a>'


def _kind(markup: str, *, shown: str = "LTX") -> Make:
    """A kind of widget: L and K are labels, T and U titles, X a sentence; `shown` names those that must not leak."""

    def make(some: Callable[[int, int], str], label: Callable[[], str]) -> tuple[str, Sequence[str]]:
        parts = {"L": label(), "K": label(), "T": some(5, 10), "U": some(5, 10), "X": some(7, 11) + "."}
        filled = re.sub(r"\{(\w)\}", lambda found: parts[found.group(1)], markup)
        return filled, [parts[letter] for letter in shown if f"{{{letter}}}" in markup]

    return make


KINDS: dict[str, Make] = {
    "span and list": _kind('<div class="z7"><span>{L}</span><ul><li>{K}</li></ul></div>', shown="LK"),
    "paragraph and dead link": _kind('<p>{L}</p><ul><li><a href="#">{K}</a></li></ul>', shown="LK"),
    "label colon link": _kind('<p>{L}: <a href="/r/1">{T}</a></p>'),
    "strong label link": _kind('<p><strong>{L}:</strong> <a href="/r/1">{T}</a></p>'),
    "slanted label link": _kind('<p><em>{L}</em> <a href="/r/1">{T}</a></p>'),
    "bold and links": _kind('<div><b>{L}</b><ul><li><a href="/r/1">{T}</a></li><li><a href="/r/2">{U}</a></li></ul></div>'),
    "heading and link": _kind('<h3>{L}</h3><p><a href="/r/1">{T}</a></p>'),
    "heading and list": _kind('<h2>{L}</h2><ul><li><a href="/r/1">{T}</a></li><li><a href="/r/2">{U}</a></li></ul>'),
    "section of links": _kind('<section><h4>{L}</h4><a href="/r/1">{T}</a><a href="/r/2">{U}</a></section>'),
    "cards": _kind('<div><h5>{L}</h5><div><a href="/q"><img src="x.jpg"><span>{T}</span></a></div></div>'),
    "lone linked paragraph": _kind('<p><a href="/r/1">{T}</a></p>'),
    "lone linked box": _kind('<div><a href="/r/1">{T}</a></div>'),
    "linked quote": _kind('<blockquote><a href="/r/1">{T}</a></blockquote>'),
    "table of links": _kind('<table><tr><td>{L}</td></tr><tr><td><a href="/r/1">{T}</a></td></tr></table>'),
    "bold then links": _kind('<p><b>{L}</b></p><p><a href="/r/1">{T}</a></p><p><a href="/r/2">{U}</a></p>'),
    "lines in a box": _kind('<div><span>{L}</span><br><a href="/r/1">{T}</a><br><a href="/r/2">{U}</a></div>'),
    "boxes of words": _kind("<div>{L}</div><div>{K}</div>", shown="LK"),
    "bar": _kind("<p>{L} | {K} | {K}</p>", shown="L"),
    "list of paragraphs": _kind('<ul class="z9"><li><p>{L}</p></li><li><p>{K}</p></li></ul>', shown="LK"),
    "row of links": _kind('<div><a href="/1">{L}</a> <a href="/2">{K}</a></div>', shown="LK"),
    "plain paragraph": _kind("<p>{L}</p>"),
    "boxed paragraph": _kind('<div class="z3"><p>{L}</p></div>'),
    "red line": _kind('<p align="center"><font color="red">{L}</font></p>'),
    "loose span": _kind("<span>{L}</span>"),
    "dashes": _kind("<p>-- {L} --</p>"),
    "exclamation": _kind("<p>{L}!</p>"),
    "caption": _kind('<figure><img src="/i.jpg"><figcaption>{X}</figcaption></figure>'),
    "promotion": _kind('<div class="z2"><p><b>{L}</b></p><p>{X}</p><a href="/s">{K}</a></div>', shown="LX"),
    "bold line": _kind("<p><strong>{L}</strong></p>"),
    "line around a link": _kind('<p>{L} <a href="/s">{K}</a></p>', shown="L"),
}  # fmt: skip
