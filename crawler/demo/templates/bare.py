"""The bare page: one table cell, everything separated by <br><br>, only the day under the headline."""

from html import escape

from crawler.demo.manuscript import Manuscript
from crawler.demo.templates.datelines import both_months
from crawler.demo.templates.furniture import COPYRIGHT, Frame, cards, navigation


def render(article: Manuscript, frame: Frame) -> str:
    """Return the page."""
    text = "<br><br>\n".join(escape(line, quote=False) for line in (article.lead, *(b.text for b in article.blocks)))
    by = f"بقلم: {escape('، '.join(article.authors))}<br>" if article.authors else ""
    return f"""<html dir="rtl"><head><meta http-equiv="content-type" content="text/html; charset=utf-8"><title>{escape(article.title)}</title></head>
<body>{navigation('<a href="{href}">{name}</a> | ')}<hr>
<table width="100%"><tr><td width="75%" valign="top"><font size="5"><b>{escape(article.title)}</b></font><br>{both_months(article.published)}<br>{by}<br>
{text}<br><br></td>
<td valign="top"><b>من الأرشيف</b><br>{cards(frame.related[:5], '<a href="{href}">{title}</a><br>')}</td></tr></table><hr><center>{COPYRIGHT}</center></body></html>"""
