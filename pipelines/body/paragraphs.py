"""Make every paragraph an element: text between `<br><br>`, loose text beside blocks, and tables that only lay out the page."""

from lxml import etree

from pipelines.html.dom import DEAD, INLINE, Element, drop

#: Elements that hold blocks, so that loose text in them is a paragraph of its own.
HOLDERS = frozenset(
    [
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "fieldset",
        "figure",
        "font",
        "footer",
        "form",
        "header",
        "li",
        "main",
        "p",
        "section",
        "span",
        "b",
        "strong",
        "i",
        "em",
        "td",
        "th",
    ]
)

#: A table with a cell of more words than this lays out the page; data tables hold figures and names.
LAYOUT_CELL_WORDS = 60
#: Where most lines between single breaks have this many words, the breaks stand between paragraphs.
LONG_LINE_WORDS = 12


def lay_out(body: Element) -> None:
    """Change the tree in place so that each paragraph stands in an element of its own and no table hides one."""
    for dead in list(body.iter(*DEAD)):
        drop(dead)
    _open_tables(body)
    for element in list(body.iter(*HOLDERS)):
        if element.getparent() is None and element is not body:
            continue
        by_line = _is_broken_prose(element)
        if by_line or _breaks(element) or (element.tag not in INLINE and element.tag != "p" and _is_mixed(element)):
            _wrap_runs(element, by_line=by_line)


def _open_tables(body: Element) -> None:
    for table in list(body.iter("table")):
        cells = list(table.iter("td", "th"))
        if len(cells) == 1 or any(_words(cell) > LAYOUT_CELL_WORDS for cell in cells):
            for part in [table, *table.iter("tbody", "thead", "tfoot", "tr", "td", "th", "caption")]:
                part.tag = "div"


def _words(element: Element) -> int:
    return sum(len(text.split()) for text in element.itertext())


def _breaks(element: Element) -> bool:
    """Whether two line breaks follow each other with nothing but space between: how old pages end a paragraph."""
    for child in element:
        if child.tag == "br" and not (child.tail or "").strip():
            following = child.getnext()
            if following is not None and following.tag == "br":
                return True
    return False


def _is_broken_prose(element: Element) -> bool:
    """Whether single line breaks stand between paragraphs: most lines are long. Verse and addresses have short ones."""
    if not any(child.tag == "br" for child in element):
        return False
    lines = [len((element.text or "").split())]
    for child in element:
        if child.tag == "br":
            lines.append(0)
        else:
            lines[-1] += _words(child)
        lines[-1] += len((child.tail or "").split())
    told = [words for words in lines if words]
    return len(told) > 1 and sum(words >= LONG_LINE_WORDS for words in told) >= max(2, len(told) / 2)


def _is_mixed(element: Element) -> bool:
    """Whether text or inline elements stand beside blocks."""
    blocks = inline = False
    if (element.text or "").strip():
        inline = True
    for child in element:
        if child.tag in INLINE:
            inline = inline or (child.tag != "br" and bool("".join(child.itertext()).strip()))
        else:
            blocks = True
        if (child.tail or "").strip():
            inline = True
    return blocks and inline


def _wrap_runs(element: Element, *, by_line: bool) -> None:
    """Put each run of text and inline elements into a `<p>`; a double break ends a run, a single one only where `by_line`."""
    element_text, element.text = element.text, None
    children = list(element)
    for child in children:
        element.remove(child)
    run = _Run(element)
    run.text(element_text)
    for position, child in enumerate(children):
        tail, child.tail = child.tail, None
        if child.tag not in INLINE or _holds_block(child):
            run.end()
            element.append(child)
            run.text(tail)
        elif child.tag == "br":
            following = children[position + 1] if position + 1 < len(children) else None
            if by_line:
                run.end()
                run.text(tail)
            elif not (tail or "").strip() and following is not None and following.tag == "br":
                run.end()
            elif run.paragraph is not None:
                child.tail = tail
                run.paragraph.append(child)
            else:
                run.text(tail)
        else:
            child.tail = tail
            run.add(child)
    run.end()
    if element.tag in INLINE or element.tag == "p":
        element.tag = "div"


def _holds_block(element: Element) -> bool:
    return any(isinstance(inner.tag, str) and inner.tag not in INLINE for inner in element.iterdescendants())


class _Run:
    """The paragraph being filled."""

    def __init__(self, parent: Element) -> None:
        self.parent = parent
        self.paragraph: Element = None

    def text(self, text: str | None) -> None:
        if not text or (self.paragraph is None and not text.strip()):
            return
        paragraph = self._open()
        if len(paragraph):
            paragraph[-1].tail = (paragraph[-1].tail or "") + text
        else:
            paragraph.text = (paragraph.text or "") + text

    def add(self, child: Element) -> None:
        self._open().append(child)

    def end(self) -> None:
        self.paragraph = None

    def _open(self) -> Element:
        if self.paragraph is None:
            self.paragraph = etree.SubElement(self.parent, "p")
        return self.paragraph
