"""Nothing a template or a text names is fetched: no file, no network, whatever the trick."""

import base64
import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pikepdf
import pytest

from rogatory.adapters.characters import EASY
from rogatory.adapters.faces import core_characters
from rogatory.adapters.pages import RenderError, UnprintableError
from rogatory.adapters.pdf import WeasyPrintRenderer
from schemas.documents import DocumentType, Sheet
from tests.documents.conftest import Reader
from tests.documents.dossiers import MANIFEST, OPENED, dossier, draft, manifest, sheet_of

SECRET = "the vault's key is 4471-0918"


def svg(inside: str, prolog: str = "") -> str:
    picture = (
        f'{prolog}<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="20" height="20">{inside}</svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()


ATTACKS = {
    "image of a file": '<img alt="x" src="file://{secret}">',
    "stylesheet that imports a file": "<style>@import url(file://{secret});</style>",
    "background image": '<p style="background-image:url(file://{secret})">x</p>',
    "attachment by link": '<link rel="attachment" href="file://{secret}">',
    "attachment by anchor": '<a rel="attachment" href="file://{secret}">x</a>',
    "object": '<object data="file://{secret}"></object>',
    "embed": '<embed src="file://{secret}">',
    "base of another place": '<base href="file:///"><img alt="x" src="{secret}">',
    "image on the network": '<img alt="x" src="http://127.0.0.1:{port}/x.png">',
    "font on the network": "<style>@font-face{{font-family:X;src:url(http://127.0.0.1:{port}/x.ttf)}}"
    "p{{font-family:X}}</style><p>x</p>",
    "external picture of a list": "<style>li{{list-style-image:url(file://{secret})}}</style><ul><li>x</li></ul>",
    "the cloud's own address": '<img alt="x" src="http://169.254.169.254/latest/meta-data/">',
    "way out of the assets": '<img alt="x" src="asset:///../{name}">',
    "encoded way out of the assets": '<img alt="x" src="asset:///%2e%2e/{name}">',
    "page as data": '<img alt="x" src="data:text/html,hello">',
    "file within a picture": "<img alt='x' src='" + svg('<image href="file://{secret}" width="9" height="9"/>') + "'>",
}


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[int, list[str]]]:
    """A server that must hear nothing."""
    heard: list[str] = []

    class Listen(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Listen) as listening:
        thread = threading.Thread(target=listening.serve_forever, daemon=True)
        thread.start()
        yield listening.server_port, heard
        listening.shutdown()


def scratch(folder: Path, body: str) -> WeasyPrintRenderer:
    """A renderer whose one template has this body."""
    place = folder / "templates" / DocumentType.CHECKLIST_REPORT
    place.mkdir(parents=True)
    head = "<head><title>x</title><style>body{font-family:'Noto Serif'}</style></head>"
    page = f'<!DOCTYPE html><html lang="en">{head}<body><p>A page.</p>{body}</body></html>'
    (place / "en.html.j2").write_text("{% raw %}" + page + "{% endraw %}")
    return WeasyPrintRenderer(folder / "templates")


def plain() -> Sheet:
    return Sheet(
        document=DocumentType.CHECKLIST_REPORT,
        language="en",
        title="A page",
        context={},
        data={"reference": "XV-2026-0001"},
        dated=OPENED,
    )


def filled(attack: str, secret: Path, port: int) -> str:
    """The attack with its addresses; those in a picture are encoded, so it is decoded and encoded again."""
    before, mark, rest = attack.partition("base64,")
    if mark:
        encoded, _, after = rest.partition("'")
        inside = base64.b64decode(encoded).decode().replace("{secret}", str(secret))
        return f"{before}{mark}{base64.b64encode(inside.encode()).decode()}'{after}"
    return attack.format(secret=secret, port=port, name=secret.name)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_fetch_ends_the_render(attack: str, tmp_path: Path, server: tuple[int, list[str]]) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    port, heard = server
    with pytest.raises(RenderError, match="may not fetch"):
        scratch(tmp_path, filled(attack, secret, port)).render(plain())
    assert heard == []


