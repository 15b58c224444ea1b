"""Makes the Han and Hangul faces beside this file out of Debian's fonts-noto-cjk and the Unihan data of unicode-data.

    apt-get download fonts-noto-cjk unicode-data
    for each in *.deb; do dpkg-deb -x "$each" made; done
    python templates/_layout/fonts/subset.py made/usr/share

The same packages give the same bytes: nothing of the day or the machine goes in. The SIL Open Font License calls a
subset a modified version; no font name is reserved in the notices of these fonts, so the subsets keep the family's,
and their version says what they are.
"""

import bz2
import hashlib
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
KOREAN, CHINESE = 1, 2
"""Places in the collections."""
SPACES = frozenset(" \u00a0\u3000")
"""A space is set in the face of the letter before it."""
FEATURES = ["ccmp", "kern", "liga", "mark", "mkmk"]


def main(share: Path) -> None:
    """Writes the faces and prints name, size in bytes, number of characters and SHA-256 of each."""
    china = set(_rows("gb2312", 0xA1, 0xF7)) | set("〇·—…‘’“”￥")
    japan = {*_rows("euc_jp", 0xA1, 0xF4), *_rows("cp932", 0xFA, 0xFC)}
    names = {*_rows("big5", 0xA4, 0xF9), *japan, *_standard(share)} - china
    korea = set(_rows("euc_kr", 0xB0, 0xC8))
    for face, weight, place, chars, family in (
        ("NotoSerifSC-Regular", "Regular", CHINESE, china, "Noto Serif SC"),
        ("NotoSerifSC-Bold", "Bold", CHINESE, china, "Noto Serif SC"),
        ("NotoSerifHan-Regular", "Regular", CHINESE, names, "Noto Serif Han"),
        ("NotoSerifKR-Regular", "Regular", KOREAN, korea, "Noto Serif KR"),
    ):
        path = HERE / f"{face}.otf"
        source = share / "fonts" / "opentype" / "noto" / f"NotoSerifCJK-{weight}.ttc"
        count = _write(source, place, chars, family, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{path.name} {path.stat().st_size} {count} {digest}")


def _rows(codec: str, first: int, last: int) -> Iterator[str]:
    """The characters of a double-byte set whose lead byte lies between first and last."""
    for lead in range(first, last + 1):
        for trail in range(0x40, 0xFF):
            try:
                char = bytes((lead, trail)).decode(codec)
            except UnicodeDecodeError:
                continue
            if len(char) == 1:
                yield char


def _standard(share: Path) -> Iterator[str]:
    """The 8,105 characters of the Chinese list of 2013, which has those used in names."""
    with bz2.open(share / "unicode" / "Unihan_OtherMappings.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            code, _, rest = line.partition("\t")
            if rest.startswith("kTGH\t"):
                yield chr(int(code.removeprefix("U+"), 16))


def _write(collection: Path, place: int, chars: set[str], family: str, path: Path) -> int:
    font = TTCollection(str(collection)).fonts[place]
    options = Options(layout_features=FEATURES, name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14], hinting=False)
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE"]
    options.notdef_outline = True
    options.recalc_timestamp = font.recalcTimestamp = False
    known = {code for code in map(ord, chars | SPACES) if code in font.getBestCmap()}
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=known)
    subsetter.subset(font)
    style = path.stem.partition("-")[2]
    names, outlines = font["name"], font["CFF "].cff
    version = names.getDebugName(5).split(";")[0]
    words = {
        1: family,
        2: style,
        3: f"{version};{path.stem}",
        4: f"{family} {style}",
        5: f"{version};subset",
        6: path.stem,
    }
    for number, text in words.items():
        names.setName(text, number, 3, 1, 0x409)
    names.names = [each for each in names.names if each.platformID == 3 and each.langID == 0x409]
    outlines.fontNames = [path.stem]
    outlines.topDictIndex[0].FullName, outlines.topDictIndex[0].FamilyName = words[4], family
    whole = io.BytesIO()
    font.save(whole)
    _renumber(whole, path)
    return len(known)


def _renumber(subset: io.BytesIO, path: Path) -> None:
    """Saves the subset with its characters numbered as its glyphs are: PDF readers go by either number."""
    font = TTFont(subset, recalcBBoxes=False, recalcTimestamp=False)
    outlines = font["CFF "].cff.topDictIndex[0]
    old = list(outlines.charset)
    new = [".notdef", *(f"cid{number:05d}" for number in range(1, len(old)))]
    strings = outlines.CharStrings.charStrings
    outlines.CharStrings.charStrings = {after: strings[before] for before, after in zip(old, new, strict=True)}
    outlines.charset = new
    font.save(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
