"""When an article was published: gather the evidence of page, feed and URL, then decide.

    markup    JSON-LD, meta and microdata        \\
    headline  where the headline is               |
    dateline  which lines are datelines           |
    visible   <time> and lines near the headline  |  -> gather -> decide
    address   the date inside the URL            /
    zone      time zone of a country's domain, for captures without a source

Everything here is pure: tree and strings in, values out.
"""

from pipelines.dates.evidence.collect import ORIGINS, gather, modified
from pipelines.dates.evidence.decide import decide
from pipelines.dates.evidence.visible import seen_dates
from pipelines.dates.evidence.zone import zone_of_address

__all__ = ["ORIGINS", "decide", "gather", "modified", "seen_dates", "zone_of_address"]
