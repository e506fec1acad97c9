"""Time zones by country, for a source whose file is not written yet."""

#: Members of the Arab League, by ISO 3166 code.
ARAB_LEAGUE: dict[str, str] = {
    "AE": "Asia/Dubai", "BH": "Asia/Bahrain", "DJ": "Africa/Djibouti", "DZ": "Africa/Algiers", "EG": "Africa/Cairo",
    "IQ": "Asia/Baghdad", "JO": "Asia/Amman", "KM": "Indian/Comoro", "KW": "Asia/Kuwait", "LB": "Asia/Beirut",
    "LY": "Africa/Tripoli", "MA": "Africa/Casablanca", "MR": "Africa/Nouakchott", "OM": "Asia/Muscat",
    "PS": "Asia/Hebron", "QA": "Asia/Qatar", "SA": "Asia/Riyadh", "SD": "Africa/Khartoum", "SO": "Africa/Mogadishu",
    "SY": "Asia/Damascus", "TN": "Africa/Tunis", "YE": "Asia/Aden",
}  # fmt: skip

#: These and other countries, those with a single zone.
ZONES: dict[str, str] = ARAB_LEAGUE | {
    "CN": "Asia/Shanghai", "DE": "Europe/Berlin", "FR": "Europe/Paris", "GB": "Europe/London", "IL": "Asia/Jerusalem",
    "IR": "Asia/Tehran", "IT": "Europe/Rome", "SE": "Europe/Stockholm", "TR": "Europe/Istanbul",
}  # fmt: skip
