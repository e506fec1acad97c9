"""How newsrooms name the months, by tradition: for labels of calendars and charts, and to tell what a source writes.

Reading needs no hint from it: no name means two months, whatever the tradition, so `parse_date` knows them all in any
source (a test holds that). The Hijri months and the Libyan ones of 1986 to 2011 are read too, but no source writes them alone.
"""

from typing import Literal, get_args

#: egyptian: Egypt, Sudan, Libya, the Gulf and Yemen. levantine: Syria, Lebanon, Palestine, Jordan, Iraq.
#: dual: both at once, "تشرين الأول/أكتوبر", as pan-Arab desks write. tunisian: Tunisia and Algeria, from French. moroccan: Morocco.
Months = Literal["egyptian", "levantine", "dual", "tunisian", "moroccan"]

_NAMES = {
    "egyptian": "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر",
    "levantine": "كانون_الثاني شباط آذار نيسان أيار حزيران تموز آب أيلول تشرين_الأول تشرين_الثاني كانون_الأول",
    "tunisian": "جانفي فيفري مارس أفريل ماي جوان جويلية أوت سبتمبر أكتوبر نوفمبر ديسمبر",
    "moroccan": "يناير فبراير مارس أبريل ماي يونيو يوليوز غشت شتنبر أكتوبر نونبر دجنبر",
}


def month_names(months: Months) -> tuple[str, ...]:
    """The twelve names, January first, as a newspaper of that tradition prints them.

    >>> month_names("moroccan")[7]
    'غشت'
    """
    if months == "dual":
        return tuple(map("/".join, zip(month_names("levantine"), month_names("egyptian"), strict=True)))
    return tuple(name.replace("_", " ") for name in _NAMES[months].split())


#: All traditions, in the order of the type.
TRADITIONS: tuple[Months, ...] = get_args(Months)
