"""Canonical JSON: our quick way and RFC 8785 agree, whatever the value."""

import json
import math

import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from rogatory.custody.dsse import canonical, parse_canonical
from rogatory.errors import IntegrityError

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SMALL = 2**53 - 1
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-SMALL, SMALL) | st.floats(-1e15, 1e15) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(VALUES)
@example({"\ue000": 1, "\U0001f600": 2})  # sorted by UTF-16 units, not by code points
@example(['\x7f\x00\x1f\u2028"\\/\b\f\n\r\t', -0.0, 1e21, 10**15, -(10**15), 5e-324])
@example({"a": {"b": [0, -1, True, None, ""]}})
def test_what_is_canonical_is_read_back(value: JsonValue) -> None:
    raw = rfc8785.dumps(value)
    assert canonical(value) == raw
    again = parse_canonical(raw)
    assert rfc8785.dumps(again) == raw


@settings(max_examples=400, deadline=None)
@given(
    VALUES, st.sampled_from([{"ensure_ascii": True}, {"indent": 1}, {"separators": (", ", ": ")}, {"sort_keys": False}])
)
def test_any_other_spelling_is_refused(value: JsonValue, spelling: dict[str, object]) -> None:
    form: dict[str, object] = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False} | spelling
    raw = json.dumps(value, **form).encode()  # type: ignore[arg-type]
    if raw == rfc8785.dumps(value):
        parse_canonical(raw)
    else:
        with pytest.raises(IntegrityError):
            parse_canonical(raw)


@pytest.mark.parametrize("value", [math.nan, math.inf, 2**53, -(2**53), "\ud800", {1: 2}, {"a": object()}, b"x"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(IntegrityError):
        canonical(value)


@pytest.mark.parametrize(
    "raw", [b"-0", b"00", b"1.0", b"1e2", b"9007199254740993", b"9" * 5000, b'"\\u0041"', b"", b" 1", b"1 "]
)
def test_numbers_and_texts_have_one_spelling(raw: bytes) -> None:
    with pytest.raises(IntegrityError):
        parse_canonical(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'"\\u000a"',
        b'"\\u001F"',
        b'"\\u007f"',
        b'"\\/"',
        b'"\\ud83d\\ude00"',
        b'"\\ud800"',
        b'"\xff"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b'"\x7f\n"',
        b'\xef\xbb\xbf"a"',
        b'{"a":1,"a":1}',
        b'{"a":{"b":[1,1.0]}}',
        b"[" * 9 + b"1.0" + b"]" * 9,
        b"[" * 100_000,
    ],
)
def test_escapes_and_encodings_have_one_spelling(raw: bytes) -> None:
    with pytest.raises(IntegrityError):
        parse_canonical(raw)


@settings(max_examples=600, deadline=None)
@given(VALUES, st.integers(0, 400), st.binary(min_size=0, max_size=3), st.integers(0, 2))
def test_what_is_taken_is_what_rfc_8785_writes_and_nothing_else(
    value: JsonValue, place: int, put: bytes, taken_out: int
) -> None:
    raw = rfc8785.dumps(value)
    place %= len(raw) + 1
    changed = raw[:place] + put + raw[place + taken_out :]
    try:
        read = parse_canonical(changed)
    except IntegrityError:
        return
    assert rfc8785.dumps(read) == changed


def test_deep_and_wide_values_are_read_too() -> None:
    deep: JsonValue = "x"
    for _ in range(40):
        deep = {"a": [deep, "é", "ﬀ", "😀"]}
    assert parse_canonical(rfc8785.dumps(deep)) == deep
