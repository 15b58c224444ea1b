"""Law files: what ships is sound, what is not sound is refused with its line, and an overlay adds without dropping."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import rogatory.law
from rogatory.law.crossfield import CHECKS
from rogatory.law.fragment_fields import SHAPES
from rogatory.law.law_file import FOLDERS, ROOT_FILES, read
from rogatory.law.model import Lawbook
from rogatory.law.registry import LawDataError, check_files, load_lawbook
from schemas.identifiers import Stage

LAW = Path(rogatory.law.__file__).parent
FILES = sorted(
    path
    for path in [*(LAW / name for name in ROOT_FILES), *(path for kind in FOLDERS for path in (LAW / kind).iterdir())]
    if path.suffix != ".md"
)


@pytest.mark.parametrize("path", sorted(LAW.glob("*.schema.json")), ids=lambda path: path.name)
def test_the_schemas_of_law_files_are_schemas(path: Path) -> None:
    schema = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    more = schema["additionalProperties"]
    assert (more if more is False else more["additionalProperties"]) is False
    assert path.name.removesuffix(".schema.json") in {*ROOT_FILES.values(), *FOLDERS.values(), "evidence_forms"}


def test_the_shapes_measures_may_use_are_schemas() -> None:
    Draft202012Validator.check_schema({"$defs": SHAPES})


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_every_law_file_that_ships_is_sound(path: Path) -> None:
    assert read(path.relative_to(LAW).as_posix(), path.read_text(encoding="utf-8"))[1] == []


def test_nothing_blocks_that_nobody_has_read() -> None:
    lawbook = load_lawbook()
    rules = [rule for _, rule in lawbook.rules(tuple(lawbook.treaties))]
    assert len(rules) > 40
    for rule in rules:
        if rule.severity == "error":
            assert rule.checked is not None, rule.id
            assert rule.checked.on <= date(2026, 11, 22)
            assert rule.checked.where


def test_every_check_is_used_by_a_rule_and_says_what_it_does() -> None:
    lawbook = load_lawbook()
    used = {rule.check for _, rule in lawbook.rules(tuple(lawbook.treaties))} - {None}
    # An overlay may use it; test_checks.py shows it at work.
    assert set(CHECKS) - used == {"measure_type_needs"}
    assert all(check.__doc__ for check in CHECKS.values())


def test_every_demand_is_made_by_a_rule() -> None:
    lawbook = load_lawbook()
    made = {rule.demand for _, rule in lawbook.rules(tuple(lawbook.treaties))} - {None}
    assert made == set(lawbook.demands)


def test_a_demand_is_merged_beneath_the_rule() -> None:
    lawbook = load_lawbook()
    rule = next(rule for rule in lawbook.treaties["un-uncac"].rules if rule.id == "UNCAC-23a")
    demand = lawbook.demands["procedure_reason"]
    assert rule.title == "Details of any particular procedure, with its reason" != demand.title
    assert (rule.must, rule.each, rule.message, rule.topic) == (demand.must, "procedure", demand.message, "procedure")
    assert (rule.source, rule.kinds) == ("UNCAC art. 46(15)(d)", ("mutual-assistance",))


def test_every_list_of_parties_has_its_instrument() -> None:
    lawbook = load_lawbook()
    used = {treaty.parties or treaty.id for treaty in lawbook.treaties.values()}
    # Lists no instrument here rests on yet; what they say is true all the same.
    waiting = {"coe-ets-141", "hcch-apostille-1961", "un-1999-terrorist-financing", "un-untoc-smuggling"}
    assert set(lawbook.parties) - used <= waiting


def test_the_waits_are_those_of_the_house() -> None:
    table = load_lawbook().timetable
    assert {stage: (table[stage].days, table[stage].escalate_days) for stage in [*Stage][:5]} == {
        Stage.REVIEW: (30, 10),
        Stage.CORRECTION: (60, 0),
        Stage.TRANSMISSION: (90, 0),
        Stage.EVIDENCE_RETURN: (365, 0),
        Stage.CUSTODY_SIGN_OFF: (30, 0),
    }
    assert table[Stage.TRANSMISSION].remind_after_days == (15, 30, 60)
    assert {limit.source for limit in table.values()} == {"house rule"}


def test_invented_states_are_marked_invented() -> None:
    for code, state in load_lawbook().states.items():
        assert state.invented == ("XA" <= code <= "XZ")
        assert all(bound.invented == state.invented for bound in state.bound_by)


def test_of_a_real_state_nothing_is_said_but_with_its_source() -> None:
    for code, state in load_lawbook().states.items():
        if not state.invented:
            given = set(state.model_dump(exclude_defaults=True)) - {"code", "name", "short_name", "facts"}
            assert given <= {*state.facts, "last_verified", "time_zone", "demonym"}, code


# What is wrong with a law file, and the one line that says so: file, old text, new text, line of, message.
UNTOC, PALERMO, LIST = "treaties/un-untoc.yaml", "treaties/un-untoc-trafficking.yaml", "parties/un-untoc.csv"
VIDEO, XN = "measures/statement_video.yaml", "states/XN.yaml"
FAULTS = {
    "blocks unread": (
        UNTOC,
        "    article: art. 18(15)(c)\n    class: P\n    severity: error\n    checked: {on: 2026-11-22, where: nl}",
        "    article: art. 18(15)(c)\n    class: P\n    severity: error\n    checked: null",
        "    severity: error\n    checked: null",
        "UNTOC-10 blocks, but nobody has recorded reading its article.",
    ),
    "no word on whether it was read": (
        UNTOC,
        "    severity: warning\n    checked: {on: 2026-11-22, where: nl}\n    fallback: true\n    topic: costs",
        "    severity: warning\n    fallback: true\n    topic: costs",
        "  - id: UNTOC-27",
        '"checked" is missing.',
    ),
    "an edition nobody knows": (
        UNTOC,
        "checked: {on: 2026-11-22, where: nl}\n    check: states_bound",
        "checked: {on: 2026-11-22, where: nll}\n    check: states_bound",
        "    checked: {on: 2026-11-22, where: nll}",
        '"nll" is no edition. Did you mean "nl"?',
    ),
    "a field the draft does not have": (
        UNTOC,
        "    must: {required: [facts]}",
        "    must: {required: [fatcs]}",
        "    must: {required: [fatcs]}",
        '"fatcs" is no field of the draft here. Did you mean "facts"?',
    ),
    "a check that does not exist": (
        UNTOC,
        "check: covered_offence",
        "check: covered_offense",
        "    check: covered_offense",
        '"covered_offense" is no check. Did you mean "covered_offence"?',
    ),
    "a demand nobody knows": (
        UNTOC,
        "demand: oral_confirmed",
        "demand: oraly_confirmed",
        "    demand: oraly_confirmed",
        '"oraly_confirmed" is no demand. Did you mean "oral_confirmed"?',
    ),
    "a step nobody knows": (
        "house.yaml",
        "    step: refusal\n    check: ground_listed",
        "    step: refused\n    check: ground_listed",
        "    step: refused",
        '"refused" is no step. Did you mean "refusal"?',
    ),
    "a topic nobody knows": (
        UNTOC,
        "    fallback: true\n    topic: costs",
        "    fallback: true\n    topic: cost",
        "    topic: cost\n",
        '"cost" is no word of topics. Did you mean "costs"?',
    ),
    "a parameter the check does not take": (
        UNTOC,
        "parameters: {years: 4}",
        "parameters: {years: 4, months: 2}",
        "    parameters: {years: 4, months: 2}",
        '"months" is not a field here.',
    ),
    "a protocol to nothing": (
        PALERMO,
        "supplements: un-untoc",
        "supplements: un-untok",
        "supplements: un-untok",
        'There is no instrument "un-untok". Did you mean "un-untoc"?',
    ),
    "not in force without a word why": (
        PALERMO,
        "in_force: true",
        "in_force: false",
        "id: un-untoc-trafficking",
        'It is not in force, and no "status" says what is known.',
    ),
    "the rule of another file": (
        PALERMO,
        "  - id: TIP-00",
        "  - id: UNTOC-00",
        "  - id: UNTOC-00",
        'The rule "UNTOC-00" stands in treaties/un-untoc.yaml too.',
    ),
    "a party since no day there is": (
        LIST,
        "state,since,until,declarations,basis,source,as_of,conflict\nAD,",
        "state,since,until,declarations,basis,source,as_of,conflict\nAE,2007-06-31,,,,a source,2026-01-01,\nAD,",
        "AE,2007-06-31",
        '"2007-06-31" is not a date.',
    ),
    "a state twice at a time": (
        LIST,
        "state,since,until,declarations,basis,source,as_of,conflict\n",
        "state,since,until,declarations,basis,source,as_of,conflict\nAF,2001-01-01,,,,a source,2026-01-01,\n",
        "AF,2003",
        "AF is there twice for the same time.",
    ),
    "a list without its header": (
        LIST,
        "state,since,until,declarations,basis,source,as_of,conflict\n",
        "",
        "AD,",
        "The first line is not the header.",
    ),
    "a word that is no word": (
        "words.yaml",
        "  costs: costs\n",
        "  Costs: costs\n",
        "  scope:",
        '"Costs" is not written as topics must be.',
    ),
    "decided two ways": (
        UNTOC,
        "    person: Do the facts give reasonable grounds to suspect both?",
        "    person: Do the facts give reasonable grounds to suspect both?\n    must: true",
        "  - id: UNTOC-01b",
        "UNTOC-01b is decided by must and person.",
    ),
    "the same rule twice": (
        UNTOC,
        "  - id: UNTOC-01b",
        "  - id: UNTOC-01a",
        "  - id: UNTOC-01a\n    title: The grounds",
        'The rule "UNTOC-01a" is there twice.',
    ),
    "a rule without words for the prosecutor": (
        UNTOC,
        "    fix: 'write purpose: what will be proved or secured with it, in which proceedings'\n",
        "",
        "  - id: UNTOC-13",
        'UNTOC-13 has no "fix" for the prosecutor.',
    ),
    "a misspelt word of the file": (
        UNTOC,
        "    otherwise: only the service",
        "    otherwhise: only the service",
        "    otherwhise: only the service",
        '"otherwhise" is not a field here. Did you mean "otherwise"?',
    ),
    "no JSON Schema": (
        UNTOC,
        "measures: {type: array, minItems: 1}",
        "measures: {type: array, minItems: many}",
        "    must: {required: [measures], properties: {measures: {type: array, minItems: many}}}",
        "This is no JSON Schema: 'many' is not of type 'integer'",
    ),
    "a misspelt keyword, which would hold of everything": (
        UNTOC,
        "measures: {type: array, minItems: 1}",
        "measures: {type: array, minItem: 1}",
        "    must: {required: [measures], properties: {measures: {type: array, minItem: 1}}}",
        '"minItem" is no keyword of JSON Schema. Did you mean "minItems"?',
    ),
    "not a date": (
        UNTOC,
        "in_force_since: 2003-09-29",
        "in_force_since: 29.9.2003",
        "in_force_since: 29",
        '"29.9.2003" is not a date.',
    ),
    "a measure field without label": (
        VIDEO,
        "  cost_accepted: Costs\n",
        "",
        "labels:",
        'The field "cost_accepted" has no label.',
    ),
    "an instrument nobody knows": (
        XN,
        "central_authority_for: [un-untoc, un-untoc-trafficking, ",
        "central_authority_for: [un-untoc, un-untok, ",
        "central_authority_for:",
        'There is no instrument "un-untok". Did you mean "un-untoc"?',
    ),
    "an invented state that does not say so": (
        XN,
        "invented: true\nname",
        "name",
        "code: XN",
        "XN is an invented state's code.",
    ),
    "a file under another name": (XN, "code: XN", "code: XM", "code: XM", 'The file is called XN, its code is "XM".'),
    "reminders after the end": (
        "timetable.yaml",
        "custody-sign-off: {days: 30, remind_after_days: [10, 20]",
        "custody-sign-off: {days: 30, remind_after_days: [10, 40]",
        "  custody-sign-off:",
        "custody-sign-off: reminders must rise and come before day 30.",
    ),
    "the same key twice": (XN, "code: XN\n", "code: XN\ncode: XV\n", "code: XV", '"code" is given twice'),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_faulty_law_file_is_refused_at_its_line(name: str, tmp_path: Path) -> None:
    place, old, new, at, message = FAULTS[name]
    text = (LAW / place).read_text(encoding="utf-8")
    assert text.count(old) == 1
    text = text.replace(old, new)
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    found = check_files([path])
    assert [(fault.line, fault.message) for fault in found if fault.message.startswith(message)] == [
        (text.count("\n", 0, text.index(at)) + 1, found[0].message)
    ]
    assert all(fault.file == str(path) and fault.fix for fault in found)
    with pytest.raises(LawDataError) as raised:
        load_lawbook(tmp_path)
    # One faulty file does not make others faulty that refer to it.
    also = {"treaties/un-untoc.yaml"} if name == "the rule of another file" else set()
    assert {fault.file for fault in raised.value.faults} == {str(path)} | also
    assert raised.value.exit_code == 3


def test_an_overlay_replaces_a_state_and_moves_the_digest(tmp_path: Path) -> None:
    own = load_lawbook()
    overlaid = with_overlay(
        tmp_path, "states/XN.yaml", lambda text: text.replace("languages: [nb, en, fr]", "languages: [nb]")
    )
    assert own.states["XN"].languages == ("nb", "en", "fr")
    assert overlaid.states["XN"].languages == ("nb",)
    assert overlaid.digest != own.digest


def test_an_overlay_of_the_house_rules_cannot_drop_a_safeguard(tmp_path: Path) -> None:
    def only_one(text: str) -> str:
        return text[: text.index("  - id: HOUSE-02")].replace("severity: error", "severity: warning")

    house = with_overlay(tmp_path, "house.yaml", only_one).house
    assert [rule.id for rule in house.rules] == [rule.id for rule in load_lawbook().house.rules]
    assert {rule.id: rule.severity.value for rule in house.rules} | {"HOUSE-01": "warning"} == {
        rule.id: rule.severity.value for rule in house.rules
    }


def test_an_overlay_may_change_one_wait(tmp_path: Path) -> None:
    (tmp_path / "timetable.yaml").write_text("stages:\n  review: {days: 5, remind_after_days: [2], source: order 7}\n")
    table = load_lawbook(tmp_path).timetable
    assert (table[Stage.REVIEW].days, table[Stage.REVIEW].source, table[Stage.CORRECTION].days) == (5, "order 7", 60)


def test_an_overlay_that_is_not_there_is_none(tmp_path: Path) -> None:
    assert load_lawbook(tmp_path / "law").digest == load_lawbook().digest


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "states" / "XN.yaml"
    path.parent.mkdir()
    path.write_bytes(b"code: XN\nname: \xff\n")
    with pytest.raises(LawDataError, match=r"XN\.yaml:2:1: The file is not UTF-8"):
        load_lawbook(tmp_path)


def with_overlay(folder: Path, place: str, change: Callable[[str], str]) -> Lawbook:
    """The lawbook with one file changed by an overlay."""
    path = folder / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(change((LAW / place).read_text(encoding="utf-8")), encoding="utf-8")
    return load_lawbook(folder)
