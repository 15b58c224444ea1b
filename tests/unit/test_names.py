"""Names from outside: refused as paths, harmless when shown."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.custody.names import UnsafeNameError, collision_key, file_name, safe_name, safe_path

BAD = [
    "",
    "/",
    "/etc/passwd",
    "../x",
    "a/../../b",
    "a/..",
    "a/.",
    "./a",
    "a//b",
    "a/",
    "a\\..\\b",
    "C:/x",
    "C:x",
    "con.txt",
    "a/NUL",
    "aux",
    "LPT1.pdf",
    "con .txt",
    "a/\u202egpj.exe",
    "x\x00.pdf",
    "x\n.pdf",
    "x\x7f",
    "n" * 201,
    "a/" * 600 + "b",
    " a",
    "a ",
    "a.",
    "what?.txt",
    'say"so".txt',
    "a|b",
    "a<b",
    "a*",
    "caf\u0065\u0301",
    "\u200bzero",
    "\ud800",
    "a\u2028b",
]
GOOD = [
    "item-0001/relevé bancaire.pdf",
    "证据/图像.dd",
    "a/b/c.tar.gz",
    "Ünï.csv",
    ".hidden",
    "data/message.json",
    "console",
]


@pytest.mark.parametrize("name", BAD)
def test_a_bad_path_is_refused_in_words_that_can_be_printed(name: str) -> None:
    with pytest.raises(UnsafeNameError) as caught:
        safe_path(name)
    assert str(caught.value).isprintable() or "\N{REPLACEMENT CHARACTER}" in str(caught.value)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_path_stays_as_it_is(name: str) -> None:
    assert safe_path(name) == name


@given(st.text())
def test_whatever_the_name_a_file_name_is_safe_and_is_one_name(name: str) -> None:
    made = file_name(name)
    assert safe_path(made) == made
    assert "/" not in made
    assert "%" not in made  # which BagIt would have to escape
    assert file_name(made) == made


@given(st.text())
def test_what_is_shown_hides_nothing(name: str) -> None:
    shown = safe_name(name)
    assert len(shown) <= 120
    assert not any(unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for sign in shown)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("statement.csv", "statement.csv"),
        ("C:\\Users\\clerk\\Relevé 2026.pdf", "Relevé 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("evil\u202egpj.exe", "evil_gpj.exe"),
        ("con.txt", "_con.txt"),
        ("50%.csv", "50_.csv"),
        ("...", "item"),
        ("", "item"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_file_name_resembles_what_was_sent(name: str, made: str) -> None:
    assert file_name(name) == made


def test_names_that_are_one_file_somewhere_collide() -> None:
    assert collision_key("A/Straße") == collision_key("a/STRASSE")
    assert collision_key("é") == collision_key("e\u0301")
    assert collision_key("\ufb01le") == collision_key("file")
    assert collision_key("a") != collision_key("b")
