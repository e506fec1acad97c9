"""Lists as Atom (RFC 4287) and JSON Feed (1.1): articles, and newspapers' changes to them."""

from typing import Literal

FeedFormat = Literal["atom", "json"]
