"""Kind of an article: by schema type, section, labels of the headline, structure of its lines, and URL.

Precision matters more than recall: without clear evidence the kind is "news".
"""

import re
from collections.abc import Sequence
from itertools import islice, pairwise
from urllib.parse import unquote, urlsplit

from pipelines.html import jsonld
from pipelines.html.dom import SENTENCE_END, Element
from pipelines.html.page_lines import PageLine
from pipelines.html.parsed_page import ParsedPage
from pipelines.html.surroundings import Surroundings
from pipelines.metadata.bylines import is_interview
from pipelines.words.normal import normal
from pipelines.words.persons import could_be_name
from pipelines.words.phrases import is_interface, opens_widget
from storage.model.article import Kind

#: Minimum number of questions and answers of an interview, and of times of a live report.
MIN_QUESTIONS = 4
MIN_ENTRIES = 5

_KIND_OF_TYPE: dict[str, Kind] = {"liveblogposting": "live", "opinionnewsarticle": "opinion", "imagegallery": "gallery"}
_OPINION = frozenset(normal(word) for word in ("رأي", "الرأي", "آراء", "مقالات", "مقال", "مقالات الرأي", "رأي حر", "كتاب وآراء", "كتاب الرأي", "قضايا وآراء", "أعمدة", "opinion", "opinions", "مقالات رأي", "كتاب وأراء", "منبر", "منبر الرأي", "افتتاحية", "زوايا", "أقلام"))  # fmt: skip  # noqa: E501  a table row
_INTERVIEW = frozenset(
    normal(word)
    for word in (
        "حوار",
        "حوارات",
        "مقابلة",
        "مقابلات",
        "لقاء",
        "لقاءات",
        "حوار خاص",
        "مقابلة خاصة",
        "interview",
        "interviews",
    )
)
#: Words in URLs that name a kind: "/opinion/2024/x".
_KIND_OF_PATH: dict[str, Kind] = {
    "opinion": "opinion", "opinions": "opinion", "رأي": "opinion", "آراء": "opinion", "الرأي": "opinion", "opinion-articles": "opinion",  # noqa: E501  a table row
    "liveblog": "live", "live-blog": "live", "interview": "interview", "interviews": "interview", "حوارات": "interview", "مقابلات": "interview",  # noqa: E501  a table row
    "gallery": "gallery", "galleries": "gallery", "photos": "gallery", "صور": "gallery", "video": "video", "videos": "video", "فيديو": "video",  # noqa: E501  a table row
}  # fmt: skip

_LIVE_TITLE = re.compile(
    r"^\W*(?:مباشر|بث مباشر|تغطية مباشرة|تغطية مستمرة|متابعة مباشرة|لحظة بلحظة)\b|لحظة بلحظة|\bتغطية (?:مباشرة|مستمرة|حية)\b"  # noqa: E501  a regular expression
)
_GALLERY_TITLE = re.compile(
    r"^\W*(?:بالصور|صور|شاهد بالصور|معرض صور|ألبوم صور|البوم صور)\s*[:.…|\-–]|\(\s*(?:صور|ألبوم صور)\s*\)\s*$"
)
_VIDEO_TITLE = re.compile(r"^\W*(?:بالفيديو|فيديو|شاهد|شاهد بالفيديو)\s*[:.…|\-–]|\(\s*فيديو\s*\)\s*$")
_INTERVIEW_TITLE = re.compile(
    r"^\W*(?:حوار|مقابلة|لقاء)\s*(?:خاص|خاصة)?\s*[:.…|\-–]|\bفي (?:حوار|مقابلة|لقاء) (?:خاص |خاصة |حصري |حصرية |شامل |شاملة )?(?:مع|ل)"  # noqa: E501  a regular expression
)
_KIND_OF_SECTION: dict[str, Kind] = {
    **dict.fromkeys(_INTERVIEW, "interview"),
    **dict.fromkeys(_OPINION, "opinion"),
    **dict.fromkeys(map(normal, ("صور", "ألبومات", "ألبوم الصور", "معرض الصور", "بالصور", "قصة مصورة", "قصص مصورة", "galleries", "photos")), "gallery"),  # noqa: E501  a table row
    **dict.fromkeys(map(normal, ("فيديو", "فيديوهات", "بالفيديو", "مرئيات", "مكتبة الفيديو", "video", "videos")), "video"),  # noqa: E501  a table row
    **dict.fromkeys(map(normal, ("بث مباشر", "تغطية مباشرة", "تغطية حية", "live")), "live"),
}  # fmt: skip

