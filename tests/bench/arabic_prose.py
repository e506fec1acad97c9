"""Readable-ish Arabic for benches: words made of roots, patterns and clitics, drawn as Zipf has it, with stock phrases.

Not Arabic that means anything: what counts is that texts share their frequent words and the phrases of the trade, as
real news does, so that a false copy is as likely as it is there.
"""

import random
from bisect import bisect
from itertools import accumulate

_ROOTS = [
    "كتب",
    "علم",
    "عمل",
    "قتل",
    "حكم",
    "نصر",
    "وزر",
    "سكن",
    "نقل",
    "دخل",
    "خرج",
    "ذهب",
    "رجع",
    "سمع",
    "قرأ",
    "درس",
    "فتح",
    "غلق",
    "بحث",
    "كشف",
    "نشر",
    "طلب",
    "رفض",
    "قبل",
    "عرض",
    "شرح",
    "وصل",
    "قطع",
    "ربط",
    "فصل",
    "جمع",
    "طرح",
    "ضرب",
    "قسم",
    "حسب",
    "عدد",
    "زرع",
    "صنع",
    "تجر",
    "بنك",
    "نقد",
    "سعر",
    "صرف",
    "دفع",
    "قبض",
    "سلم",
    "حرب",
    "هجم",
    "دفع",
    "حرس",
    "رصد",
    "سجن",
    "حكم",
    "قضى",
    "شهد",
    "ثبت",
    "نفى",
    "ذكر",
    "قول",
    "خبر",
    "صحف",
    "نطق",
    "حضر",
    "غيب",
    "سفر",
    "رحل",
    "نزل",
    "صعد",
    "عبر",
    "حدد",
    "سلح",
    "درب",
    "لعب",
    "سبق",
    "فوز",
    "خسر",
    "هدف",
    "شبك",
    "ملك",
    "رأس",
    "نوب",
    "حزب",
    "شعب",
    "وطن",
    "دول",
    "قوم",
    "بلد",
    "مدن",
    "قرى",
    "طرق",
    "جسر",
    "بحر",
    "نهر",
    "مطر",
    "حرر",
    "برد",
    "صيف",
    "شتى",
    "صحح",
    "مرض",
    "طبب",
    "دوى",
]
_PATTERNS = [
    "1ا23",
    "12و3",
    "م12و3",
    "م1ا23",
    "ا12ا3",
    "ت123",
    "ت12ي3",
    "1ا2و3",
    "م1ت23",
    "ا1ت2ا3",
    "است12ا3",
    "م12ة",
    "ي123",
    "ت1ا23",
    "م1123",
    "ان12ا3",
    "12ي3",
    "12ا3",
    "1ا23ة",
    "م123",
    "123",
    "1و23",
    "ا12و3",
    "12ا3ي",
    "12ا3ية",
]
_BEFORE = ("", "", "", "ال", "ال", "ال", "و", "وال", "بال", "لل", "ب", "ل", "س", "ف")
_AFTER = ("", "", "", "", "ات", "ين", "ون", "ه", "ها", "هم", "ية", "ان")
_SMALL = [
    "في",
    "من",
    "على",
    "إلى",
    "أن",
    "عن",
    "مع",
    "التي",
    "الذي",
    "ما",
    "هذا",
    "هذه",
    "بعد",
    "قبل",
    "كان",
    "كانت",
    "بين",
    "خلال",
    "حيث",
    "كما",
    "قد",
    "لم",
    "لا",
    "أو",
    "ثم",
    "عند",
    "حتى",
    "غير",
    "كل",
    "بعض",
    "منذ",
    "إن",
    "وقد",
    "ولم",
    "أي",
    "ذلك",
    "تلك",
    "حول",
    "ضد",
]
STOCK = (
    "وقال المتحدث باسم الوزارة في تصريح صحفي", "وأضاف المصدر الذي فضل عدم الكشف عن هويته", "وتأتي هذه الخطوة في إطار الجهود الرامية إلى",
    "ومن المقرر أن يعقد الاجتماع المقبل في", "وأكد الوزير خلال مؤتمر صحفي عقده اليوم", "وفي سياق متصل قالت مصادر مطلعة إن",
    "ووفق بيان صادر عن مكتب رئيس الوزراء", "من جهته قال رئيس اللجنة إن", "وأشار إلى أن الحكومة تعمل على", "وكانت وسائل إعلام محلية قد ذكرت أن",
    "ولم يصدر أي تعليق رسمي حتى الآن من", "يذكر أن هذه المرة الأولى التي", "وشدد على ضرورة وقف إطلاق النار في", "وبحسب وكالة الأنباء الرسمية فإن",
    "وأوضح أن القرار يدخل حيز التنفيذ في", "على صعيد آخر أعلنت السلطات المحلية عن", "وفي وقت سابق من اليوم أعلن الجيش أن",
    "وأعرب عن أمله في أن تسهم هذه الخطوة في", "وتابع قائلا إن الأوضاع في المنطقة", "واعتبر أن ما جرى يمثل انتهاكا للقانون الدولي",
)  # fmt: skip
BOILERPLATE = (
    "اشترك في النشرة البريدية لتصلك آخر الأخبار كل صباح إلى بريدك الإلكتروني مجانا.",
    "جميع الآراء الواردة في هذا المقال تعبر عن أصحابها ولا تعبر بالضرورة عن رأي الموقع.",
    "تابعوا آخر أخبارنا على صفحاتنا في مواقع التواصل الاجتماعي وعبر تطبيق الهواتف الذكية.",
)


def _vocabulary(rng: random.Random) -> list[str]:
    made = {
        before + pattern.translate(str.maketrans("123", root)) + after
        for root in _ROOTS
        for pattern in _PATTERNS
        for before in _BEFORE
        for after in _AFTER
    }
    return _SMALL + rng.sample(sorted(made), len(made))


class Press:
    """Writes articles; the same seed writes the same ones."""

    def __init__(self, seed: int = 1) -> None:
        self.rng = random.Random(seed)
        self.words = _vocabulary(random.Random(0))
        self._weights = list(accumulate(1 / (rank + 2.7) for rank in range(len(self.words))))

    def draw(self, count: int) -> list[str]:
        """Words as frequent as Zipf has them."""
        return self.rng.choices(self.words, cum_weights=self._weights, k=count)

    def rare(self) -> str:
        """A word beyond the hundred most frequent."""
        top = self._weights[100]
        return self.words[bisect(self._weights, top + self.rng.random() * (self._weights[-1] - top))]

    def sentence(self) -> str:
        """Ten to twenty words, every third time after a stock phrase."""
        opening = [self.rng.choice(STOCK)] if self.rng.random() < 0.33 else []
        return " ".join([*opening, *self.draw(self.rng.randint(8, 20))]) + "."

    def paragraph(self) -> str:
        """One to three sentences."""
        return " ".join(self.sentence() for _ in range(self.rng.randint(1, 3)))

    def article(self, words: int) -> str:
        """Paragraphs, one a line, of at least so many words."""
        lines: list[str] = []
        count = 0
        while count < words:
            lines.append(self.paragraph())
            count += len(lines[-1].split())
        return "\n".join(lines)
