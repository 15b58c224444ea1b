"""What law files say of each other: every name used in one must be there in another. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rogatory.law.fragment_fields import SHAPES, Shape, draft_shape, fields_exist
from rogatory.law.law_file import BOTH_KINDS, LawFault, LawFile, kinds_of, merged
from rogatory.law.law_sound import check_sound, unknown
from rogatory.law.model import HOUSE
from rogatory.law.schema_faults import Fault, nearest
from rogatory.law.yaml_text import Path

PURPOSES = ("prosecution", "sentence")
"""What a person may be sought for; a ground may be limited to one, as to a type of assistance."""


@dataclass
class Names:
    """Every name that may be referred to, by kind; later files win over earlier ones of the same name."""

    treaties: dict[str, LawFile] = field(default_factory=dict)
    houses: list[LawFile] = field(default_factory=list)
    measures: dict[str, LawFile] = field(default_factory=dict)
    states: dict[str, LawFile] = field(default_factory=dict)
    parties: dict[str, LawFile] = field(default_factory=dict)
    timetables: list[LawFile] = field(default_factory=list)
    words: dict[str, dict[str, str]] = field(default_factory=dict)
    steps: dict[str, Any] = field(default_factory=dict)
    demands: dict[str, Any] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Names of files with faults of their own: what refers to them is not called missing as well."""

    def take(self, file: LawFile) -> None:
        """Adds what a sound file holds."""
        value = file.value
        match file.kind:
            case "treaty" if value["id"] == HOUSE:
                self.houses.append(file)
            case "treaty":
                self.treaties[value["id"]] = file
            case "measure":
                self.measures[value["type"]] = file
            case "state":
                self.states[value["code"]] = file
            case "parties":
                self.parties[file.stem] = file
            case "timetable":
                self.timetables.append(file)
            case "words":
                for name, words in value.items():
                    self.words.setdefault(name, {}).update(words)
            case "steps":
                self.steps |= value
            case _:
                self.demands |= value


def dangling(file: LawFile, names: Names) -> list[Fault]:
    """References of one sound file to what is not there."""
    value = file.value
    if names.broken & {"words", "steps", "demands"}:
        return []
    match file.kind:
        case "treaty":
            return list(_treaty(value, names))
        case "measure":
            return list(_instruments([(("purposes", each), each) for each in value["purposes"]], names, at_key=True))
        case "state":
            bound, named = value.get("bound_by", []), value.get("central_authority_for", [])
            places: list[tuple[Path, str]] = [
                (("bound_by", n, "instrument"), each["instrument"]) for n, each in enumerate(bound)
            ]
            places += [(("central_authority_for", n), each) for n, each in enumerate(named)]
            return list(_instruments(places, names))
        case "demands":
            return list(_demands(value, names))
        case _:
            return []


def repeated_rules(names: Names) -> list[LawFault]:
    """Rule ids that stand in more than one file; an overlay's house.yaml may repeat ours, to change it."""
    places: dict[str, list[tuple[LawFile, int]]] = {}
    for file in [*names.houses, *names.treaties.values()]:
        for number, rule in enumerate(file.value["rules"]):
            places.setdefault(rule["id"], []).append((file, number))
    found: list[LawFault] = []
    for id_, holders in places.items():
        files = {file.value["id"]: file for file, _ in holders}
        for file, number in holders if len(files) > 1 else []:
            other = next(each for each in files.values() if each.value["id"] != file.value["id"])
            said = f'The rule "{id_}" stands in {other.name} too.'
            found.append(file.fault(Fault(("rules", number, "id"), said, "give each rule an id of its own")))
    return found


def _instruments(places: list[tuple[Path, str]], names: Names, *, at_key: bool = False) -> Iterator[Fault]:
    for path, each in places:
        if each not in names.treaties and each not in names.broken:
            said = f'There is no instrument "{each}".{nearest(each, names.treaties)}'
            yield Fault(path, said, "one of: " + ", ".join(sorted(names.treaties)), at_key=at_key)


