"""The page as HTML: decoding, DOM, JSON-LD, links, robots directives."""
