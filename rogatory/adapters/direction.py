"""What scripts need of a page beside their letters; most is done by setting a run of text in an element of its own.

- Right-to-left words within left-to-right text: a number or a bracket beside a name stays where it is written.
  WeasyPrint knows no `unicode-bidi`, but it sets every inline element by itself, in its own direction.
- A rare space after a letter of another script: Pango sets a space in the face of the letter before it, and only our
  Latin faces have the rare ones.
- No space after a full-width stop or colon, which brings its own: sentences are joined by spaces in every language.
"""

import re

RIGHT_TO_LEFT = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
"""Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms."""
_ANY = re.compile(f"[{RIGHT_TO_LEFT}]")
_RUN = re.compile(f"[{RIGHT_TO_LEFT}](?:[{RIGHT_TO_LEFT}\\s.'’\u200c\u200d-]*[{RIGHT_TO_LEFT}])?")
_RARE = re.compile(
    "(?<=[\u0530-\u1cff])[\u2000-\u200a\u202f\u205f\u3000]|(?<=[\u2e80-\ufefc])[\u2000-\u200a\u202f\u205f]"
)
_WIDE = re.compile(r"(?<=[。：；，、！？）》」』])((?:</?(?:span|strong|b|em|i|bdi)\b[^>]*>)*)[ \n]+(?=\S)")
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"[a-z0-9]+")
RTL = 'dir="rtl"'


def isolated(html: str) -> str:
    """The page with those runs in elements of their own; right-to-left words where the text around runs otherwise."""
    head, body, page = html.partition("<body")
    page = _WIDE.sub(r"\1", _RARE.sub(r"<span>\g<0></span>", page))
    if RTL in head or not _ANY.search(page):
        return head + body + page
    done, within, depth = [], "", 0
    for place, piece in enumerate(_TAG.split(page)):
        if place % 2 == 0:
            done.append(piece if depth else _RUN.sub(rf"<bdi {RTL}>\g<0></bdi>", piece))
            continue
        done.append(piece)
        found = _NAME.search(piece)
        name = found[0] if found else ""
        if depth and name == within:
            depth += -1 if piece.startswith("</") else 1
        elif not depth and RTL in piece:
            within, depth = name, 1
    return head + body + "".join(done)