#: Classes that WordPress and its kin give the article or body: "category-opinion".
_OPINION_CLASS = re.compile(
    r"(?:^|\s)(?:post-)?(?:category|section|cat)-(?:opinions?|araa|maqalat|columns?|columnists)(?:\s|$)"
)
_ENTRY_TAGS = frozenset(["article", "div", "li", "section"])
_LIVE_CLASS = re.compile(
    r"(?:^|[\s_-])live-?(?:blog|feed)?[_-]*(?:entry|entries|post|update|item)(?:$|[\s_-])", re.IGNORECASE
)

_QUESTION = re.compile(r"؟[\"”»)\s]*$")
_ASKS = re.compile(r"^(?:س|سؤال|السؤال|q)\s*\d{0,2}\s*[:：.\-–]", re.IGNORECASE)
_ANSWERS = re.compile(r"^(?:ج|جواب|الجواب|a)\s*\d{0,2}\s*[:：.\-–]", re.IGNORECASE)
#: Headlines of explainers, whose headings are questions too.
_EXPLAINS = re.compile(
    r"أسئلة|اسئلة|سؤال|أجوبة|إجابات|كل ما|ما نعرف|ماذا نعرف|تعرف على|دليلك|دليل |لماذا|كيف |^ما |^ماذا|هل |س و ?ج"
)
#: Words of a lead that announce an interview.
_TALKS = re.compile(
    r"\b(?:في|هذا|هذه|نص|كان|معه|معها|أجر[اىت]\S*)\s+(?:ال)?(?:حوار|مقابلة|لقاء|حديث)|(?:^|\s)[يت](?:تحدث|حاور|روي|كشف)\S*\s+\S|حاور(?:ه|ها|ته|تها|ناه|ناها)\b|التقينا\S*"
)
_SPEAKER = re.compile(r"^(?:\S+\s+){1,6}\S+\s*[:：]\s*\S")
_TIME = re.compile(r"^[\[(•\-–\s]*(?:الساعة\s+)?(\d{1,2})[:.](\d{2})(?!\d)")
#: Lists of times that are not live reports.
_TIMETABLE = re.compile(r"مواعيد|مواقيت|موعد|جدول|إمساكية|امساكية|برنامج|أوقات")
_PEN = re.compile(r"^بقلم\s*[:：/\-–—]?\s*(?=\S)(?P<name>.+)$")


def kind(
    parsed: ParsedPage,
    found: list[jsonld.Object],
    near: Surroundings,
    *,
    heading: str,
    section: str | None,
    og_type: str,
    url: str,
) -> Kind:
    """Return the kind of an article; `og_type` in lower case, "" if the page has none."""
    prose = [line for line in near.prose if not line.linked and not _is_furniture(line.text)]
    labelled = _of_schema(near, found) or _of_label(heading, normal(section or ""))
    if labelled:
        return labelled
    if is_interview(near) or is_conversation(prose, heading):
        return "interview"
    if is_running([*near.under[-1:], *prose], heading) or _has_entries(parsed):
        return "live"
    if _of_columnist(parsed, near, section):
        return "opinion"
    if og_type.startswith("video"):
        return "video"
    steps = unquote(urlsplit(url).path).lower().split("/")[:-1]
    return next((_KIND_OF_PATH[step] for step in steps if step in _KIND_OF_PATH), "news")


def _of_schema(near: Surroundings, found: list[jsonld.Object]) -> Kind | None:
    """Return the kind in JSON-LD, or in the microdata around the headline."""
    named = [name for thing in found for name in jsonld.types(thing)]
    if near.headline is not None:
        outer = [near.headline.block, *near.headline.block.iterancestors()]
        named += [re.split(r"[/#]", box.get("itemtype", ""))[-1].strip().lower() for box in outer]
    return next((_KIND_OF_TYPE[name] for name in named if name in _KIND_OF_TYPE), None)


