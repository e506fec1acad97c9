"""Imported by the fork server alone: reads one page, so that workers begin with what a usual page needs.

Otherwise each worker reads and compiles tables, patterns and trees for itself, half a second of its first pages. The
model of languages is not among them: plain Arabic is told without it, and a worker loads it when a text needs it.
"""

from datetime import UTC, datetime

from pipelines.extraction.extract import extract
from pipelines.page import Page

_SENTENCE = "قال وزير المالية يوم الأحد إن الحكومة ستبدأ تنفيذ المشروع في العام المقبل، كما أعلنت وكالة الأنباء. "
_PAGE = f"""<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head>
<meta charset="utf-8">
<title>الحكومة تبدأ المشروع</title>
<link rel="canonical" href="https://m.example.com/news/1">
<meta property="article:published_time" content="2026-01-04T09:30:00+03:00">
</head>
<body>
<ul class="menu"><li><a href="/politics">سياسة</a></li><li><a href="/economy">اقتصاد</a></li></ul>
<div class="content">
<h1>الحكومة تبدأ المشروع</h1>
<div class="byline">كتب: سامي الأحمد</div>
<div class="date">4 يناير 2026</div>
{f"<p>{_SENTENCE * 3}</p>" * 5}
<div class="share">شارك المقال</div>
</div>
<div class="related"><h3>اقرأ أيضا</h3><a href="https://paper.example.com/news/2">خبر آخر من الصحيفة</a></div>
</body>
</html>"""

#: What was read; no one needs it but the test that nothing is left to load.
FIRST = extract(
    Page(
        url="https://paper.example.com/news/1",
        body=_PAGE.encode(),
        headers={"Content-Type": "text/html; charset=utf-8"},
        fetched_at=datetime(2026, 1, 4, 12, tzinfo=UTC),
    )
)
