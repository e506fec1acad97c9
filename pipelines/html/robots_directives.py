"""Robots directives of page, headers and robots.txt, other than permission to fetch, as countable words.

A word is lower case, without spaces, with a prefix for its origin if that matters:

    noarchive                              for all robots, or for Warraq by name, by meta or X-Robots-Tag
    googlebot:noarchive                    for another robot
    tdm-reservation:1  tdm-policy:URL      text and data mining (TDMRep), by header or meta
    content-signal:ai-train=no             Cloudflare's Content Signals, by header
    content-usage:train-ai=n               the IETF's AI preferences, by header
    robots.txt/content-signal:ai-train=no  the same lines in robots.txt, if they apply to Warraq
    robots.txt/disallowaitraining:/        Microsoft's proposal, in robots.txt
    robots.txt/group:gptbot                a group for a machine-learning robot, which does not apply to Warraq
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Warraq's product token (`crawler.config.PRODUCT`), in lower case.
US = "warraq"
#: Maximum number of words stored per fetch, and of characters per word.
MAX_WORDS = 40
MAX_CHARS = 300

#: Directives of X-Robots-Tag and robots meta that have a value; any other colon follows a robot's name.
_VALUED = frozenset({"max-snippet", "max-image-preview", "max-video-preview", "unavailable_after"})
_NAMES_ALL = frozenset({"robots", "*", US})
#: Other robots with their own meta name; all other meta names are ignored.
_OTHERS = frozenset({"googlebot", "googlebot-news", "bingbot", "msnbot", "slurp", "yandex", "gptbot", "ccbot"})
_PAIRED = ("content-signal", "content-usage")
_TDM = ("tdm-reservation", "tdm-policy")
#: Machine-learning robots in groups of robots.txt.
_LEARNERS = frozenset(
    {
        "ai2bot", "amazonbot", "anthropic-ai", "applebot-extended", "bytespider", "ccbot", "chatgpt-user", "claude-web",
        "claudebot", "cohere-ai", "diffbot", "facebookbot", "google-extended", "gptbot", "imagesiftbot",
        "meta-externalagent", "oai-searchbot", "omgilibot", "perplexitybot", "timpibot", "youbot",
    }
)  # fmt: skip

#: Robots whose groups are distinguished.
_SPOKEN_OF = _LEARNERS | {"*", US}
_GROUP = "robots.txt/group:"
_ROBOT = re.compile(r"[a-z*][\w-]*")

_META = re.compile(rb"<meta\b[^>]{0,1000}>", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROBOTS_META = re.compile(rb"""\bname\s*=\s*["']?\s*(?:robots|warraq)\s*["'\s/>]""", re.IGNORECASE)
_NO_COPY_META = re.compile(rb"""\bcontent\s*=[^>]*\b(?:noarchive|nocache)\b""", re.IGNORECASE)
#: Number of bytes of a page in which a meta tag is searched before extraction.
_HEAD_BYTES = 262_144


def head_declines_copies(body: bytes) -> bool:
    """Whether the head of a page (after content decoding, before charset decoding) has a noarchive directive."""
    head = _COMMENT.sub(b"", body[:_HEAD_BYTES])
    return any(_ROBOTS_META.search(meta) and _NO_COPY_META.search(meta) for meta in _META.findall(head))


def words_of_headers(pairs: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """Return the words of HTTP headers, given in the order sent."""
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


def words_of_page(metas: Iterable[Mapping[str, str]]) -> tuple[str, ...]:
    """Return the words of a page's meta tags, given by their attributes; each has a content."""
    words: list[str] = []
    for meta in metas:
        name = meta.get("name", "").strip().lower()
        value = meta["content"]
        if name in _NAMES_ALL:
            words += _directives(value, name_first=False)
        elif name in _OTHERS:
            words += [f"{name}:{word}" for word in _directives(value, name_first=False)]
        elif name in _TDM:
            words += _tdm(name, value)
    return kept(words)


def words_of_robots_txt(text: str) -> tuple[str, ...]:
    """Return the words of a robots.txt: those that apply to Warraq, and the machine-learning robots with groups."""
    rules = list(_rules(text))
    named = (
        US if any(US in agents for agents, _, _ in rules) else "*"
    )  # RFC 9309: Warraq's own group, else that for all
    words: list[str] = []
    for agents, name, value in rules:
        ours = not agents or named in agents
        if name in _PAIRED and ours:
            value_part = value.partition(" ")[2] if value.startswith("/") else value
            words += [f"robots.txt/{word}" for word in _pairs(name, value_part)]
        elif name == "disallowaitraining" and ours and value:
            words.append(f"robots.txt/{name}:{value}")
        elif name in ("disallow", "disallowaitraining") and value:
            words += [f"{_GROUP}{agent}" for agent in sorted(agents & _LEARNERS)]
    return kept(words)


def of_ours(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words of a robots.txt without those for other robots."""
    return tuple(word for word in words if not word.startswith(_GROUP))


def kept(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words to store: each once, in order, bounded."""
    bare = ("".join(word.split()).lower() if "policy:" not in word else "".join(word.split()) for word in words)
    return tuple(dict.fromkeys(word[:MAX_CHARS] for word in bare if word and word.isprintable()))[:MAX_WORDS]


def _directives(value: str, *, name_first: bool = True) -> Iterator[str]:
    """Return the directives of one X-Robots-Tag or meta; a robot's name applies to all that follow it."""
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
        key, sign, value_part = part.partition("=")
        if sign and key.strip():
            yield f"{name}:{key.strip()}={value_part.strip()}"


def _rules(text: str) -> Iterator[tuple[frozenset[str], str, str]]:
    """Yield rules as (robots of their group, name, value), "" for irrelevant robots.

    No robot before the first User-agent.
    """
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
