"""A plain mutational fuzzer: where atheris has no wheel, and to try the harness itself."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.fuzz.targets import Target


@dataclass(frozen=True, slots=True)
class Finding:
    """An input that failed, and how."""

    data: bytes
    error: Exception


def mutated(data: bytes, words: Sequence[bytes], dice: random.Random) -> bytes:
    """Change a seed in one to four places: a byte, a word of the format, a piece removed or repeated."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 4)):
        start = dice.randrange(len(changed) + 1)
        end = min(len(changed), start + dice.randint(1, 40))
        match dice.randrange(4):
            case 0:
                changed[start:start] = bytes([dice.randrange(256)])
            case 1:
                changed[start:start] = dice.choice(words)
            case 2:
                del changed[start:end]
            case _:
                changed[start:start] = changed[start:end] * dice.choice([1, 2, 200])
    return bytes(changed)


def fuzz(target: Target, *, seconds: float, seed: int = 0) -> tuple[int, Finding | None]:
    """Run a target on mutated seeds until one fails or the time is over: how many ran, and the failure."""
    dice, ran, seeds = random.Random(seed), 0, target.seeds()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        data = mutated(dice.choice(seeds), target.words, dice)
        ran += 1
        try:
            target.run(data)
        except Exception as error:
            return ran, Finding(data, error)
    return ran, None
