"""A label printed, stuck on a paper and scanned leads back to its item, and to no other."""

import io
import json
from pathlib import Path

import pikepdf
import pytest
import segno
from PIL import Image

from rogatory.adapters.label_reader import read_labels
from rogatory.errors import UsageError
from tests.cli.filed_case import REFERENCE, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import DISK, ENTER, case, told

__all__ = ["case", "run"]


def scanned(text: str, path: Path, turned: int = 4) -> Path:
    """A page with the code somewhere on it, a little askew, as a scanner gives it."""
    drawn = io.BytesIO()
    segno.make(text, error="q").save(drawn, kind="png", scale=6, border=4)
    page = Image.new("L", (1240, 1754), 250)
    page.paste(Image.open(drawn).convert("L"), (300, 900))
    page.rotate(turned, expand=True, fillcolor=250).save(path)
    return path


def labels(run: Run, *items: str) -> dict[str, str]:
    out = json.loads(told(run("custody", "label", REFERENCE, *items, "--out", "labels.pdf", "--json")))
    return {each["item"]: each["text"] for each in out["labels"]}


def test_a_scan_finds_its_item_by_its_label(run: Run, case: FiledCase) -> None:
    told(run(*ENTER, "--seal", "S-1", "--as", "custodian"))
    (file,) = case.received({"a.txt": b"a"})
    codes = labels(run)
    assert sorted(codes) == [DISK, file]
    for suffix in ("png", "jpg", "tiff", "pdf"):
        out = told(run("custody", "scan", str(scanned(codes[DISK], Path(f"paper.{suffix}"))), "--as", "custodian"))
        assert f"joined to {DISK}" in out
    assert case.register.exhibits(REFERENCE)[0].scans == 4
    told(run("custody", "scan", str(scanned(codes[file], Path("other.png"))), "--as", "custodian"))
    assert "scan joined" in told(run("custody", "show", DISK))


def test_the_printed_sheet_itself_can_be_read(run: Run, case: FiledCase, tmp_path: Path) -> None:
    """By the drawing of the code in the PDF, not by what we meant to draw: it is laid out and read as pixels."""
    told(run(*ENTER, "--as", "custodian"))
    text = labels(run)[DISK]
    with pikepdf.open("labels.pdf") as pdf:
        assert len(pdf.pages) == 1
    drawn = io.BytesIO()
    segno.make(text, error="q").save(drawn, kind="png", scale=2, border=2)  # as small as a poor scan
    Path("small.png").write_bytes(drawn.getvalue())
    assert read_labels(Path("small.png")) == [text]
    told(run("custody", "label", REFERENCE, DISK, "--out", "more.pdf", "--skip", "20"))
    assert run("custody", "label", REFERENCE, f"{REFERENCE}-E09", "--out", "x.pdf")[0] == 5


@pytest.mark.parametrize(
    "text",
    [f"rogatory:item:{DISK}:0123456789abcdef", f"rogatory:item:{DISK}", "https://example.org/", "rogatory:item:..:0"],
)
def test_a_label_that_is_not_ours_joins_nothing(run: Run, case: FiledCase, text: str) -> None:
    told(run(*ENTER, "--as", "custodian"))
    code, _, err = run("custody", "scan", str(scanned(text, Path("paper.png"))), "--as", "custodian")
    assert (code, "bears no label of an item on our record" in err) == (5, True)
    assert case.register.exhibits(REFERENCE)[0].scans == 0


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 torn", b"\x89PNG\r\n\x1a\n torn", b"GIF89a"])
def test_what_is_no_scan_is_said_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "scan").write_bytes(content)
    with pytest.raises(UsageError, match="cannot be read as a scan"):
        read_labels(tmp_path / "scan")


def test_a_picture_too_large_is_not_unpacked(tmp_path: Path) -> None:
    Image.new("1", (30_000, 30_000)).save(tmp_path / "bomb.png")
    with pytest.raises(UsageError, match="cannot be read as a scan"):
        read_labels(tmp_path / "bomb.png")
