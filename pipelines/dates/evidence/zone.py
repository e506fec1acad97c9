"""The time zone of a page without a source, if its URL leaves no doubt."""

from urllib.parse import urlsplit

#: Country domains of the Arab world with a single time zone. Those sold for other uses (.so, .dj, .km) are omitted.
ZONES = {
    "ae": "Asia/Dubai", "bh": "Asia/Bahrain", "dz": "Africa/Algiers", "eg": "Africa/Cairo", "iq": "Asia/Baghdad",
    "jo": "Asia/Amman", "kw": "Asia/Kuwait", "lb": "Asia/Beirut", "ly": "Africa/Tripoli", "ma": "Africa/Casablanca",
    "mr": "Africa/Nouakchott", "om": "Asia/Muscat", "ps": "Asia/Hebron", "qa": "Asia/Qatar", "sa": "Asia/Riyadh",
    "sd": "Africa/Khartoum", "sy": "Asia/Damascus", "tn": "Africa/Tunis", "ye": "Asia/Aden",
}  # fmt: skip


def zone_of_address(url: str) -> str | None:
    """Return the IANA zone of a country's domain; None for every other address.

    >>> zone_of_address("https://gate.ahram.org.eg/News/1.aspx")
    'Africa/Cairo'
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    return ZONES.get(host.rpartition(".")[2].lower())
