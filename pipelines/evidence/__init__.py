"""When an article was published: gather all that page, feed and address say, then decide.

    markup    JSON-LD, meta and microdata        \\
    headline  where the headline stands           |
    visible   <time> and lines beside the headline|  -> gather -> decide
    address   the date inside the URL            /

Everything here is pure: tree and strings in, values out.
"""

from pipelines.evidence.decide import decide
from pipelines.evidence.gather import ORIGINS, gather, modified

__all__ = ["ORIGINS", "decide", "gather", "modified"]
