"""What is learned of a source: its furniture in every form it takes, and never its news."""

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.boilerplate.independent import independent
from pipelines.boilerplate.learn import Observation, ReadObservation, RecurringBlock, Totals, count, decide, learn
from pipelines.boilerplate.recurring import recurring_marks, strip, strip_lines
from pipelines.extraction.batch import learn_by_host, texts
from storage.model.article import Article, Removed

_WORDS = [
    "الوزير", "المدينة", "الطريق", "الماء", "السوق", "المدرسة", "البحر", "القرار", "العمال", "المصنع", "الجسر", "النهر", "القمح", "الميناء",  # noqa: E501  a table row
    "الجلسة", "الموازنة", "الشتاء", "المطر", "السكان", "الشرطة", "المحكمة", "اللاعب", "الفريق", "الهدف", "الجمهور", "الكتاب", "المعرض",  # noqa: E501  a table row
]  # fmt: skip
BIO = "ليلى مراد كاتبة من مدينة الضباب، صدرت لها روايتان عن البحر والمنفى."
FOOT = "يصلك المرفأ كل صباح"
HEAD = "المرفأ – متابعات"
WIRE = "وتشن القوات منذ الخريف حملة واسعة على مواقع المسلحين في الجبال، أدت بحسب منظمات محلية إلى نزوح آلاف العائلات من قراها نحو المدن الساحلية التي تعاني نقصا حادا في المساكن."  # fmt: skip  # noqa: E501  one value


def sentence(rng: random.Random) -> str:
    return " ".join(rng.choices(_WORDS, k=rng.randint(9, 22))) + "."


def article(
    number: int, *, before: Sequence[str] = (), middle: Sequence[str] = (), after: Sequence[str] = ()
) -> list[str]:
    rng = random.Random(number)
    body = [sentence(rng) for _ in range(rng.randint(7, 12))]
    return [*before, *body[:4], *middle, *body[4:], *after]


def observed(
    articles: Sequence[Sequence[str]], *, a_day: int = 1, authors: Sequence[Sequence[str]] = ()
) -> list[Observation]:
    first = date(2024, 3, 1)
    return [
        Observation(
            page=f"https://example.com/{number}",
            day=(first + timedelta(days=number // a_day)).isoformat(),
            lines=lines,
            authors=authors[number] if authors else (),
        )
        for number, lines in enumerate(articles)
    ]


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("after", BIO),
        ("after", FOOT),
        ("after", "رسالة قصيرة إلى 88548"),
        ("before", HEAD),
        ("middle", "نبض الشارع"),
        ("after", "وسلامتكم."),
    ],
)
@pytest.mark.parametrize("pages", [4, 20])
def test_a_line_of_every_article_is_learned_and_stripped(place: str, line: str, pages: int) -> None:
    articles = [article(number, **{place: [line]}) for number in range(pages)]  # type: ignore[arg-type]
    learned = learn(observed(articles))
    for number, lines in enumerate(articles):
        kept, removed = strip_lines(lines, learned.keys)
        assert kept == article(number)
        assert [(one.rule, one.text) for one in removed] == [("learned", line)]


def test_a_label_before_a_changing_headline_is_learned() -> None:
    articles = [article(number, middle=[f"قطوف البارحة: خبر رقم {_WORDS[number]} في سطر"]) for number in range(12)]
    learned = learn(observed(articles))
    assert [strip_lines(lines, learned.keys)[0] for lines in articles] == [article(number) for number in range(12)]


def test_a_signature_with_a_changing_name_is_learned() -> None:
    articles = [article(number, before=[f"{_WORDS[number]} {_WORDS[-number]} – عين المرفأ"]) for number in range(12)]
    learned = learn(observed(articles))
    assert [strip_lines(lines, learned.keys)[0] for lines in articles] == [article(number) for number in range(12)]


def test_a_line_whose_number_changes_is_learned() -> None:
    articles = [article(number, after=[f"مرات الاطلاع {1204 + number * 7}"]) for number in range(8)]
    learned = learn(observed(articles))
    assert [strip_lines(lines, learned.keys)[0] for lines in articles] == [article(number) for number in range(8)]


def test_a_sentence_at_the_end_of_the_last_paragraph_is_cut_from_it() -> None:
    articles = []
    for number in range(10):
        lines = article(number)
        articles.append([*lines[:-1], f"{lines[-1]} زوروا بيت المرفأ على الشاطئ."])
    learned = learn(observed(articles))
    for number, lines in enumerate(articles):
        kept, removed = strip_lines(lines, learned.keys)
        assert kept == article(number)
        assert removed[0].text == "زوروا بيت المرفأ على الشاطئ."


