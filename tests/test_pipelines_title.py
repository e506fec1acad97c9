"""Title as the page shows it: on pages as Arabic newsrooms build them."""

from pathlib import Path

import pytest

from pipelines.html.decode import decode
from pipelines.html.parsed_page import parse_page
from pipelines.metadata import metadata
from pipelines.metadata.title import without_site

SEED = Path(__file__).parents[1] / "../shared/seed"
T = "البرلمان يصادق على قانون المالية الجديد بالأغلبية"
Q = "الوزير لـ«الصحيفة»: “لن نتراجع”... والحوار مستمر!"
P = "<p>" + "قال المتحدث باسم الحكومة إن المشروع سيعرض على المجلس في الأسبوع المقبل بعد نقاش طويل. " * 3 + "</p>"


def head(title: str = "", og: str = "", site: str = "", ld: str = "") -> str:
    parts = [f"<title>{title}</title>" if title else ""]
    parts.append(f'<meta property="og:title" content="{og}">' if og else "")
    parts.append(f'<meta property="og:site_name" content="{site}">' if site else "")
    parts.append(f'<script type="application/ld+json">{ld}</script>' if ld else "")
    return "".join(parts)


#: name -> (head, body, title)
PAGES: dict[str, tuple[str, str, str]] = {
    "one h1": (head(f"{T} - النهار الجديد"), f"<h1>{T}</h1>", T),
    "site before": (head(f"النهار الجديد | {T}", site="النهار الجديد"), f"<h1>{T}</h1>", T),
    "no heading, site name in og": (head(f"{T} – صدى البلد", og=f"{T} – صدى البلد", site="صدى البلد"), "", T),
    "no heading, site name only in title": (head(f"{T} :: جريدة الضفة", og=T), "", T),
    "no heading, lone title": (head(f"{T} - جريدة الضفة"), "", T),
    "site and section after": (head(f"{T} - سياسة - الضفة", site="الضفة"), f"<h1>{T}</h1>", T),
    "publisher in json-ld": (
        head(f"{T} » مرايا برس", ld=f'{{"@type":"NewsArticle","headline":"{T} » مرايا برس","publisher":{{"name":"مرايا برس"}}}}'), "", T,
    ),
    "Arabic comma before the site": (head(f"{T} ، مرايا برس", site="مرايا برس"), "", T),
    "logo h1, article h2": (head(f"{T} - هنا المغرب"), f'<header><h1 class="logo"><a href="/">هنا المغرب نيوز</a></h1></header><h2 class="entry-title">{T}</h2>', T),
    "logo h1 with a slogan": (head(f"{T} - هنا"), f'<header><h1><a href="https://example.ma/">هنا جريدة إلكترونية مغربية مستقلة</a></h1></header><h2>{T}</h2>', T),
    "two h1, the site's first": (head(f"{T} | الضفة", site="الضفة"), f"<h1>الضفة</h1><article><h1>{T}</h1></article>", T),
    "kicker span in h1": (head(f"{T}"), f'<h1><span class="label">سياسة</span> {T}</h1>', T),
    "kicker without class": (head(f"{T} - الضفة"), f"<h1><a>أخبار</a> <span>{T}</span></h1>", T),
    "kicker with class, nothing else known": ("", f'<article><h1><span class="post-category">رياضة</span>{T}</h1></article>', T),
    "urgent belongs to it where all say so": (head(f"عاجل | {T} - الضفة", og=f"عاجل | {T}"), f"<h1>عاجل | {T}</h1>", f"عاجل | {T}"),
    "subtitle in h1": (head(f"{T} - الضفة"), f"<h1>{T}<small>تفاصيل الجلسة وما قاله النواب بعد التصويت</small></h1>", T),
    "headline in the body is other than for search": (head("قانون المالية 2026 كل ما تريد معرفته - الضفة"), f"<article><h1>{T}</h1></article>", T),
    "quotation marks and points stay": (head(f"{Q} | الضفة"), f"<h1>{Q}</h1>", Q),
    "quotes of the page, not those of the meta tag": (head(og="الوزير لـ&quot;الصحيفة&quot;: لن نتراجع... والحوار مستمر!"), f"<h1>{Q}</h1>", Q),
    "entities twice encoded": (head("قال: &amp;quot;نعم&amp;quot; &amp;#8211; ثم غادر القاعة"), "", 'قال: "نعم" – ثم غادر القاعة'),
    "white space and breaks": (head(T), "<h1>\n  البرلمان يصادق<br>على&nbsp;قانون   المالية\tالجديد بالأغلبية </h1>", T),
    "og cut short": (head(og=f"{T[:30]}..."), f"<h1>{T}</h1>", T),
    "font and b of a table": (head(f"الضفة - {T}"), f'<table><tr><td><font size="5" color="red"><b>{T}</b></font></td></tr></table>', T),
    "td with a class": (head(f"{T} - الضفة"), f'<table><tr><td class="newstitle">{T}</td></tr></table>', T),
    "div with a headline's class": (head(f"{T} | الضفة"), f'<div class="post-title"><a href="/x">{T}</a></div>', T),
    "related headings do not count": (head(og=T), f'<div class="related"><h2>{T} بالتفصيل</h2></div><h2>{T}</h2>', T),
    "a dash inside the title": (head("حوار - الوزير: سنعود قريبا إلى طاولة التفاوض - الضفة", site="الضفة"), "", "حوار - الوزير: سنعود قريبا إلى طاولة التفاوض"),
    "short title before a long site name": (head("قمة الرياض - صحيفة الشرق الجديد الدولية اليومية"), "<h1>قمة الرياض</h1>", "قمة الرياض"),
    "author before the title": (head("محمد العربي - في معنى أن تكون صحفيا اليوم"), "<h2>في معنى أن تكون صحفيا اليوم</h2>", "في معنى أن تكون صحفيا اليوم"),
    "page says only its site": (head("الضفة نيوز", site="الضفة نيوز"), f"<h1>{T}</h1>", T),
    "hidden h1 for machines": (head(og=T), f'<h1 class="sr-only">صفحة المقال في الضفة</h1><h2 class="title">{T}</h2>', T),
    "nothing": ("", "", ""),
    "bidi marks and soft hyphens": (head("\u202b" + T + "\u202c\u00ad"), "", T),
    "site in Latin letters": (head(f"{T} - RT Example", site="RT Example"), f"<h1>{T} - RT Example</h1>", T),
    "site name from the host": (head(f"{T} | Example"), "", T),
    "latin site glued by a bar": (head(f"{T}|الضفة", site="الضفة"), "", T),
    "numbers and percent": (head("التضخم يتراجع إلى 2.4% في 2025 - الضفة", site="الضفة"), "", "التضخم يتراجع إلى 2.4% في 2025"),
    "old layout: h1 is the section": (head(f"{T} - الضفة"), f"<h1>أخبار</h1><h3>{T}</h3>", T),
    "breadcrumb h1 with a bar": (head(f"{T} - الضفة"), f"<h1>اقتصاد | {T}</h1>", T),
    "name of the site in the sentence": (head("الضفة تنتفض: عشرات المسيرات في المدن - الضفة", site="الضفة"), "", "الضفة تنتفض: عشرات المسيرات في المدن"),
}  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_the_title_is_what_a_reader_sees(name: str) -> None:
    top, body, title = PAGES[name]
    tree = parse_page(f"<html><head>{top}</head><body>{body}{P}</body></html>")
    assert metadata.read(tree, url="https://www.example.ma/politics/12345").title == title


def test_the_site_comes_off_both_ends_and_never_eats_the_title() -> None:
    assert without_site("س - ص - س", {"س"}) == "ص"
    assert without_site("س", {"س"}) == "س"
    assert without_site("س - س", {"س"}) in ("س", "س - س")
    assert without_site("عنوان بلا فاصل س", {"س"}) == "عنوان بلا فاصل س"


@pytest.mark.parametrize("page", sorted(SEED.glob("*.html")), ids=lambda page: page.stem)
def test_the_seed_pages_have_their_title(page: Path) -> None:
    tree = parse_page(decode(page.read_bytes(), {}).text)
    title = (SEED / "title.txt").read_text(encoding="utf-8").strip()
    assert metadata.read(tree, url="https://example.ma/2023/11/x.html").title == title
