"""Opt-outs: what a page, its headers and its site's robots.txt ask of robots beyond fetching, as words that can be counted.

A word is lower case, without blanks, and says where it stands only where that matters:

    noarchive                              asked of all robots, or of us by name, by meta or X-Robots-Tag
    googlebot:noarchive                    asked of another robot
    tdm-reservation:1  tdm-policy:URL      text and data mining (TDMRep), by header or meta
    content-signal:ai-train=no             Cloudflare's Content Signals, by header
    content-usage:train-ai=n               the IETF's AI preferences, by header
    robots.txt/content-signal:ai-train=no  the same lines in robots.txt, where they hold for us
    robots.txt/disallowaitraining:/        Microsoft's proposal, there
    robots.txt/group:gptbot                a group for a robot that gathers texts for machine learning: not for us
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from pipelines.html.dom import Element

#: Our product token (`crawler.config.PRODUCT`), as robots are named: in lower case.
US = "warraq"
#: Words kept of one fetch, and letters of one word.
MAX_WORDS = 40
MAX_CHARS = 300

#: Directives of X-Robots-Tag and robots meta that have a value; before any other colon stands a robot's name.
_VALUED = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})
_NAMES_ALL = frozenset({"robots", "*", US})
#: Other robots that pages name in a meta of their own; any other name of a meta may mean anything.
_OTHERS = frozenset({"googlebot", "googlebot-news", "bingbot", "msnbot", "slurp", "yandex", "gptbot", "ccbot"})
_PAIRED = ("content-signal", "content-usage")
_TDM = ("tdm-reservation", "tdm-policy")
#: Robots whose groups in robots.txt are addressed to machine learning.
_LEARNERS = frozenset(
    {
        "ai2bot", "amazonbot", "anthropic-ai", "applebot-extended", "bytespider", "ccbot", "chatgpt-user", "claude-web",
        "claudebot", "cohere-ai", "diffbot", "facebookbot", "google-extended", "gptbot", "imagesiftbot",
        "meta-externalagent", "oai-searchbot", "omgilibot", "perplexitybot", "timpibot", "youbot",
    }
)  # fmt: skip

#: Robots whose groups are told apart.
_SPOKEN_OF = _LEARNERS | {"*", US}
_GROUP = "robots.txt/group:"
_ROBOT = re.compile(r"[a-z*][\w-]*")

_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROBOTS_META = re.compile(rb"""\bname\s*=\s*["']?\s*(?:robots|warraq)\s*["'\s/>]""", re.IGNORECASE)
_NO_COPY_META = re.compile(rb"""\bcontent\s*=[^>]*\b(?:noarchive|nocache)\b""", re.IGNORECASE)
#: Bytes of a page in which a meta is looked for before the page is judged.
_HEAD_BYTES = 262_144


def head_declines_copies(body: bytes) -> bool:
    """Whether the head of a page, unpacked and not yet decoded, asks that no copy be kept."""
    head = _COMMENT.sub(b"", body[:_HEAD_BYTES])
    return any(_ROBOTS_META.search(meta) and _NO_COPY_META.search(meta) for meta in _META.findall(head))


def words_of_headers(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Words of HTTP headers, given one by one as they were sent."""
    words: list[str] = []
    for name, value in pairs:
        name = name.lower()
        if name == "x-robots-tag":
            words += _directives(value)
        elif name in _TDM:
            words += _tdm(name, value)
        elif name in _PAIRED:
            words += _pairs(name, value)
    return kept(words)


def words_of_page(tree: Element) -> tuple[str, ...]:
    """Words of a page's meta tags."""
    words: list[str] = []
    for meta in tree.xpath("//meta[@name and @content]"):
        name = meta.get("name").strip().lower()
        value = meta.get("content")
        if name in _NAMES_ALL:
            words += _directives(value, name_first=False)
        elif name in _OTHERS:
            words += [f"{name}:{word}" for word in _directives(value, name_first=False)]
        elif name in _TDM:
            words += _tdm(name, value)
    return kept(words)


def words_of_robots_txt(text: str) -> tuple[str, ...]:
    """Words of a robots.txt: what holds for us, and the robots of machine learning that it addresses."""
    rules = list(_rules(text))
    named = US if any(US in agents for agents, _, _ in rules) else "*"  # RFC 9309: our own group, else that for all
    words: list[str] = []
    for agents, name, value in rules:
        ours = not agents or named in agents
        if name in _PAIRED and ours:
            said = value.partition(" ")[2] if value.startswith("/") else value
            words += [f"robots.txt/{word}" for word in _pairs(name, said)]
        elif name == "disallowaitraining" and ours and value:
            words.append(f"robots.txt/{name}:{value}")
        elif name in ("disallow", "disallowaitraining") and value:
            words += [f"{_GROUP}{agent}" for agent in sorted(agents & _LEARNERS)]
    return kept(words)


def of_ours(words: Iterable[str]) -> tuple[str, ...]:
    """Words of a robots.txt without those that are for other robots."""
    return tuple(word for word in words if not word.startswith(_GROUP))


def kept(words: Sequence[str]) -> tuple[str, ...]:
    """Words as they are stored: each once, in order, bounded."""
    bare = ("".join(word.split()).lower() if "policy:" not in word else "".join(word.split()) for word in words)
    return tuple(dict.fromkeys(word[:MAX_CHARS] for word in bare if word and word.isprintable()))[:MAX_WORDS]


def _directives(value: str, *, name_first: bool = True) -> Iterator[str]:
    """The directives of one X-Robots-Tag or meta; a robot's name before them holds for all that follow."""
    robot = ""
    for part in re.sub(r"\s*:\s*", ":", value.strip().lower()).split(","):
        head, colon, rest = part.strip().partition(":")
        if name_first and colon and head not in _VALUED and _ROBOT.fullmatch(head):
            robot, part = head, rest
        for word in [part] if part.strip().startswith("unavailable_after") else part.split():
            yield word if robot in _NAMES_ALL or not robot else f"{robot}:{word}"


def _tdm(name: str, value: str) -> Iterator[str]:
    value = value.strip()
    if name == "tdm-reservation":
        yield f"{name}:{value[:1]}"
    elif value:
        yield f"{name}:{value}"


def _pairs(name: str, value: str) -> Iterator[str]:
    for part in value.split(","):
        key, sign, said = part.partition("=")
        if sign and key.strip():
            yield f"{name}:{key.strip()}={said.strip()}"


def _rules(text: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Rules as (robots of their group, name, value), "" for a robot of no concern; no robot before the first User-agent."""
    agents: set[str] = set()
    naming = False
    for line in text.splitlines():
        name, colon, value = line.partition("#")[0].partition(":")
        name, value = name.strip().lower(), value.strip().lower()
        if not colon:
            continue
        if name == "user-agent":
            if not naming:
                agents = set()
            agents.add(value if value in _SPOKEN_OF else "")
            naming = True
        else:
            naming = False
            yield frozenset(agents), name, value