def test_the_biography_of_one_author_among_many_is_learned() -> None:
    articles = [article(number, after=[BIO] if number % 10 == 0 else []) for number in range(60)]
    authors = [["ليلى مراد"] if number % 10 == 0 else [f"كاتب {number % 7}"] for number in range(60)]
    learned = learn(observed(articles, authors=authors))
    assert strip_lines(articles[0], learned.keys)[0] == article(0)


@pytest.mark.parametrize("often", [2, 3, 5])
def test_a_wire_paragraph_of_a_few_articles_is_news(often: int) -> None:
    articles = [article(number, middle=[WIRE] if number < often else []) for number in range(60)]
    assert learn(observed(articles)).keys == frozenset()


def test_the_background_of_a_running_story_is_news_even_at_the_end_of_many_articles() -> None:
    articles = [article(number, after=[WIRE] if number % 5 == 0 else []) for number in range(100)]
    assert learn(observed(articles)).keys == frozenset()


def test_a_subheading_that_some_articles_share_is_theirs() -> None:
    articles = [article(number, middle=["ما القصة؟"] if number % 4 == 0 else []) for number in range(60)]
    assert learn(observed(articles)).keys == frozenset()


def test_lines_that_come_in_one_burst_of_days_are_news() -> None:
    burst = "غارات على الميناء"
    articles = [article(number, after=[burst] if 20 <= number < 29 else []) for number in range(90)]
    assert learn(observed(articles, a_day=9)).keys == frozenset()


def test_copies_of_one_story_are_counted_once() -> None:
    story = article(1)
    copies = [[*story[:-1], f"تحديث رقم {number} من المكان."] for number in range(6)]
    seen = observed([*copies, *(article(number) for number in range(2, 20))])
    assert len(independent([ReadObservation(one) for one in seen])) == 19
    assert learn(seen).keys == frozenset()


def test_nothing_is_learned_of_two_articles() -> None:
    assert learn(observed([article(1, after=[FOOT]), article(2, after=[FOOT])])).keys == frozenset()
    assert learn([]).keys == frozenset()


def test_counts_of_the_table_lead_to_the_same_decision() -> None:
    blocks: dict[str, RecurringBlock] = {}
    totals = Totals()
    for seen in observed([article(number, after=[FOOT]) for number in range(9)]):
        count(seen, blocks=blocks, totals=totals)
        blocks = {
            key: RecurringBlock.stored(key=key, example=one.example, articles=one.articles, evidence=one.evidence())
            for key, one in blocks.items()
        }
    learned = decide(blocks, totals=totals)
    assert [(one.example, one.articles, one.end) for one in learned.blocks] == [(FOOT, 9, 9)]


def test_stripping_an_article_moves_the_places_of_what_went_before() -> None:
    first, second, third = article(1)[:3]
    whole = Article(
        url="https://example.com/1",
        title="عنوان",
        text="\n".join([HEAD, first, second, third, FOOT]),
        fetched_at=datetime(2024, 3, 1, tzinfo=UTC),
        removed=(Removed(rule="headline", text="عنوان"), Removed(rule="phrase", text="شارك", after_line=3)),
    )
    learned = frozenset(mark.key for mark in recurring_marks([HEAD, FOOT]))
    stripped = strip(whole, learned)
    assert stripped.text.split("\n") == [first, second, third]
    assert [(one.rule, one.after_line) for one in stripped.removed] == [
        ("headline", None),
        ("learned", 0),
        ("phrase", 2),
        ("learned", 3),
    ]
    assert strip(stripped, learned) is stripped
    assert strip(whole, frozenset()) is whole


def test_a_batch_learns_each_host_by_itself() -> None:
    rows = [
        (f"https://{'www.' if number % 2 else ''}a.example/{number}", article(number, after=[FOOT]))
        for number in range(6)
    ]
    rows += [
        (f"https://b.example/{number}", article(number + 50, after=[FOOT] if number == 0 else []))
        for number in range(6)
    ]
    learned = learn_by_host(Observation(page=url, lines=lines) for url, lines in rows)
    assert {name: len(one.blocks) for name, one in learned.items()} == {"a.example": 1, "b.example": 0}


def test_a_batch_of_pages_loses_what_it_learned_and_nothing_else() -> None:
    pages = [
        {"url": f"https://a.example/{number}", "html": "<article>" + "".join(f"<p>{line}</p>" for line in article(number, after=[BIO])) + "</article>"}  # noqa: E501  a template
        for number in range(6)
    ]  # fmt: skip
    plain = [row["text"].split("\n") for row in texts(pages)]
    learned = [row["text"].split("\n") for row in texts(pages, learning=True)]
    assert plain == [article(number, after=[BIO]) for number in range(6)]
    assert learned == [article(number) for number in range(6)]
