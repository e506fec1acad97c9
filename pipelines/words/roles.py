"""Roles of journalists, which bylines put before or after a name: "مراسل أول ندى الكيلاني"."""

import re

_ROLE = (
    r"(?:ال)?(?:مراسل|محرر|صحفي|صحافي|كاتب|باحث|إعلامي|اعلامي|مصور|موفد|مندوب|معلق|محلل|خبير|أكاديمي|مدون)(?:ة|نا|تنا)?"
    r"|(?:نائبة?\s+|مساعدة?\s+)?(?:رئيسة?|مديرة?|سكرتيرة?|أمينة?)\s+(?:ال)?تحرير"
    r"|كبيرة?\s+(?:المراسلين|المحررين|الصحفيين|الصحافيين|الكتاب|المحللين|مراسلي|محرري)"
    r"|مديرة?\s+(?:مكتب|الأخبار|الموقع)|رئيسة?\s+قسم"
)
_QUALITY = r"(?:ال)?(?:أول|اول|أولى|خاص|ميداني|رئيسي|عام|استقصائي|مساعد|متخصص|سياسي|رياضي|اقتصادي|صحفي|صحافي|ثقافي|مستقل|تنفيذي|عسكري|قانوني|أمني)ة?"  # noqa: E501  a regular expression
_ENGLISH = (
    r"(?:(?:senior|staff|chief|special|foreign|political|sports|business|managing|deputy|executive|contributing|freelance|assistant)\s+)*"
    r"(?:reporter|correspondent|editor(?:[- ]in[- ]chief)?|writer|journalist|columnist|producer)"
)
_BEFORE = re.compile(rf"^(?:(?:{_ROLE})(?:\s+{_QUALITY})*|{_ENGLISH}|خاص)\s*[:：،,-]?\s+(?=\S)", re.IGNORECASE)
#: After a name the role may continue: "مراسل الجزيرة في غزة".
_AFTER = re.compile(
    rf"\s+[-–،,]?\s*(?:(?:{_ROLE})(?:\s+\S+){{0,4}}|{_ENGLISH}(?:\s+\S+){{0,4}}|خاص)\s*$", re.IGNORECASE
)
#: Minimum number of words of a name: "مراسل الجزيرة" contains none.
_NAME_WORDS = 2


def without_role(byline: str) -> str:
    """Return the byline of one person without the role; unchanged if the rest is too short for a name.

    >>> without_role("مراسل أول ندى الكيلاني"), without_role("ندى الكيلاني مدير التحرير")
    ('ندى الكيلاني', 'ندى الكيلاني')
    >>> without_role("المحرر السياسي")
    'المحرر السياسي'
    """
    for role in (_BEFORE, _AFTER):
        bare = role.sub("", byline.strip())
        if bare and len(bare.split()) >= _NAME_WORDS:
            byline = bare
    return byline
