"""Values of the archive that a person reads in a table of the command line; in JSON they stay as they are."""

TERMS = (
    # outcomes of a crawl, results for one page
    "done", "partial", "failed", "interrupted", "new", "changed", "same", "withdrawn", "restored", "refused", "retry",
    "unconfirmed",
    # states of a URL
    "pending", "gone", "not_article", "alias", "skipped",
    # kinds of article
    "news", "opinion", "live", "gallery", "video", "interview",
    # kinds of source
    "agency", "kind: state", "party", "private", "broadcaster", "newspaper",
    # verdicts
    "problem", "notice", "well", "faulty",
    # workers
    "works", "waits", "silent",
    # how an instant is known
    "published", "modified", "fetched", "captured", "discovered",
    # rows of a table that are no source
    "(captures)", "all", "other", "date", "read", "no article", "damaged", "no page", "addresses", "fetches",
    # words of options, and of a source without a check
    "default", "never", "reason",
)  # fmt: skip
