"""Formulaic news for benches: events told in the formulas of the trade, and the copies that newspapers print of them.

Every kind has a few wordings, as houses have, with names and figures put in: cables of congratulation and condolence,
weather, market closes, prayer times, obituaries. Two events of a kind share the formulas and nothing else. A copy
keeps the names and figures, and is edited as a desk edits: a dateline, an agency, an opening of its own, a line cut,
some words changed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.bench.arabic_prose import Press

COUNTRIES = (
    "تونس", "المالديف", "ليبيريا", "النيجر", "الإكوادور", "سنغافورة", "كولومبيا", "بيرو", "مصر", "بلجيكا", "فرنسا", "ساحل العاج",
    "جامايكا", "إندونيسيا", "ماليزيا", "أوكرانيا", "البرازيل", "فيتنام", "المكسيك", "تشيلي", "الصين", "قبرص", "كوريا", "نيجيريا",
    "بنما", "فنلندا", "لاتفيا", "ألبانيا", "موريتانيا", "بوروندي", "تركيا", "بولندا", "أنغولا", "سلطنة عمان", "لبنان", "زامبيا",
    "سورينام", "ألمانيا", "غينيا", "قيرغيزستان", "مالطا", "بلغاريا", "أرمينيا", "مالي", "تشاد", "كوستاريكا", "غواتيمالا", "هندوراس",
    "السلفادور", "الهند", "أوغندا", "كينيا", "رومانيا", "سريلانكا", "غامبيا", "إستونيا", "ليتوانيا", "كرواتيا", "صربيا", "غانا",
    "بنغلاديش", "باكستان", "اليونان", "السنغال", "سيراليون", "توغو", "جنوب أفريقيا", "الكاميرون",
)  # fmt: skip
FIRST = (
    "محمد", "عبد الله", "خالد", "سعود", "ألبرت", "إلين", "رافائيل", "توني", "خوان", "أويانتا", "جوكو", "بيترو", "ديلما", "ميشيل",
    "إنريكي", "غودلاك", "نيكوس", "فهد", "سلطان", "مشاري", "تركي", "بندر", "منصور", "إبراهيم", "سليمان", "يوسف", "راشد", "حمد",
)  # fmt: skip
LAST = (
    "القحطاني", "الشمري", "السبيعي", "جونسون", "كوريا", "تان", "سانتوس", "هومالا", "ويدودو", "بوروشينكو", "روسيف", "باشليه", "نيتو",
    "جوناثان", "أناستاسيادس", "العتيبي", "الدوسري", "المطيري", "الحربي", "الزهراني", "الغامدي", "العمري", "الشهري", "السديري",
)  # fmt: skip
CITIES = (
    "الرياض", "جدة", "مكة المكرمة", "المدينة المنورة", "الدمام", "أبها", "تبوك", "حائل", "نجران", "جازان", "الباحة", "عرعر", "سكاكا", "بريدة",
)  # fmt: skip
SECTORS = (
    "المصارف",
    "البتروكيماويات",
    "الأسمنت",
    "التجزئة",
    "الطاقة",
    "الزراعة",
    "الاتصالات",
    "التأمين",
    "النقل",
    "العقار",
    "الإعلام",
    "الفنادق",
)
OCCASIONS = ("ذكرى استقلال بلاده", "اليوم الوطني لبلاده", "ذكرى إعلان الجمهورية لبلاده", "ذكرى يوم الدستور في بلاده")
WINDS = ("شمالية إلى شمالية غربية", "جنوبية شرقية إلى جنوبية غربية", "غربية إلى شمالية غربية", "شرقية إلى جنوبية شرقية")


@dataclass(frozen=True, slots=True)
class Event:
    """What happened once, as an agency words it."""

    kind: str
    title: str
    text: str


class Formulas:
    """Writes events of every kind."""

    def __init__(self, press: Press) -> None:
        self._press = press
        self._pick = press.rng.choice
        self._countries = self._all_countries()
        self.kinds: dict[str, Callable[[], Event]] = {
            "congratulations": self.congratulations, "condolences": self.condolences, "weather": self.weather,
            "market close": self.market, "prayer times": self.prayers, "obituaries": self.obituary,
        }  # fmt: skip

    def congratulations(self) -> Event:
        occasion, country = self._pick(OCCASIONS), self._countries.pop()
        if not self._countries:
            self._countries = self._all_countries()
        head = f"الرئيس {self._name()} رئيس جمهورية {country}"
        lines = [
            f"بعث خادم الحرمين الشريفين الملك سلمان بن عبدالعزيز آل سعود برقية تهنئة إلى فخامة {head} بمناسبة {occasion}.",
            "وأعرب الملك المفدى باسمه واسم شعب وحكومة المملكة العربية السعودية عن أصدق التهاني وأطيب التمنيات بالصحة والسعادة "
            f"لفخامته ولحكومة وشعب {country} الصديق اطراد التقدم والازدهار.",
            f"كما بعث صاحب السمو الملكي الأمير محمد بن نايف بن عبدالعزيز ولي العهد نائب رئيس مجلس الوزراء وزير الداخلية برقية مماثلة "
            f"إلى فخامة {head}.",
            f"وعبر سمو ولي العهد عن أبلغ التهاني وأطيب التمنيات بموفور الصحة والسعادة لفخامته ولحكومة وشعب {country} الصديق "
            "المزيد من التقدم والازدهار.",
        ]
        return Event("congratulations", f"القيادة تهنئ رئيس {country} ب{occasion}", "\n".join(lines))

    def condolences(self) -> Event:
        country, dead, place = self._pick(COUNTRIES), self._press.rng.randint(9, 300), " ".join(self._press.draw(3))
        accident = self._pick(
            ("تحطم طائرة", "انفجار مصنع", "غرق عبارة", "حريق مستشفى", "فيضانات", "انهيار مبنى", "حادث قطار")
        )
        head = f"الرئيس {self._name()} رئيس {country}"
        lines = [
            f"بعث خادم الحرمين الشريفين برقية عزاء ومواساة إلى فخامة {head} في ضحايا {accident} في {place}.",
            f"وقال الملك المفدى: علمنا ببالغ الألم بنبأ {accident} في {place} وما نتج عنه من وفاة {dead} وإصابات، وإننا إذ نعبر لفخامتكم "
            "ولأسر الضحايا ولشعب بلدكم الصديق باسم شعب وحكومة المملكة العربية السعودية وباسمنا عن بالغ التعازي وصادق المواساة، "
            "لنرجو للمصابين الشفاء العاجل وألا تروا أي مكروه.",
            f"كما بعث صاحب السمو الملكي ولي العهد برقية عزاء ومواساة مماثلة إلى فخامة {head} أعرب فيها عن بالغ تعازيه وصادق مواساته "
            "لفخامته ولأسر الضحايا ولشعب بلده الصديق متمنيا للمصابين الشفاء العاجل.",
        ]
        return Event("condolences", f"القيادة تعزي رئيس {country} في ضحايا {accident}", "\n".join(lines))

    def weather(self) -> Event:
        rng, cities = self._press.rng, self._press.rng.sample(CITIES, 6)
        lines = [
            "توقعت الرئاسة العامة للأرصاد وحماية البيئة في تقريرها عن حالة الطقس لهذا اليوم بمشيئة الله تعالى أن تكون السماء غائمة جزئيا "
            f"على {cities[0]} و{cities[1]} و{cities[2]} مع فرصة لهطول أمطار رعدية مصحوبة برياح نشطة.",
            f"ويطرأ نشاط في الرياح السطحية مثيرة للأتربة والغبار تحد من مدى الرؤية الأفقية على {cities[3]} و{cities[4]} تمتد إلى {cities[5]}.",
            f"وأشار التقرير إلى أن حركة الرياح السطحية على البحر الأحمر {self._pick(WINDS)} بسرعة {rng.randint(10, 45)} كيلومترا في الساعة "
            f"وارتفاع الموج من {rng.randint(5, 15)} إلى {rng.randint(16, 30)} مترا وحالة البحر متوسط الموج.",
            f"وعلى الخليج العربي حركة الرياح السطحية {self._pick(WINDS)} بسرعة {rng.randint(10, 45)} كيلومترا في الساعة وارتفاع الموج "
            f"من نصف متر إلى {rng.randint(1, 3)} وحالة البحر خفيف إلى متوسط الموج.",
            " ".join(f"العظمى في {city} {rng.randint(28, 49)} والصغرى {rng.randint(15, 32)}." for city in cities),
        ]
        return Event("weather", f"الأرصاد: أمطار رعدية على {cities[0]} و{cities[1]}", "\n".join(lines))

    def market(self) -> Event:
        rng, sectors = self._press.rng, self._press.rng.sample(SECTORS, 5)
        way, colour = self._pick((("مرتفعا", "الأخضر"), ("منخفضا", "الأحمر")))
        point, firms = rng.randint(6500, 9900), [" ".join(self._press.draw(2)) for _ in range(6)]
        lines = [
            f"أغلق مؤشر سوق الأسهم السعودية الرئيسية اليوم {way} {rng.randint(3, 190)} نقطة ليقفل عند مستوى {point} نقطة، بتداولات بلغت "
            f"قيمتها أكثر من {rng.randint(2, 12)} مليارات و{rng.randint(100, 990)} مليون ريال.",
            f"وبلغ عدد الأسهم المتداولة أكثر من {rng.randint(90, 500)} مليون سهم تقاسمتها أكثر من {rng.randint(60, 240)} ألف صفقة، سجلت فيها أسهم "
            f"{rng.randint(20, 150)} شركة ارتفاعا في قيمتها، فيما أغلقت أسهم {rng.randint(20, 150)} شركة على تراجع.",
            f"وكانت أسهم شركات {firms[0]} و{firms[1]} و{firms[2]} الأكثر ارتفاعا، فيما جاءت أسهم شركات {firms[3]} و{firms[4]} و{firms[5]} الأكثر "
            "انخفاضا في التعاملات اليوم.",
            f"وعلى صعيد القطاعات أغلقت قطاعات {' و'.join(sectors[:3])} في المنطقة الحمراء، في حين أنهت قطاعات {' و'.join(sectors[3:])} "
            f"جلستها باللون {colour}.",
        ]
        return Event("market close", f"مؤشر سوق الأسهم يغلق {way} عند {point} نقطة", "\n".join(lines))

    def prayers(self) -> Event:
        rng = self._press.rng
        cities = rng.sample(CITIES, 5)
        names = ("الفجر", "الشروق", "الظهر", "العصر", "المغرب", "العشاء")
        day = f"{rng.randint(1, 29)} من شهر {self._pick(('شوال', 'رجب', 'شعبان', 'محرم', 'صفر'))}"
        lines = [
            f"مواقيت الصلاة اليوم الموافق {day} حسب تقويم أم القرى لمدن المملكة العربية السعودية مع مراعاة فروق التوقيت بين المناطق."
        ]
        lines += [
            f"في مدينة {city} يحين موعد أذان "
            + " و".join(f"{name} الساعة {rng.randint(3, 19)} و{rng.randint(0, 59)} دقيقة" for name in names) + "."
            for city in cities
        ]  # fmt: skip
        return Event("prayer times", f"مواقيت الصلاة {day}", "\n".join(lines))

    def obituary(self) -> Event:
        rng, name, city = self._press.rng, self._name(), self._pick(CITIES)
        family, age = self._pick(LAST), rng.randint(40, 99)
        sons = [self._pick(FIRST) for _ in range(4)]
        lines = [
            f"انتقل إلى رحمة الله تعالى {name} عن عمر يناهز {age} عاما إثر {' '.join(self._press.draw(3))}، وستؤدى الصلاة عليه بعد صلاة "
            f"{self._pick(('الظهر', 'العصر', 'العشاء'))} في جامع {' '.join(self._press.draw(2))} بمدينة {city} ويوارى جثمانه الثرى في مقبرة {self._pick(LAST)}.",
            f"والفقيد والد كل من {' و'.join(sons)} وشقيق {self._name()} و{self._name()} من أسرة {family}.",
            f"وتتقبل الأسرة العزاء في منزل الفقيد في حي {' '.join(self._press.draw(2))} وعلى هاتف {rng.randint(500000000, 599999999)}.",
            "تغمد الله الفقيد بواسع رحمته ومغفرته وأسكنه فسيح جناته وألهم أهله وذويه الصبر والسلوان، إنا لله وإنا إليه راجعون، "
            "ونحن بدورنا نتقدم إلى ذوي الفقيد بأحر التعازي وصادق المواساة.",
        ]
        return Event("obituaries", f"{name} إلى رحمة الله", "\n".join(lines))

    def copy(self, event: Event) -> Event:
        """The event as another newspaper prints it."""
        press, rng = self._press, self._press.rng
        lines = event.text.split("\n")
        if rng.random() < 0.25:
            del lines[rng.randrange(1, len(lines))]
        if rng.random() < 0.5:
            lines[0] = f"{self._pick(CITIES)} - واس {lines[0]}"
        if rng.random() < 0.3:
            lines.insert(0, " ".join(press.draw(12)) + ".")
        changed = rng.choice((0.0, 0.02, 0.05, 0.1))
        text = "\n".join(
            " ".join(press.rare() if rng.random() < changed else word for word in line.split(" ")) for line in lines
        )
        title = event.title if rng.random() < 0.5 else f"{self._pick(press.words[:40])} {event.title}"
        return Event(event.kind, title, text)

    def _all_countries(self) -> list[str]:
        """Every country once: each has its own day of the year."""
        return self._press.rng.sample(COUNTRIES, len(COUNTRIES))

    def _name(self) -> str:
        return f"{self._pick(FIRST)} {self._pick(FIRST)} {self._pick(LAST)}"
