"""The words on the pages of a PDF, by the ToUnicode maps of its fonts: exact for our own documents, which have them.

Meant for two questions: does a document show a name that is sealed, and do two layouts say the same words. A page that
is a picture has no words here; whoever asks about papers of others must not take silence for an answer.
"""

import io
import re
from collections.abc import Iterator

import pikepdf

_PAIRS = re.compile(rb"beginbfchar(.*?)endbfchar", re.DOTALL)
_RANGES = re.compile(rb"beginbfrange(.*?)endbfrange", re.DOTALL)
_HEX = re.compile(rb"<([0-9A-Fa-f\s]*)>")
_RANGE = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(<[0-9A-Fa-f]+>|\[[^\]]*\])")
DEEPEST = 8
"""Forms within forms; a file that nests deeper is hostile."""
WIDEST_RANGE = 65_536


def text_of(pdf: bytes) -> str:
    """The words in the order they are drawn, a line break between strings. Raises ValueError for what is no PDF.

    A right-to-left line is drawn from the left: each string is given a second time, turned round.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            strings = [each for page in document.pages for each in _drawn(page.obj, page.obj, 0)]
    except (pikepdf.PdfError, pikepdf.PasswordError) as fault:
        raise ValueError(f"no PDF: {fault}") from fault
    lines = "\n".join(strings)
    return f"{lines}\n{lines[::-1]}" if any("\u0590" <= char <= "\u08ff" for char in lines) else lines


def _drawn(content: pikepdf.Object, holder: pikepdf.Object, depth: int) -> Iterator[str]:
    """The strings of a page, or of a form it draws."""
    resources = holder.get("/Resources") or pikepdf.Dictionary()
    fonts = {str(name): _letters(font) for name, font in (resources.get("/Font") or {}).items()}
    forms = dict((resources.get("/XObject") or {}).items())
    current: tuple[dict[int, str], int] = ({}, 1)
    for instruction in pikepdf.parse_content_stream(content):
        operands, operator = instruction.operands, str(instruction.operator)
        if operator == "Tf":
            current = fonts.get(str(operands[0]), ({}, 1))
        elif operator in {"Tj", "'", '"'}:
            yield _decoded(bytes(operands[-1]), *current)
        elif operator == "TJ":
            yield "".join(_decoded(bytes(each), *current) for each in operands[0] if isinstance(each, pikepdf.String))
        elif operator == "Do" and depth < DEEPEST:
            form = forms.get(str(operands[0]))
            if form is not None and form.get("/Subtype") == pikepdf.Name.Form:
                yield from _drawn(form, form, depth + 1)


def _letters(font: pikepdf.Object) -> tuple[dict[int, str], int]:
    """Code to letters, and how many bytes a code has."""
    wide = font.get("/Subtype") == pikepdf.Name.Type0
    source = font.get("/ToUnicode")
    if source is None:
        return ({} if wide else {code: bytes([code]).decode("cp1252", "replace") for code in range(256)}), 1 + wide
    cmap = source.read_bytes()
    letters: dict[int, str] = {}
    for block in _PAIRS.findall(cmap):
        values = _HEX.findall(block)
        letters.update((int(code, 16), _unicode(text)) for code, text in zip(values[::2], values[1::2], strict=False))
    for block in _RANGES.findall(cmap):
        for low, high, target in _RANGE.findall(block):
            letters.update(_range(int(low, 16), int(high, 16), target))
    return letters, 1 + wide


def _range(low: int, high: int, target: bytes) -> Iterator[tuple[int, str]]:
    codes = range(low, min(high, low + WIDEST_RANGE) + 1)
    if target.startswith(b"["):
        yield from zip(codes, map(_unicode, _HEX.findall(target)), strict=False)
        return
    first = _unicode(target.strip(b"<>"))
    for step, code in enumerate(codes):
        yield code, first[:-1] + chr(min(ord(first[-1]) + step, 0x10FFFF)) if first else ""


def _unicode(digits: bytes) -> str:
    return bytes.fromhex(digits.decode()).decode("utf-16-be", "replace")


def _decoded(raw: bytes, letters: dict[int, str], width: int) -> str:
    codes = [int.from_bytes(raw[at : at + width]) for at in range(0, len(raw), width)]
    return "".join(letters.get(code, "\ufffd") for code in codes)
