"""What is kept of law files between commands is taken by digest only, and may be lost or spoilt at any time."""

from pathlib import Path

import pytest

from rogatory.law import kept, registry
from rogatory.law.law_file import ROOT_FILES
from rogatory.law.registry import LawDataError, load_lawbook


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of our own for what is kept, so that nothing is there yet."""
    place = tmp_path / "kept"
    monkeypatch.setattr(kept, "_folders", lambda: [tmp_path / "file" / "below", place])
    (tmp_path / "file").write_text("so that the first folder cannot be made")
    return place


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An overlay on a small law: what stands beside the folders of the package's own."""
    own, small = Path(registry.__file__).parent, tmp_path / "own"
    small.mkdir()
    for name in ROOT_FILES:
        (small / name).write_text((own / name).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(registry, "_own_folder", lambda: small)
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "timetable.yaml").write_text(
        "stages:\n  review: {days: 5, remind_after_days: [2], source: order 7}\n"
    )
    return tmp_path / "law"


def test_what_is_read_again_is_the_same(folder: Path, overlay: Path) -> None:
    first = load_lawbook(overlay)
    assert {path.name.split("-")[0] for path in folder.iterdir()} == {"files", "book"}
    assert load_lawbook(overlay) == first
    for book in folder.glob("book-*"):
        book.unlink()
    assert load_lawbook(overlay) == first  # from the files' values


def test_what_is_kept_is_not_read_anew(folder: Path, overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load_lawbook(overlay)
    monkeypatch.setattr(registry, "_gather", lambda _: pytest.fail("read anew"))
    load_lawbook(overlay)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"digest": "sha256:0"}', b"\xff"])
def test_spoilt_files_are_as_good_as_none(folder: Path, overlay: Path, content: bytes) -> None:
    first = load_lawbook(overlay)
    for path in folder.iterdir():
        path.write_bytes(content)
    assert load_lawbook(overlay) == first


def test_a_change_of_the_law_is_read(folder: Path, overlay: Path) -> None:
    first = load_lawbook(overlay)
    (overlay / "timetable.yaml").write_text("stages:\n  review: {days: 6, remind_after_days: [2], source: order 8}\n")
    second = load_lawbook(overlay)
    assert [each.timetable["review"].days for each in (first, second)] == [5, 6]  # type: ignore[index]
    assert first.digest != second.digest


def test_a_fault_is_told_with_its_line_though_the_rest_is_kept(folder: Path, overlay: Path) -> None:
    load_lawbook(overlay)
    house = overlay / "house.yaml"
    own = (Path(registry.__file__).parent / "house.yaml").read_text(encoding="utf-8")
    house.write_text(own.replace("check: persons_exist", "check: person_exists"), encoding="utf-8")
    for _ in range(2):
        with pytest.raises(LawDataError, match=rf"{house}:\d+:12: \"person_exists\" is no check"):
            load_lawbook(overlay)


def test_little_is_kept(folder: Path, overlay: Path) -> None:
    lawbook = load_lawbook(overlay)
    for number in range(30):
        kept.keep_lawbook(lawbook.model_copy(update={"digest": f"sha256:{number:064x}"}))
    assert len(list(folder.iterdir())) <= kept.MOST


def test_where_nothing_can_be_written_the_law_is_read_all_the_same(
    overlay: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = load_lawbook(overlay)
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(kept, "_folders", lambda: [tmp_path / "file"])
    assert load_lawbook(overlay) == expected
