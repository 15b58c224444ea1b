"""Writes coverage.txt beside it: of every face the characters it has, as ranges of hexadecimal codes.

    python templates/_layout/fonts/coverage.py

The program reads this file instead of opening the fonts; a test holds it against them.
"""

from collections.abc import Iterable
from pathlib import Path

from fontTools.ttLib import TTFont

HERE = Path(__file__).parent


def coverage() -> str:
    """One line a face: its file, then its ranges, in the order of names."""
    lines = []
    for path in sorted([*HERE.glob("*.ttf"), *HERE.glob("*.otf")]):
        with TTFont(path, lazy=True) as font:
            lines.append(f"{path.name} {' '.join(ranges(font.getBestCmap()))}\n")
    return "".join(lines)


def ranges(codes: Iterable[int]) -> list[str]:
    """Code points as ranges, each "20-7E" or, of one, "A0"."""
    found: list[tuple[int, int]] = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1] = (found[-1][0], code)
        else:
            found.append((code, code))
    return [f"{first:X}" if first == last else f"{first:X}-{last:X}" for first, last in found]


if __name__ == "__main__":
    (HERE / "coverage.txt").write_text(coverage(), encoding="utf-8")
