"""The map of the house: import arrows between the rooms of a floor, as Mermaid.

`python -m tests.support.room_map` prints it.

docs/architecture.md holds what this prints, and a test holds the two together.
"""

from collections import Counter

from tests.test_architecture import FILES, FLOORS, ROOMS, imports, name_of, room_of

#: Where the map begins and ends in docs/architecture.md.
BEGIN, END = "<!-- room map: begin -->", "<!-- room map: end -->"


def arrows(floor: str) -> Counter[tuple[str, str]]:
    """(importing room, imported room) -> number of imports."""
    found: Counter[tuple[str, str]] = Counter()
    for path in FILES:
        here = room_of(name_of(path))
        for module in imports(path):
            there = room_of(module)
            if here[0] == there[0] == floor and here[1] and there[1] and here[1] != there[1]:
                found[here[1], there[1]] += 1
    return found


def drawn(floor: str) -> str:
    """A Mermaid graph: the lowest room at the bottom, an arrow from each room to those that it imports from."""
    rooms = ROOMS[floor].split()
    found = arrows(floor)
    lines = [f"    {_id(room)}[{room}]" for room in reversed(rooms)]
    order = {room: place for place, room in enumerate(rooms)}
    lines += [
        f"    {_id(one)} --> {_id(other)}"
        for one, other in sorted(found, key=lambda pair: (-order[pair[0]], -order[pair[1]]))
    ]
    return (
        f"### {floor}: {len(found)} arrows between {len(rooms)} rooms\n\n```mermaid\ngraph TD\n"
        + "\n".join(lines)
        + "\n```"
    )


def whole_map() -> str:
    """All floors, the highest first."""
    return "\n\n".join(drawn(floor) for floor in reversed(FLOORS))


def _id(room: str) -> str:
    return room.replace(".", "_").strip("_") + "_"


if __name__ == "__main__":
    print(whole_map())
