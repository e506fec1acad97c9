"""An archive whose newspapers, versions and WARC records are hostile: each attack in every place that a page shows."""

from dataclasses import replace
from pathlib import Path

from storage.archive import Archive
from tests.conftest import Clock
from tests.support.small_archive import ATTACKS, START, TEXT, article, store


def make_hostile_archive(folder: Path) -> Path:
    """Fill a new archive: newspaper h0, h1, ... and article 1, 2, ... for each attack, edited once; its folder."""
    clock = Clock()
    clock.now = START
    with Archive.open(folder, clock=clock) as archive:
        for number, attack in enumerate(ATTACKS):
            archive.put_source(
                key=f"h{number}", name_ar=attack, name_en=attack, country="MA", timezone=attack, home=attack
            )
            _put(archive, clock, number, TEXT)
        clock.forward(3600)
        for number, attack in enumerate(ATTACKS):
            _put(archive, clock, number, TEXT.replace("420", attack).replace("صباح الأحد", f"صباح {attack}"))
    return folder


def _put(archive: Archive, clock: Clock, number: int, text: str) -> None:
    attack = ATTACKS[number]
    # The texts differ enough to be stories of their own.
    own = f"{text}\n" + " ".join(f"كلمة{number}س{place}" for place in range(120))
    url = f"https://h{number}.example/{number}?q={attack[:40]}"
    one = article(url, f"h{number}", f"{attack} {len(text)}", f"{own}\n{attack}", at=START)
    store(
        archive, clock, replace(one, authors=(attack,), section=attack),
        html=f"<html><head><title>{attack}</title></head><body>{attack}<p>{text}</p></body></html>",
    )  # fmt: skip
