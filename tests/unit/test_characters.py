"""A draft is told of characters its letter could not show, before it is filed."""

from datetime import date
from pathlib import Path

import pytest

from rogatory.adapters.draft_file import check_draft
from rogatory.law.registry import load_lawbook
from tests.drafts import untranslated

DAY = date(2026, 11, 20)


def said(tmp_path: Path, old: str, new: str) -> list[tuple[str, str]]:
    text = untranslated()
    assert old in text
    path = tmp_path / "request.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").split("\n")
    return [(lines[each.line - 1][each.column - 1 :], each.message) for each in check_draft(path, load_lawbook(), DAY)]


@pytest.mark.parametrize(
    ("char", "reason"),
    [
        ("\U0001f600", "The character U+1F600 (GRINNING FACE) is in none of the document's fonts."),
        ("\u2654", "The character U+2654 (WHITE CHESS KING) is in none of the document's fonts."),
        ("\u200b", "The character U+200B (ZERO WIDTH SPACE) would steer or hide the text around it."),
        ("\u00ad", "The character U+00AD (SOFT HYPHEN) would steer or hide the text around it."),
    ],
)
def test_a_character_the_letter_cannot_show_is_found_at_its_place(tmp_path: Path, char: str, reason: str) -> None:
    ((rest, message),) = said(tmp_path, "greenhouses of Saint Aubel", f"greenhouses {char} of Saint Aubel")
    assert message == reason
    assert rest.startswith(char)


@pytest.mark.parametrize(
    "name", ["Дарья Примерова", "Ζωή", "Łucja Świątek", "“Zoë” – D’Eon…", "Nguyễn Thị Ví Dụ", "李示例"]
)
def test_names_of_many_languages_can_be_shown(tmp_path: Path, name: str) -> None:
    assert said(tmp_path, "Mirela Ostrand, the supervisor", f"{name}, the supervisor") == []


def test_a_sealed_identity_is_printed_nowhere_and_may_hold_any_script(tmp_path: Path) -> None:
    assert said(tmp_path, "Xamira Examplova", "مثال") == []
