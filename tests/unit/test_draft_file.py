"""Reading drafts: what files may be, what is filed, and that no text makes the checker stumble."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rogatory.adapters.draft_file import LARGEST, check_draft, findings_of, read_draft, split_sealed, without_nothing
from rogatory.cli.examples import example, weakened
from rogatory.errors import FindingsError, UsageError
from rogatory.law.registry import load_lawbook
from rogatory.law.yaml_text import parse
from tests.drafts import untranslated

TODAY = date(2026, 11, 22)
EXAMPLES = ("trafficking.yaml", "minimal-bank-records.yaml")


def _written(folder: Path, content: str | bytes) -> Path:
    path = folder / "request.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_have_no_findings(name: str, tmp_path: Path) -> None:
    assert check_draft(_written(tmp_path, example(name)), load_lawbook(), TODAY) == []


def test_the_example_the_demo_weakens_first_still_passes(tmp_path: Path) -> None:
    weak = weakened(example("trafficking.yaml"))
    assert weak != example("trafficking.yaml")
    assert check_draft(_written(tmp_path, weak), load_lawbook(), TODAY) == []


def test_the_example_does_not_grow_old(tmp_path: Path) -> None:
    assert check_draft(_written(tmp_path, example("trafficking.yaml")), load_lawbook(), date(2126, 1, 1)) == []


def test_norway_is_not_false(tmp_path: Path) -> None:
    file = read_draft(_written(tmp_path, untranslated().replace("to: XN", "to: NO")))
    assert file.findings == ()
    assert file.draft().to_state == "NO"


def test_line_ends_mark_and_decomposed_letters_are_put_right(tmp_path: Path) -> None:
    text = example("minimal-bank-records.yaml").replace("Tomas Quell", "To\u0301mas Quell")
    file = read_draft(_written(tmp_path, b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()))
    draft = file.draft()
    assert draft.proceedings.title == "The State v. T\u00f3mas Quell"
    assert "\r" not in (draft.facts or "")
    assert check_draft(file.path, load_lawbook(), TODAY) == []


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        (b"from: XV\nto: X\xff\n", 2, 6, "The file is not UTF-8: byte 0xff."),
        ("from: XV\n".encode("utf-16"), 1, 1, "The file is saved as UTF-16."),
        (b"a: " + b"x" * LARGEST, 1, 1, "The file is larger than 512 KiB."),
        (b"", 1, 1, "The file is empty."),
        (b"# only a comment\n", 1, 1, "The file is empty."),
        (b"- a\n- b\n", 1, 1, "The file is not a draft: it has no fields."),
        (b"from: X\x00V\n", 1, 8, "A control character (U+0000) stands here."),
        (b"a: " + b"[" * 60, 1, 43, "More than 40 levels deep."),
        (b"a: [" + b"{}," * 30_000 + b"]", 1, 59999, "More than 20000 values in one file."),
        (b"%PDF-1.7\nx", 2, 1, "This is not YAML"),
    ],
)
def test_what_is_no_draft_is_one_clear_finding(
    content: bytes, line: int, column: int, message: str, tmp_path: Path
) -> None:
    (found,) = check_draft(_written(tmp_path, content), load_lawbook(), TODAY)
    assert (found.line, found.column) == (line, column)
    assert found.message.startswith(message)
    assert found.fix


def test_a_file_that_is_not_there_or_a_folder_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(f"There is no file {tmp_path}/none.yaml")):
        read_draft(tmp_path / "none.yaml")
    with pytest.raises(UsageError, match="is not a file"):
        read_draft(tmp_path)


def test_a_draft_with_faults_cannot_be_filed(tmp_path: Path) -> None:
    file = read_draft(_written(tmp_path, untranslated().replace("to: XN", "to: Xn")))
    with pytest.raises(FindingsError, match=r"request\.yaml:7:5: "):
        file.draft()


def test_sealed_identities_are_taken_out(tmp_path: Path) -> None:
    draft = read_draft(_written(tmp_path, untranslated())).draft()
    filed, annex = split_sealed(draft)
    assert annex is not None
    assert json.loads(annex)["p3"]["name"] == "Xamira Examplova"
    text = filed.model_dump_json()
    assert not re.search(r"\bxami|examplova|nowhere|lantern", text, re.IGNORECASE)
    assert filed.persons[2].pseudonym == "V1"
    assert split_sealed(filed) == (filed, None)


def test_a_sealed_name_in_the_open_is_never_filed(tmp_path: Path) -> None:
    text = untranslated().replace("V1 lives in Xenland.", "Ms EXAMPLOVA lives in Xenland.")
    draft = read_draft(_written(tmp_path, text)).draft()
    with pytest.raises(FindingsError, match="The name sealed for p3") as raised:
        split_sealed(draft)
    assert "examplova" not in str(raised.value).casefold()


def test_a_sealed_name_broken_over_two_lines_is_found(tmp_path: Path) -> None:
    text = untranslated().replace("Xamira Examplova", "Li Bo")
    text = text.replace("V1 lives in Xenland.", "Ms Li\n  Bo lives in Xenland.")
    (found,) = check_draft(_written(tmp_path, text), load_lawbook(), TODAY)
    assert (found.rule, found.path) == ("VIC-03", "link")


def test_findings_never_repeat_what_is_sealed(tmp_path: Path) -> None:
    text = untranslated().replace("V1 lives in Xenland.", "Xamira lives at Nowhere Lane 0, Norholm.")
    found = check_draft(_written(tmp_path, text), load_lawbook(), TODAY)
    assert {finding.message for finding in found} == {
        "What is sealed for p3 (the name) stands here in the open.",
        "What is sealed for p3 (the address) stands here in the open.",
    }


def test_faults_of_form_silence_the_law_beneath_them_only(tmp_path: Path) -> None:
    text = untranslated().replace("confidentiality:\n  required: true", "confidentiality:\n  required: ja")
    text = text.replace("language: en", "language: es")
    found = check_draft(_written(tmp_path, text), load_lawbook(), TODAY)
    # VIC-03b would judge the same value: it has to wait until there is one.
    assert [(finding.rule, finding.path) for finding in found] == [
        ("UNTOC-06", "language"),
        ("form", "confidentiality/required"),
    ]


FAST = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FAST
@given(
    content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
)
def test_no_bytes_make_the_checker_raise(content: bytes, tmp_path: Path) -> None:
    path = _written(tmp_path, content)
    found = check_draft(path, load_lawbook(), TODAY)
    assert found
    assert all(finding.line >= 1 and finding.column >= 1 and finding.message for finding in found)


YAML_BITS = st.lists(
    st.sampled_from(
        [
            "a",
            "b:",
            ": ",
            "- ",
            "\n",
            "  ",
            "{",
            "}",
            "[",
            "]",
            "&x",
            "*x",
            "!t",
            "|",
            ">",
            "'",
            '"',
            "#",
            "\t",
            "---",
            "%Y",
            "? ",
            "<<",
            "1e9",
            "\\",
            "@",
            ",",
            "é",
            "\u2028",
        ]
    ),
    max_size=40,
).map("".join)


@FAST
@given(text=YAML_BITS)
def test_no_yaml_makes_the_checker_raise(text: str, tmp_path: Path) -> None:
    assert check_draft(_written(tmp_path, text), load_lawbook(), TODAY)


ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["p1", "m1", "TODO", "XN", "2026-01-01"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(["id", "type", "details", "witness", "period", "from", "to", "sealed", "name"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def _places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


PLACES = _places(parse(untranslated()).value)[1:]


@settings(FAST, max_examples=60)
@given(place=st.sampled_from(PLACES), new=ANY)
def test_no_value_anywhere_in_a_draft_makes_the_checker_raise(
    place: tuple[str | int, ...], new: Any, tmp_path: Path
) -> None:
    value = parse(untranslated()).value
    node = value
    for part in place[:-1]:
        node = node[part]
    node[place[-1]] = new
    path = _written(tmp_path, json.dumps(value))  # JSON is YAML
    file = read_draft(path)
    found = findings_of(file, load_lawbook(), TODAY)
    assert all(finding.line >= 1 and finding.column >= 1 for finding in found)
    if not found:
        split_sealed(file.draft())


def test_fields_left_empty_count_as_not_there() -> None:
    assert without_nothing({"a": None, "b": [{"c": None}, None]}) == {"b": [{}, None]}
