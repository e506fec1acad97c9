"""URLs of lists: sections, tags, authors, searches, archives by day."""

import re

#: Words in URLs of lists, in the languages of Arabic sites.
_LIST_PATH = re.compile(
    r"/(?:category|categories|cat|tag|tags|topic|topics|author|authors|writers?|search|archives?|sections?|keywords?|labels?|browse|latest|news-list"
    r"|تصنيف|تصنيفات|قسم|اقسام|أقسام|وسم|وسوم|كاتب|كتاب|بحث|ارشيف|أرشيف|الارشيف|الأرشيف|الكاتب|الكتاب|الوسم|تاغ|اخر-الاخبار|آخر-الأخبار)(?:/[^/]*){0,2}/?$"
    r"|/page/\d+/?$|^/20\d\d/\d\d?(?:/\d\d?)?/?$"
)
_LIST_QUERY = re.compile(r"[?&](?:s|q|search|search_query|keyword|cat|tag|author|page|paged)=[^&]+")


def is_list_url(url: str, *, path: str) -> bool:
    """Whether a URL looks like that of a list; an article's may look so too. `path`: its decoded path."""
    return bool(_LIST_PATH.search(path) or _LIST_QUERY.search(url))
