"""Month names by tradition, for labels of calendars and charts, and to detect a source's tradition.

Parsing does not need it: no name means two months in different traditions, so `parse_date` accepts all of them for
every source (a test checks that). Hijri months and the Libyan ones of 1986 to 2011 are parsed too, but no source writes
only those.
"""

from typing import Literal, get_args

#: egyptian: Egypt, Sudan, Libya, the Gulf and Yemen. levantine: Syria, Lebanon, Palestine, Jordan, Iraq.
#: dual: both at once, "تشرين الأول/أكتوبر", as pan-Arab desks write. tunisian: Tunisia and Algeria, from French.
#: moroccan: Morocco.
Months = Literal["egyptian", "levantine", "dual", "tunisian", "moroccan"]

_NAMES = {
    "egyptian": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "levantine": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "tunisian": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "moroccan": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
}


def month_names(months: Months) -> tuple[str, ...]:
    """Return the twelve names, January first, in that tradition.

    >>> month_names("moroccan")[7]
    'غشت'
    """
    if months == "dual":
        return tuple(map("/".join, zip(month_names("levantine"), month_names("egyptian"), strict=True)))
    return tuple(name.replace("_", " ") for name in _NAMES[months].split())


#: All traditions, in the order of the type.
TRADITIONS: tuple[Months, ...] = get_args(Months)
