"""The author field of other people's records: names, places, labels and newspapers in it."""

import pytest

from crawler.importing.texts import cleaned_values

TEXT = "أعلنت وزارة الصحة اليوم أن عدد الحالات الجديدة قد انخفض في جميع مناطق البلاد خلال الأسبوع الماضي."


@pytest.mark.parametrize(
    ("field", "authors", "place"),
    [
        ("هشام محمود من لندن", ["هشام محمود"], "لندن"),
        ("منال الأحمدي  من المدينة المنورة", ["منال الأحمدي"], "المدينة المنورة"),
        ("«الاقتصادية» من الرياض", [], "الرياض"),
        ("كتب - عبدالله الحنيان:", ["عبدالله الحنيان"], None),
        ("كتبت - عايدة بنت صالح", ["عايدة بنت صالح"], None),
        ("محمد علي", ["محمد علي"], None),
        ("رسالة من قارئ", ["رسالة من قارئ"], None),
        (" : ", [], None),
        ("أحمد علي ومحمد حسن", ["أحمد علي", "محمد حسن"], None),
        ("كتب - أحمد علي ومحمد حسن", ["أحمد علي", "محمد حسن"], None),
        ("أحمد علي ومحمد حسن - الرياض", ["أحمد علي", "محمد حسن"], "الرياض"),
        ("خالد محمد وليد حسن", ["خالد محمد وليد حسن"], None),
        ("وزارة الداخلية وهيئة السياحة", ["وزارة الداخلية وهيئة السياحة"], None),
        ("إعداد - وحدة الأبحاث والتقارير الاقتصادية", ["وحدة الأبحاث والتقارير الاقتصادية"], None),
    ],
)
def test_a_byline_gives_the_names_of_persons_and_the_place(field: str, authors: list[str], place: str | None) -> None:
    values = {"title": "خبر", "text": TEXT, "author": field}
    found = cleaned_values(values, mapped={}, learned={})
    assert (found["authors"], found["place"]) == (authors, place)