def _treaty(value: dict[str, Any], names: Names) -> Iterator[Fault]:
    if "supplements" in value:
        yield from _instruments([(("supplements",), value["supplements"])], names)
    yield from _instruments([(("replaces", n), each) for n, each in enumerate(value.get("replaces", []))], names)
    for key in ("carries_only", "carries_not"):
        for n, each in enumerate(value.get(key, [])):
            if each not in names.measures and each not in names.broken:
                yield unknown((key, n), each, "type of assistance", names.measures)
    if "parties" in value and value["parties"] not in {*names.parties, *names.broken}:
        yield unknown(("parties",), value["parties"], "list of parties", names.parties)
    for number, rule in enumerate(value["rules"]):
        at: Path = ("rules", number)
        if "demand" in rule and rule["demand"] not in names.demands:
            yield unknown((*at, "demand"), rule["demand"], "demand", names.demands)
            continue
        step = rule.get("step", "draft")
        if step != "draft" and step not in names.steps:
            yield unknown((*at, "step"), step, "step", ["draft", *names.steps])
            continue
        if "demand" in rule:
            yield from _with_demand(at, rule, merged(rule, names.demands))
        yield from _words(at, rule, names)
        for shape in _looked_at(merged(rule, names.demands), kinds_of(rule, value), value, names):
            for part in ("applies", "must"):
                if part in rule:
                    yield from fields_exist((*at, part), rule[part], shape)


def _with_demand(at: Path, rule: dict[str, Any], whole: dict[str, Any]) -> Iterator[Fault]:
    if "each" in whole and "over" in whole:
        yield Fault((*at, "over"), f"{rule['id']} looks at each and over at once.", "write the rule out")
    if "parameters" in rule:
        yield from check_sound(at, whole)


def _looked_at(rule: dict[str, Any], kinds: tuple[str, ...], treaty: Mapping[str, Any], names: Names) -> list[Shape]:
    """The shapes a rule's fragments look at, one for each kind of request it holds for."""
    step = rule.get("step", "draft")
    if step != "draft":
        return [Shape(names.steps[step]["fields"], SHAPES)]
    if "over" in rule:
        return [Shape(treaty.get("fields", {"properties": {}}), SHAPES)]
    drafts = [draft_shape(kind) for kind in kinds]
    if "each" not in rule:
        return drafts
    lists = [(shape, shape.schema["properties"].get(rule["each"])) for shape in drafts]
    return [shape.below(shape.below(found).schema.get("items", {})) for shape, found in lists if found is not None]


def _words(at: Path, rule: dict[str, Any], names: Names) -> Iterator[Fault]:
    """Words of the rule that words.yaml does not list."""
    used: list[tuple[Path, str, str]] = []
    if "topic" in rule:
        used.append((("topic",), "topics", rule["topic"]))
    used += [(("clocks", n, "anchor"), "anchors", clock["anchor"]) for n, clock in enumerate(rule.get("clocks", []))]
    for n, ground in enumerate(rule.get("grounds", [])):
        used.append((("grounds", n, "ground"), "grounds", ground["ground"]))
        if "cured_by" in ground:
            used.append((("grounds", n, "cured_by"), "assurances", ground["cured_by"]))
        for place, purpose in enumerate(ground.get("purposes", [])):
            if purpose not in names.measures and purpose not in PURPOSES and purpose not in names.broken:
                path = (*at, "grounds", n, "purposes", place)
                yield unknown(path, purpose, "type of assistance", [*PURPOSES, *names.measures])
    consult = rule.get("consult", {})
    used += [(("consult", "grounds", n), "grounds", each) for n, each in enumerate(consult.get("grounds", []))]
    if "assurance" in rule:
        used.append((("assurance", "kind"), "assurances", rule["assurance"]["kind"]))
    for path, list_, word in used:
        if word not in names.words.get(list_, {}):
            yield unknown((*at, *path), word, f"word of {list_}", names.words.get(list_, {}))


def _demands(value: dict[str, Any], names: Names) -> Iterator[Fault]:
    """A demand's fields are those of a request for mutual assistance, or of extradition where that has them."""
    for name, demand in value.items():
        if "topic" in demand and demand["topic"] not in names.words.get("topics", {}):
            yield unknown((name, "topic"), demand["topic"], "word of topics", names.words.get("topics", {}))
        if "over" in demand:
            continue
        by_kind = [
            [
                fault
                for shape in _looked_at(demand, (kind,), {}, names)
                for part in ("applies", "must")
                if part in demand
                for fault in fields_exist((name, part), demand[part], shape)
            ]
            for kind in BOTH_KINDS
        ]
        if all(by_kind):
            yield from by_kind[0]
