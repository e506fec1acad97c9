"""Query parameters that record how a reader arrived; dropped from canonical keys.

Names are compared in lower case. A name that ends in "*" is a prefix.
"""

#: Owner of the parameter -> names. One owner per line, so that a new campaign tool is one line.
TRACKERS: dict[str, tuple[str, ...]] = {
    "Google": ("utm_*", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "gad_*", "_ga", "_gl", "srsltid"),
    "Google AMP viewer": ("usqp", "amp_js_v", "amp_gsa", "amp_tf", "aoh", "ampshare"),
    "Meta": (
        "fbclid",
        "igshid",
        "igsh",
        "mibextid",
        "fb_action_ids",
        "fb_action_types",
        "fb_ref",
        "fb_source",
        "fb_comment_id",
    ),
    "Microsoft": ("msclkid", "cvid", "ocid"),
    "X": ("twclid", "ref_src", "ref_url"),
    "TikTok": ("ttclid", "tt_medium", "tt_content"),
    "Snap": ("sccid",),
    "LinkedIn": ("li_fat_id", "trk", "trackingid"),
    "Pinterest": ("epik",),
    "Reddit": ("rdt_cid",),
    "Yandex": ("yclid", "ysclid", "ymclid", "_openstat"),
    "Mailchimp": ("mc_cid", "mc_eid", "mc_tc"),
    "HubSpot": ("_hsenc", "_hsmi", "__hstc", "__hssc", "__hsfp", "hsctatracking"),
    "Marketo": ("mkt_tok",),
    "Klaviyo": ("_ke", "_kx"),
    "MailerLite": ("ml_subscriber", "ml_subscriber_hash"),
    "Omeda": ("oly_anon_id", "oly_enc_id"),
    "Vero": ("vero_id", "vero_conv"),
    "Adobe": ("s_kwcid", "s_cid", "ef_id"),
    "Outbrain": ("dicbo", "oborigurl", "outbrainclickid"),
    "Taboola": ("tblci", "taboola_*", "tb_cb"),
    "Matomo": ("pk_*", "mtm_*", "piwik_*", "matomo_*"),
    "Piano (AT Internet)": ("xtor", "at_*"),
    "Branch": ("_branch_match_id", "_branch_referrer"),
    "Jetpack share buttons": ("share", "nb"),
    "WordPress comments": ("replytocom", "unapproved", "moderation-hash"),
    "newsrooms": ("cmpid", "icid", "ito", "traffic_source", "smid", "smtyp", "__twitter_impression"),
    "sessions": ("phpsessid", "jsessionid", "aspsessionid*", "cfid", "cftoken", "sessionid"),
    "anti-bot tokens": ("__cf_chl_*", "cf_chl_*", "_x_tr_*"),
}

#: Parameters that some sites use for content: dropped only if the value is one of `REFERRERS` or a host.
SOMETIMES = frozenset({"ref", "source", "src", "from", "via", "origin", "cmp"})

#: Values of `SOMETIMES` that are referrers.
REFERRERS = frozenset(
    {
        "rss", "feed", "atom", "facebook", "fb", "twitter", "tw", "x", "whatsapp", "wa", "telegram", "tg", "instagram", "ig",  # noqa: E501  a table row
        "linkedin", "youtube", "tiktok", "email", "mail", "newsletter", "home", "homepage", "main", "share", "social",
        "google", "googlenews", "news", "push", "notification", "app", "mobile", "amp", "related", "search", "widget",
    }
)  # fmt: skip

_ALL = tuple(name for names in TRACKERS.values() for name in names)
_NAMES = frozenset(name for name in _ALL if not name.endswith("*"))
_PREFIXES = tuple(name.removesuffix("*") for name in _ALL if name.endswith("*"))


def is_tracker(name: str, value: str) -> bool:
    """Say whether a query parameter is only for tracking."""
    name = name.lower()
    if name in SOMETIMES:
        return value.lower() in REFERRERS or (value.isascii() and "." in value and not any(map(str.isdigit, value)))
    return name in _NAMES or name.startswith(_PREFIXES)
