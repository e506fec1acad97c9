"""Display names of archive values: kinds of article, kinds of change, countries, kinds of withdrawal."""

from collections.abc import Mapping


def _(word: str) -> str:
    """Mark a string for the gettext catalogue; it is translated when used."""
    return word


ARTICLE_KINDS: Mapping[str, str] = {
    "news": _("news"),
    "opinion": _("opinion"),
    "live": _("live coverage"),
    "gallery": _("photo gallery"),
    "video": _("video"),
    "interview": _("interview"),
}
CHANGE_KINDS: Mapping[str, str] = {
    "withdrawn": _("withdrawn"),
    "restored": _("restored"),
    "headline": _("headline changed"),
    "date": _("date changed"),
    "number": _("number changed"),
    "name_removed": _("name removed"),
    "name_added": _("name added"),
    "paragraph_removed": _("paragraph removed"),
    "paragraph_added": _("paragraph added"),
    "paragraph_moved": _("paragraph moved"),
    "wording": _("reworded"),
    "typo": _("spelling corrected"),
    "cosmetic": _("formatting only"),
}
ALERT_CHANGES: Mapping[str, str] = {
    "new": _("new articles"),
    "changed": _("edits"),
    "withdrawn": _("withdrawals"),
    "restored": _("returns"),
    "health": _("problems of newspapers"),
}
WITHDRAWN_HOW: Mapping[str, str] = {
    "http 404": _("the server answers 404, not found"),
    "http 410": _("the server answers 410, gone"),
    "redirected": _("its URL redirects elsewhere"),
    "emptied": _("its text was removed"),
    "live": _("online"),
    "gone": _("gone"),
    "redirected_home": _("its URL redirects elsewhere"),
}
COUNTRIES: Mapping[str, str] = {
    "AE": _("United Arab Emirates"), "BH": _("Bahrain"), "DJ": _("Djibouti"), "DZ": _("Algeria"), "EG": _("Egypt"),
    "IQ": _("Iraq"), "JO": _("Jordan"), "KM": _("Comoros"), "KW": _("Kuwait"), "LB": _("Lebanon"), "LY": _("Libya"),
    "MA": _("Morocco"), "MR": _("Mauritania"), "OM": _("Oman"), "PS": _("Palestine"), "QA": _("Qatar"),
    "SA": _("Saudi Arabia"), "SD": _("Sudan"), "SO": _("Somalia"), "SY": _("Syria"), "TN": _("Tunisia"),
    "YE": _("Yemen"), "CN": _("China"), "DE": _("Germany"), "FR": _("France"), "GB": _("United Kingdom"),
    "IL": _("Israel"), "IR": _("Iran"), "IT": _("Italy"), "SE": _("Sweden"), "TR": _("Turkey"),
    "US": _("United States"), "RU": _("Russia"),
}  # fmt: skip
LANGUAGE_NAMES: Mapping[str, str] = {
    "ar": _("Arabic"),
    "fa": _("Persian"),
    "ur": _("Urdu"),
    "ckb": _("Central Kurdish"),
    "en": _("English"),
    "fr": _("French"),
}
VERDICTS: Mapping[str, str] = {
    "problem": _("problem"),
    "notice": _("notice"),
    "new": _("new"),
    "well": _("healthy"),
}
#: Outcomes of a capture (`storage.model.visit.Result`, and "refused").
RESULTS: Mapping[str, str] = {
    "new": _("stored as a new article"),
    "changed": _("stored: it has changed since it was last fetched"),
    "same": _("unchanged since it was last fetched"),
    "not_article": _("stored, but it is not an article"),
    "refused": _("refused"),
    "failed": _("it could not be fetched"),
}
#: Time steps (`warraq.web.attention.STEPS`).
STEP_NAMES: Mapping[str, str] = {"day": _("day"), "week": _("week"), "month": _("month"), "year": _("year")}
