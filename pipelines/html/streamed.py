"""Parts that a page sends after its frame and puts into place by script, as React's streaming does.

The frame has `<template id="B:0">` where a part belongs (`P:0` inside of another part); the part follows at the end of
the body as `<div hidden id="S:0">`. Without the script, half of an article can be a hidden part after the footer.
"""

from pipelines.html.dom import Element

#: How such a page names a part, and the places of parts.
_PART, _PLACES = "S:", ("B:", "P:")


def put_into_place(tree: Element) -> None:
    """Move every streamed part to its place. A part without a place, or that holds its own place, stays hidden."""
    places = {name: one for one in tree.iter("template") if (name := one.get("id", "")).startswith(_PLACES)}
    if not places:
        return
    for part in [one for one in tree.iter("div") if "hidden" in one.attrib and one.get("id", "").startswith(_PART)]:
        number = part.get("id").removeprefix(_PART)
        place = next((places[kind + number] for kind in _PLACES if kind + number in places), None)
        if place is None or place.getparent() is None or part in place.iterancestors():
            continue
        part.drop_tree()  # what follows it stays
        del part.attrib["hidden"]
        part.tail = place.tail
        place.getparent().replace(place, part)
