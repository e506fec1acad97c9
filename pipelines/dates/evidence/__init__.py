"""When an article was published: gather all that page, feed and address say, then decide.

    markup    JSON-LD, meta and microdata        \\
    headline  where the headline stands           |
    dateline  what makes a line a dateline        |
    visible   <time> and lines beside the headline|  -> gather -> decide
    address   the date inside the URL            /
    zone      the clock of a country's domain, for captures of no known source

Everything here is pure: tree and strings in, values out.
"""

from pipelines.dates.evidence.collect import ORIGINS, gather, modified
from pipelines.dates.evidence.decide import decide
from pipelines.dates.evidence.zone import zone_of_address

__all__ = ["ORIGINS", "decide", "gather", "modified", "zone_of_address"]