def test_an_entity_of_a_picture_leaves_nothing(tmp_path: Path, reader: Reader) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    prolog = f'<!DOCTYPE svg [<!ENTITY leak SYSTEM "file://{secret}">]>'
    picture = svg('<text x="1" y="9">Beside it: &leak;</text>', prolog)
    try:
        pdf = scratch(tmp_path, f'<img alt="x" src="{picture}">').render(plain()).pdf
    except RenderError:
        return
    assert "4471" not in reader.words(pdf)


def test_a_clean_page_is_rendered(tmp_path: Path) -> None:
    assert scratch(tmp_path, "").render(plain()).pages == 1


def test_a_warning_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="not laid out as it should be"):
        scratch(tmp_path, "<style>p{colour:red}</style>").render(plain())


@pytest.mark.parametrize(
    ("char", "named"),
    [
        ("\U0001f600", r"U\+1F600 \(GRINNING FACE\) is in none of the document's fonts"),
        ("\u202e", r"U\+202E \(RIGHT-TO-LEFT OVERRIDE\) would steer"),
        ("\u200b", r"U\+200B \(ZERO WIDTH SPACE\) would steer"),
        ("\U00013000", r"U\+13000"),
        ("\u2067", r"U\+2067 \(RIGHT-TO-LEFT ISOLATE\) would steer"),
        ("\u200d", r"U\+200D \(ZERO WIDTH JOINER\) would steer"),
        ("\x07", r"U\+0007 \(a control character\)"),
    ],
)
def test_a_character_that_cannot_be_shown_is_named(char: str, named: str, renderer: WeasyPrintRenderer) -> None:
    changed = draft().model_copy(update={"subject": f"A plain subject {char} indeed"})
    case = dossier()
    case = case.model_copy(update={"request": case.request.model_copy(update={"draft": changed})})
    with pytest.raises(UnprintableError, match=named + r".*after “.*plain subject”"):
        renderer.render(sheet_of(DocumentType.LETTER_OF_REQUEST, case))


@pytest.mark.parametrize("family", ["DejaVu Serif", "monospace", "sans-serif"])
def test_no_system_font_slips_in(family: str, tmp_path: Path) -> None:
    pdf = scratch(tmp_path, f'<p style="font-family:{family}">Set in a font of the system.</p>').render(plain()).pdf
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        used = {str(font.BaseFont) for page in opened.pages for font in page.obj.Resources.Font.values()}
    assert all(name.partition("+")[2].startswith("Noto-") for name in used)


def test_a_font_of_the_system_is_not_found_by_its_name(tmp_path: Path) -> None:
    style = "<style>@font-face{font-family:X;src:local('DejaVu Serif')}</style>"
    with pytest.raises(RenderError, match="Font-face 'X' cannot be loaded"):
        scratch(tmp_path, style).render(plain())


def test_a_glyph_that_only_the_system_has_ends_the_render(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"U\+2654 \(WHITE CHESS KING\) is in none .* after “A page. The”"):
        scratch(tmp_path, "<p>The \u2654</p>").render(plain())


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\u8bc1\u636e.pdf", "\u8bc1\u636e.pdf"),
        ("\U00013000.pdf", "[U+13000].pdf"),
        ("invoice\u202efdp.exe", "invoice[U+202E]fdp.exe"),
        ("a\x00b\rc.pdf", "a[U+0000]b[U+000D]c.pdf"),
        ("so\u00adft.pdf", "so[U+00AD]ft.pdf"),
        ("\U0001f600.pdf", "[U+1F600].pdf"),
        ("<img src=file:///etc/passwd>.pdf", "<img src=file:///etc/passwd>.pdf"),
    ],
)
def test_a_name_from_abroad_is_shown_and_halts_no_case(
    name: str, shown: str, renderer: WeasyPrintRenderer, reader: Reader
) -> None:
    delivery = manifest()
    first = delivery.items[0].model_copy(update={"name": name})
    delivery = delivery.model_copy(update={"items": (first, *delivery.items[1:])})
    case = dossier().model_copy(update={"manifests": {MANIFEST: delivery}})
    pdf = renderer.render(sheet_of(DocumentType.EVIDENCE_INVENTORY, case)).pdf
    assert "".join(shown.split()) in "".join(reader.text(pdf).split())


def test_what_is_known_without_a_font_is_in_every_document() -> None:
    assert core_characters() >= EASY - {"\n"}
