"""The translation block in a draft file: written, brought up to date, and nothing beside it touched."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.adapters.draft_file import read_draft
from rogatory.adapters.translation_block import CHANGED, Tally, Wanted, with_translation
from rogatory.cli.examples import example
from rogatory.documents.source_words import digest_of
from rogatory.errors import UsageError
from rogatory.law.yaml_text import parse

WORDS = {"subject": "Bank records", "facts": "One came.\n\nTwo went, and said so at some length. " + "Then more. " * 12}
VOUCHING = {"name": "TODO", "qualification": "TODO"}


def write(text: str, words: dict[str, str] = WORDS, names: dict[str, str] | None = None) -> tuple[str, Tally]:
    return with_translation(text, Wanted("fr", "after", VOUCHING, words, names or {}))


def texts(text: str) -> dict[str, str]:
    found: dict[str, str] = parse(text.replace("\r\n", "\n")).value["translation"]["texts"]
    return found


START = "kind: mutual-assistance # of the house\nsubject: Bank records\n"


def test_every_text_is_listed_below_its_source() -> None:
    written, tally = write(START)
    assert written.startswith(START)
    assert texts(written) == {"subject": "TODO", "facts": "TODO"}
    assert "    #> Bank records\n    subject: TODO\n" in written
    assert "    #> One came.\n    #>\n    #> Two went" in written
    assert max(map(len, written.splitlines())) <= 120
    assert tally.new == ["subject", "facts"]
    assert parse(written).value["translation"]["of"] == digest_of(WORDS)


def test_what_is_valid_is_kept_as_it_is_written() -> None:
    first, _ = write(START)
    done = first.replace("subject: TODO", "# as agreed with the ministry\n    subject: 'Relevés  bancaires'")
    again, tally = write(done)
    assert again == done
    assert (tally.kept, tally.new) == (1, ["facts"])
    assert write(again)[0] == again


def test_what_changed_is_marked_and_kept_to_look_at() -> None:
    done = write(START)[0].replace("subject: TODO", "subject: Relevés bancaires")
    written, tally = write(done, WORDS | {"subject": "Bank records of 2026"})
    assert tally.changed == ["subject"]
    assert texts(written)["subject"] == f"{CHANGED} Relevés bancaires"
    assert "#> Bank records of 2026" in written
    back, _ = write(written)  # changed back: it stays marked until a person has looked
    assert texts(back)["subject"].startswith("TODO")


def test_what_moved_is_found_by_what_it_translates() -> None:
    done = write(START)[0].replace("subject: TODO", "subject: Relevés bancaires")
    written, tally = write(done, {"purpose": "Bank records", "facts": WORDS["facts"]})
    assert texts(written) == {"purpose": "Relevés bancaires", "facts": "TODO"}
    assert tally.dropped == []


def test_what_the_letter_no_longer_prints_is_taken_out() -> None:
    done = write(START)[0].replace("subject: TODO", "subject: Relevés bancaires")
    written, tally = write(done, {"facts": WORDS["facts"]})
    assert texts(written) == {"facts": "TODO"}
    assert tally.dropped == ["subject"]


def test_the_translators_own_fields_and_comments_stay() -> None:
    done = write(START)[0].replace(
        "    name: TODO\n", "    name: Odile Varenne # by letter of 3 May\n    sworn_on: 2019-03-04\n"
    )
    written, _ = write(done.replace("arrangement: after", "arrangement: parallel"), WORDS | {"purpose": "To prove."})
    block = parse(written).value["translation"]
    assert "name: Odile Varenne # by letter of 3 May\n" in written
    assert (block["arrangement"], block["translator"]["sworn_on"]) == ("parallel", "2019-03-04")
    assert texts(written)["purpose"] == "TODO"


def test_a_block_in_the_middle_leaves_what_follows() -> None:
    done = write(START)[0] + "\n# enclosures come last\nenclosures:\n  - title: Map # A3\n    pages: 2\n"
    written, _ = write(done, WORDS | {"purpose": "To prove."})
    assert written.endswith("\n# enclosures come last\nenclosures:\n  - title: Map # A3\n    pages: 2\n")
    assert written.startswith(START)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_stay_as_they_are(end: str) -> None:
    written, _ = write(START.replace("\n", end))
    assert written.count(end) == written.count("\n")
    assert texts(written) == {"subject": "TODO", "facts": "TODO"}


def test_a_file_without_a_last_line_end_is_taken() -> None:
    assert texts(write(START.rstrip("\n"))[0])["subject"] == "TODO"


def test_names_are_offered_where_the_script_differs() -> None:
    written, _ = write(START, names={"persons/0/name": "Tomas Quell"})
    assert texts(written)["persons/0/name"] == "Tomas Quell"


def test_braces_and_another_language_are_refused() -> None:
    with pytest.raises(UsageError, match="in braces"):
        write('{"kind": "mutual-assistance"}')
    with pytest.raises(UsageError, match="a translation into es"):
        write(write(START)[0].replace("into: fr", "into: es"))


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}(/[0-9]{1,2})?", fullmatch=True), st.text(min_size=1), max_size=6))
def test_any_words_can_be_written_and_read(words: dict[str, str]) -> None:
    clean = {path: " ".join(text.split()) for path, text in words.items()}
    clean = {path: text for path, text in clean.items() if text and text.isprintable()}
    written, _ = write(START, clean or {"subject": "x"})
    assert set(texts(written)) == set(clean or {"subject": "x"})
    said = {path: json.dumps(text, ensure_ascii=False) for path, text in clean.items()}
    for path, text in said.items():
        written = written.replace(f"    {path}: TODO\n", f"    {path}: {text}\n", 1)
    assert write(written, clean or {"subject": "x"})[0] == written


def test_the_example_keeps_every_byte(tmp_path: Path) -> None:
    text = example("minimal-bank-records.yaml")
    written, _ = write(text)
    assert written.startswith(text)
    path = tmp_path / "draft.yaml"
    path.write_text(written, encoding="utf-8")
    assert read_draft(path).positions is not None
