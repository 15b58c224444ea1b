"""The faces that ship: what is written of them is what they have, and each document declares what it needs."""

import runpy

import pytest

from rogatory.adapters.characters import shown, spelled, unshown
from rogatory.adapters.direction import isolated
from rogatory.adapters.faces import FONTS, coverage, faces, families_for, rules

NAMES = {
    "Дарья Примерова": (),
    "Ζωή Παραδείγματος": (),
    "Łucja Świątek-Ņoviča": (),
    "مثال بن نموذج": ("Noto Naskh Arabic",),
    "دوغان می‌رود": ("Noto Naskh Arabic",),
    "דוגמה בת משל": ("Noto Serif Hebrew",),
    "李示例": ("Noto Serif SC",),
    "陳範例": ("Noto Serif Han", "Noto Serif SC"),
    "渡邉 れい子": ("Noto Serif Han", "Noto Serif SC"),
    "김보기": ("Noto Serif KR",),
    "Օրինակ Օրինակյան": ("Noto Serif Armenian",),
    "მაგალითი ნიმუშაძე": ("Noto Serif Georgian",),
    "उदाहरण कुमार": ("Noto Serif Devanagari",),
    "উদাহরণ রায়": ("Noto Serif Bengali",),
    "எடுத்துக்காட்டு": ("Noto Serif Tamil",),
    "ශ්‍රී නිදසුන": ("Noto Serif Sinhala",),
    "ตัวอย่าง สมมติ": ("Noto Serif Thai",),
    "ຕົວຢ່າງ": ("Noto Serif Lao",),
    "ឧទាហរណ៍": ("Noto Serif Khmer",),
    "နမူနာ": ("Noto Serif Myanmar",),
    "ምሳሌ ናሙና": ("Noto Serif Ethiopic",),
}


@pytest.mark.parametrize(("name", "families"), NAMES.items())
def test_a_name_needs_the_faces_of_its_script_and_no_others(name: str, families: tuple[str, ...]) -> None:
    assert list(unshown(name)) == []
    assert spelled(name) == name
    assert sorted(families_for(name)) == list(families)


def test_what_is_written_of_the_faces_is_what_they_have() -> None:
    written = (FONTS / "coverage.txt").read_text(encoding="utf-8")
    assert written == runpy.run_path(str(FONTS / "coverage.py"))["coverage"]()


def test_every_face_is_declared_and_there_is_no_more_of_them_than_a_wheel_bears() -> None:
    files = sorted(path.name for path in FONTS.iterdir() if path.suffix in {".ttf", ".otf"})
    assert sorted(face.file for face in faces()) == files
    assert sum((FONTS / name).stat().st_size for name in files) < 16_000_000


def test_all_of_gb_2312_and_ks_x_1001_is_there() -> None:
    def rows(codec: str, first: int, last: int) -> set[str]:
        pairs = (bytes((lead, trail)) for lead in range(first, last + 1) for trail in range(0xA1, 0xFF))
        return {char for pair in pairs for char in pair.decode(codec, "ignore")}

    assert rows("gb2312", 0xB0, 0xF7) <= coverage()["Noto Serif SC"]
    assert rows("euc_kr", 0xB0, 0xC8) <= coverage()["Noto Serif KR"]
    assert shown() >= rows("big5", 0xA4, 0xF9) | set("镕喆堃髙﨑")


def test_an_english_letter_declares_the_six_it_always_has() -> None:
    assert rules(families_for("Mirela Ostrand, at 4 Chancery Quay: “€ 1,200” – §\u00a05.")).count("@font-face") == 6


@pytest.mark.parametrize(
    "text", ["a\u200db", "ab\u200c", "\u200cمی", "می\u200c\u200cرود", "\u4e2d\u200d\u6587", "م\u202eن"]
)
def test_a_joiner_is_read_only_between_letters_that_join(text: str) -> None:
    assert [reason for _, reason in unshown(text) if "would steer" in reason]
    assert "[U+20" in spelled(text)


@pytest.mark.parametrize(
    ("text", "set_apart"),
    [
        ("Mr דוד כהן (2) of", 'Mr <bdi dir="rtl">דוד כהן</bdi> (2) of'),
        ("«\u202f李示例\u202f» et", "«\u202f李示例<span>\u202f</span>» et"),
        ("<b>理由：</b> <i>甲。 乙</i> etc. 丙", "<b>理由：</b><i>甲。乙</i> etc. 丙"),
        ("محمد, 1980, أحمد", '<bdi dir="rtl">محمد</bdi>, 1980, <bdi dir="rtl">أحمد</bdi>'),
        (
            'to <b dir="rtl">محمد <b>أحمد</b> علي</b> علي',
            'to <b dir="rtl">محمد <b>أحمد</b> علي</b> <bdi dir="rtl">علي</bdi>',
        ),
    ],
)
def test_right_to_left_words_stand_alone(text: str, set_apart: str) -> None:
    page = '<html lang="en"><title>محمد</title><body><p title="محمد">{}</p></body></html>'
    assert isolated(page.format(text)) == page.format(set_apart)


def test_a_right_to_left_page_is_left_as_it_is() -> None:
    page = '<html lang="ar" dir="rtl"><body><p>محمد (2)</p></body></html>'
    assert isolated(page) == page
