"""The lists of parties that ship: every row is sound, nothing is lost, and what is not known stays unknown."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

import rogatory.law
from rogatory.law.law_file import parties_of, read
from rogatory.law.model import Party

FOLDER = Path(rogatory.law.__file__).parent / "parties"
COUNTS = {
    "coe-ets-024": 50,
    "coe-ets-030": 50,
    "coe-ets-086": 40,
    "coe-ets-098": 44,
    "coe-ets-141": 49,
    "coe-ets-182": 43,
    "coe-ets-185": 78,
    "coe-ets-209": 23,
    "coe-ets-212": 14,
    "eu-eio-2014-41": 26,  # with one that left
    "eu-membership": 28,  # with one that left
    "hcch-apostille-1961": 126,  # 127 with Kosovo, which has no code in ISO 3166-1
    "un-1988-drugs": 190,
    "un-1999-terrorist-financing": 186,
    "un-uncac": 170,
    "un-untoc": 194,
    "un-untoc-smuggling": 150,
    "un-untoc-trafficking": 183,
}
"""States party as the sources list them, without the Union, territories, and states that only signed."""
TO_COME = {
    ("coe-ets-185", "ST"),
    ("coe-ets-185", "VU"),
    ("hcch-apostille-1961", "BD"),
    ("un-1988-drugs", "PW"),
    ("un-untoc", "SB"),
    ("un-untoc-trafficking", "SO"),
    ("un-untoc-trafficking", "SS"),
}
"""Had deposited on the day the source speaks for, and were to be bound some weeks later."""
UNKNOWN_DAY = {("un-1999-terrorist-financing", "ME"), ("un-uncac", "ME")}
"""Parties by succession: since when, the source does not say."""
NO_STATES = {"AW", "CW", "SX", "HK", "MO", "GI", "IM", "JE", "GG", "FO", "GL", "KY", "BM", "VG", "FK", "TC", "EU", "XK"}


def rows(instrument: str) -> tuple[Party, ...]:
    """The rows of a list, by the reader that the program uses."""
    path = FOLDER / f"{instrument}.csv"
    file, faults = read(f"parties/{path.name}", path.read_text(encoding="utf-8"))
    assert faults == []
    assert file is not None
    return parties_of(file.value)


def test_the_lists_that_ship() -> None:
    assert set(COUNTS) <= {path.stem for path in FOLDER.glob("*.csv")}


@pytest.mark.parametrize("instrument", COUNTS)
def test_every_party_stands_in_its_list_once(instrument: str) -> None:
    states = [row.state for row in rows(instrument)]
    assert len(states) == COUNTS[instrument]
    assert states == sorted(set(states))
    assert not NO_STATES & set(states)
    assert not [state for state in states if "XA" <= state <= "XZ"]


@pytest.mark.parametrize("instrument", COUNTS)
def test_dates_are_sane_and_every_row_has_an_official_source(instrument: str) -> None:
    for row in rows(instrument):
        assert row.as_of <= date(2026, 11, 22)
        assert row.source.startswith(
            (
                "https://www.fedlex.admin.ch/eli/",
                "https://treaties.un.org/",
                "https://europa.eu/",
                "https://www.eurojust.europa.eu/",
            )
        )
        assert row.basis
        if row.since is None:
            assert (instrument, row.state) in UNKNOWN_DAY
            continue
        assert date(1954, 1, 1) < row.since < row.as_of + timedelta(days=220)
        assert (row.since > row.as_of) == ((instrument, row.state) in TO_COME)
        if row.until is not None:
            assert row.state == "GB"
            assert row.since < row.until < row.as_of


def test_only_one_state_has_left_and_only_from_the_union() -> None:
    ended = {(id_, row.state): row.until for id_ in COUNTS for row in rows(id_) if row.until}
    assert ended == {
        ("eu-eio-2014-41", "GB"): date(2020, 12, 31),
        ("eu-membership", "GB"): date(2020, 1, 31),
    }


def test_where_sources_conflict_the_row_says_so() -> None:
    conflicts = [(id_, row) for id_ in COUNTS for row in rows(id_) if row.conflict]
    assert [(id_, row.state, row.since) for id_, row in conflicts] == [("un-untoc", "MH", date(2011, 7, 15))]
    marshall = conflicts[0][1]
    assert marshall.declarations.startswith("SOURCES CONFLICT on deposit date: 2010-11-05")
    assert "https://treaties.un.org/" in marshall.source


def test_denmark_and_ireland_are_not_in_the_list_of_the_order() -> None:
    order, union = ({row.state for row in rows(id_)} for id_ in ("eu-eio-2014-41", "eu-membership"))
    assert union - order == {"DK", "IE"}
    assert order <= union


@pytest.mark.parametrize("instrument", COUNTS)
def test_a_list_is_written_as_it_would_be_written_again(instrument: str) -> None:
    """One row a line, quoted only where it must be: so that a change shows as the lines it changes."""
    text = (FOLDER / f"{instrument}.csv").read_text(encoding="utf-8")
    lines = text.splitlines()
    assert len(lines) == COUNTS[instrument] + 1
    for line, cells in zip(lines, csv.reader(lines), strict=True):
        assert line == ",".join(f'"{cell}"' if "," in cell or '"' in cell else cell for cell in cells)
    assert text.endswith("\n")
