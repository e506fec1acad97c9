"""The layout of 2005: nested tables, font tags, windows-1256, which neither header nor meta tag declares."""

from html import escape

from crawler.demo.manuscript import SECTIONS, Manuscript
from crawler.demo.templates.datelines import levant
from crawler.demo.templates.furniture import COPYRIGHT, NAME, Frame, cards, href, navigation

ENCODING = "windows-1256"

MARKUP = {
    "paragraph": '<p align="right"><font face="Tahoma" size="3">{}</font></p>',
    "heading": '<p align="right"><b><font face="Tahoma" size="3" color="#990000">{}</font></b></p>',
    "quote": '<p align="right"><i><font face="Tahoma" size="3">{}</font></i></p>',
    "item": "<li><font face='Tahoma' size='3'>{}</font>",
    "question": '<p align="right"><b><font size="3">{}</font></b></p>',
}


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page, in letters that windows-1256 has."""
    menu = navigation('<tr><td bgcolor="#EEEEEE"><a href="{href}"><font size="2">{name}</font></a></td></tr>')
    others = cards(
        frame.related[:6], '<tr><td><img src="dot.gif"> <a href="{href}"><font size="2">{title}</font></a></td></tr>'
    )
    by = (
        f'<font size="2" color="#666666">كتب: {escape(" - ".join(article.authors))}</font><br>'
        if article.authors
        else ""
    )
    return f"""<HTML dir="rtl">
<HEAD><TITLE>{NAME} : {escape(article.title)}</TITLE></HEAD>
<BODY bgcolor="#FFFFFF" topmargin="0"><CENTER><TABLE width="780" border="0" cellpadding="0" cellspacing="0">
<TR><TD colspan="3"><A href="/"><IMG src="/images/logo.gif" width="780" height="90" alt="{NAME}"></A></TD></TR>
<TR><TD width="120" valign="top"><TABLE width="100%">{menu}</TABLE></TD>
<TD width="520" valign="top"><TABLE width="100%" cellpadding="6"><TR><TD>
<font size="2"><a href="/section/{article.section}">{SECTIONS[article.section]}</a></font><br>
<font face="Tahoma" size="5" color="#000080"><b>{escape(article.title)}</b></font><br>
<font size="2" color="#666666">{levant(article.published)}</font><br>{by}
</TD></TR><TR><TD>
<p align="right"><b><font face="Tahoma" size="3">{escape(article.lead)}</font></b></p>
{_body(article)}
</TD></TR><TR><TD align="center"><font size="2"><a href="/print.php?id={article.number}">نسخة للطباعة</a> | <a href="/send.php?id={article.number}">أرسل لصديق</a></font></TD></TR></TABLE></TD>
<TD width="140" valign="top"><TABLE width="100%"><TR><TD bgcolor="#000080"><font color="#FFFFFF">أخبار أخرى</font></TD></TR>{others}
<TR><TD><a href="{href(frame.following.path)}"><font size="2">الخبر التالي</font></a></TD></TR></TABLE></TD></TR>
<TR><TD colspan="3" align="center"><font size="1">{COPYRIGHT}</font></TD></TR></TABLE></CENTER></BODY></HTML>"""


def _body(article: Manuscript) -> str:
    pieces = []
    for kind, texts in article.groups():
        lines = "\n".join(MARKUP[kind].format(escape(text, quote=False)) for text in texts)
        pieces.append(f'<ul dir="rtl">{lines}</ul>' if kind == "item" else lines)
    return "\n".join(pieces)