def _of_label(heading: str, section: str) -> Kind | None:
    """Return the kind of the headline's label and the section; an opinion about a video is not a video."""
    place = _KIND_OF_SECTION.get(section)
    if _LIVE_TITLE.search(heading):
        return "live"
    if place == "interview" or _INTERVIEW_TITLE.search(heading):
        return "interview"
    if place == "opinion":
        return "opinion"
    if _GALLERY_TITLE.search(heading):
        return "gallery"
    return "video" if _VIDEO_TITLE.search(heading) else place


def is_conversation(prose: Sequence[PageLine], heading: str) -> bool:
    """Whether the lines are questions and answers of an interview; explainers with questions are not.

    Marks "س:" and "ج:" suffice; unmarked questions must be a quarter of the lines, each followed by an answer,
    and the headline must quote a speaker or the lead announce an interview.
    """
    texts = [line.text for line in prose]
    if min(sum(map(bool, map(mark.match, texts))) for mark in (_ASKS, _ANSWERS)) >= 3:
        return True
    pairs = pairwise(texts)
    asked = sum(1 for one, other in pairs if _is_question(one) and not _is_question(other) and len(other.split()) >= 5)
    if asked < MIN_QUESTIONS or 4 * asked < len(texts) or _EXPLAINS.search(heading):
        return False
    return bool(_SPEAKER.match(heading) or any(_TALKS.search(text) for text in texts[:3]))


def _is_question(text: str) -> bool:
    return bool(_QUESTION.search(text)) and len(text.split()) <= 60


def is_running(prose: Sequence[PageLine], heading: str) -> bool:
    """Whether the lines are a live report: entries that begin with times, in order, each with text."""
    texts = [line.text for line in prose]
    minutes = []
    for place, text in enumerate(texts):
        found = _TIME.match(text)
        has_text = len(text.split()) >= 8 or (place + 1 < len(texts) and len(texts[place + 1].split()) >= 8)
        if found and has_text and int(found[1]) < 24 and int(found[2]) < 60:
            minutes.append(60 * int(found[1]) + int(found[2]))
    falls = sum(later < earlier for earlier, later in pairwise(minutes))
    ordered = falls <= 1 or falls >= len(minutes) - 2  # one step over midnight
    return len(minutes) >= MIN_ENTRIES and 3 * len(minutes) >= len(texts) and ordered and not _TIMETABLE.search(heading)


def _has_entries(parsed: ParsedPage) -> bool:
    """Whether boxes of the page have the class names of live report entries."""
    if "live" not in parsed.all_classes.lower():
        return False
    named = {name for name in parsed.classes if "live" in name.lower() and _LIVE_CLASS.search(name)}
    if not named:
        return False
    boxes = [tag for _, tag, attributes in parsed.having("class") if attributes["class"] in named]
    return sum(tag in _ENTRY_TAGS for tag in boxes) >= MIN_ENTRIES


def _of_columnist(parsed: ParsedPage, near: Surroundings, section: str | None) -> bool:
    """Whether it is a column: by its category or, on a page without a section, by "بقلم" next to the writer's picture.

    Newsrooms print pictures of reporters too: of 160 pages three have "by" next to one and none of them is a column.
    """
    boxes = islice(parsed.tree.iter("body", "article"), 2)
    if any(_OPINION_CLASS.search(box.get("class", "").lower()) for box in boxes):
        return True
    pens = [(line, found) for line in near.under if (found := _PEN.match(line.text))]
    return section is None and any(
        could_be_name(found["name"]) and _has_picture(parsed, line.block) for line, found in pens
    )


def _has_picture(parsed: ParsedPage, block: Element) -> bool:
    """Whether the small box around a byline contains a picture."""
    for box in (block, *list(block.iterancestors())[:2]):
        if box.tag in ("body", "html", "article", "main") or len(parsed.text_of(box)) > 150:
            return False
        if any("avatar" not in f"{image.get('class', '')} {image.get('src', '')}" for image in box.iter("img")):
            return True
    return False


def _is_furniture(text: str) -> bool:
    """Whether a line is a button or leads to another story, and is not article text."""
    return is_interface(text, is_sentence=False) or opens_widget(text, is_sentence=bool(SENTENCE_END.search(text)))
