"""The custody of a case's items as a graph of CASE and UCO, for the tools of other laboratories (JSON-LD).

    signed act on items        case-investigation:InvestigativeAction; begins when its signer says it was signed, ends
                               when the ledger took it in
    item                       uco-observable:ObservableObject with its SHA-256, or uco-core:Item for a thing
    its coming on record       case-investigation:ProvenanceRecord with the item's number as exhibit number
    official, authority        uco-identity:Identity, by the name of office the ledger has

Each action and each provenance record names its line by the hash of its leaf in the ledger's tree: the graph is a copy
to read, and the ledger is the record. What is withheld in the ledger is not in the graph. Written for CASE 1.4 and 1.5.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from uuid import NAMESPACE_URL, uuid5

from pydantic import JsonValue

from rogatory.custody.instants import instant
from rogatory.custody.ledger import Entry, parse_line
from rogatory.custody.statement import read_statement
from rogatory.custody.tree import leaf_hash
from schemas.identifiers import hex_of

Node = dict[str, JsonValue]
CONTEXT: Node = {
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
HELPED = ("to", "holder", "witnessed_by")
"""Facts of an act that name an official who takes part beside the one who signs."""
LEAF = re.compile(r"leaf ([0-9a-f]{64})\b")
ACTION, RECORD = "case-investigation:InvestigativeAction", "case-investigation:ProvenanceRecord"


@dataclass(frozen=True, slots=True)
class _Item:
    number: str
    leaf: str
    """Of the line that brought it on record, hex."""
    digest: str | None = None
    size: int | None = None
    parent: str | None = None


def custody_graph(reference: str, lines: Sequence[str]) -> bytes | None:
    """The graph as UTF-8 JSON with a line feed, the same for the same lines; None while no item is on record.

    Raises IntegrityError where a line is malformed; verifies nothing.
    """
    entries = list(_acts(reference, lines))
    items = {item.number: item for item in chain.from_iterable(map(_brought, entries))}
    if not items:
        return None
    actions = [(entry, _touched(entry, items)) for entry in entries]
    actions = [(entry, touched) for entry, touched in actions if touched]
    officials = sorted({name for entry, _ in actions for name in _people(entry)})
    nodes: list[JsonValue] = [
        {
            "@id": _id(reference, "case"),
            "@type": "case-investigation:Investigation",
            "uco-core:name": reference,
            "uco-core:object": _refs(reference, *(f"line {entry.seq}" for entry, _ in actions)),
        }
    ]
    nodes += [
        {"@id": _id(reference, f"official {name}"), "@type": "uco-identity:Identity", "uco-core:name": name}
        for name in officials
    ]
    nodes += chain.from_iterable(_item(reference, item) for item in items.values())
    nodes += [_action(reference, entry, touched) for entry, touched in actions]
    return (json.dumps({"@context": CONTEXT, "@graph": nodes}, indent=1, ensure_ascii=False) + "\n").encode()


def disagreements(graph: bytes, reference: str, lines: Sequence[str]) -> list[str]:
    """Where such a graph says otherwise than the record, in words; whatever else it holds is not judged.

    Each item must be an exhibit once, and each of its lines an action once, with none besides.
    """
    try:
        document = json.loads(graph)
        nodes = [node for node in document["@graph"] if isinstance(node, dict)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ["it is no JSON-LD with a graph"]
    entries = list(_acts(reference, lines))
    items = {item.number: item for item in chain.from_iterable(map(_brought, entries))}
    told = [str(node.get("case-investigation:exhibitNumber")) for node in nodes if node.get("@type") == RECORD]
    acts = [found[1] for node in nodes if node.get("@type") == ACTION for found in LEAF.finditer(_words(node))]
    leaves = [_leaf(entry) for entry in entries if _touched(entry, items)]
    return [
        *_compared("exhibit", told, sorted(items)),
        *_compared("action for the line with leaf", acts, leaves),
    ]


def _compared(what: str, told: list[str], known: list[str]) -> Iterator[str]:
    for name in dict.fromkeys([*known, *told]):
        if told.count(name) != known.count(name):
            yield f"{told.count(name)} {what} {name[:40]}, not {known.count(name)}"


def _acts(reference: str, lines: Sequence[str]) -> Iterator[Entry]:
    for entry in map(parse_line, lines):
        if entry.chain == reference and entry.act is not None:
            yield entry


def _brought(entry: Entry) -> Iterator[_Item]:
    """The items that come on record with a line."""
    facts, leaf = entry.facts, _leaf(entry)
    if entry.event == "receive":
        for item in _dicts(facts.get("items")):
            yield _Item(str(item.get("item")), leaf, _text(item, "digest"), _count(item, "size"))
    elif entry.event == "enter-item":
        yield _Item(str(facts.get("item")), leaf, parent=_text(facts, "parent"))
    elif entry.event == "copy-item":
        yield _Item(
            str(facts.get("copy_item")), leaf, _text(facts, "digest"), _count(facts, "size"), _text(facts, "item")
        )


def _touched(entry: Entry, items: Mapping[str, _Item]) -> list[str]:
    """The items a line speaks of, by number or, in a sign-off, by digest."""
    facts = entry.facts
    listed = facts.get("items")
    names = [facts.get("item"), facts.get("copy_item"), *(item.get("item") for item in _dicts(listed))]
    found = [name for name in names if isinstance(name, str) and name in items]
    if entry.event == "sign-off" and isinstance(listed, list):
        found += [item.number for item in items.values() if item.digest in listed]
    return list(dict.fromkeys(found))


def _people(entry: Entry) -> list[str]:
    return list(dict.fromkeys(name for field in ("by", *HELPED) if (name := _text(entry.facts, field))))


def _item(reference: str, item: _Item) -> Iterator[Node]:
    identity = _id(reference, f"item {item.number}")
    if item.digest is None:
        yield {"@id": identity, "@type": "uco-core:Item", "uco-core:name": item.number}
    else:
        facet: Node = {
            "@id": _id(reference, f"content {item.number}"),
            "@type": "uco-observable:ContentDataFacet",
            "uco-observable:hash": {
                "@id": _id(reference, f"hash {item.number}"),
                "@type": "uco-types:Hash",
                "uco-types:hashMethod": "SHA256",  # plain text: the typed vocabulary is deprecated since UCO 1.4
                "uco-types:hashValue": {"@type": "xsd:hexBinary", "@value": hex_of(item.digest)},
            },
        }
        if item.size is not None:
            facet["uco-observable:sizeInBytes"] = item.size
        yield {
            "@id": identity,
            "@type": "uco-observable:ObservableObject",
            "uco-core:name": item.number,
            "uco-core:hasFacet": facet,
        }
    yield {
        "@id": _id(reference, f"provenance {item.number}"),
        "@type": RECORD,
        "uco-core:description": f"Came on record by the line with leaf {item.leaf}.",
        "case-investigation:exhibitNumber": item.number,
        "case-investigation:rootExhibitNumber": item.parent or item.number,
        "uco-core:object": _refs(reference, f"item {item.number}"),
    }


def _action(reference: str, entry: Entry, touched: Sequence[str]) -> Node:
    by, *others = _people(entry)
    signed = read_statement(entry.act or "").at
    brought = [item.number for item in _brought(entry)]
    action: Node = {
        "@id": _id(reference, f"line {entry.seq}"),
        "@type": ACTION,
        "uco-core:name": entry.event,
        "uco-core:description": f"Line {entry.seq} of the record of {reference}, with leaf {_leaf(entry)}.",
        # a signer's clock may be ahead of ours: an action that ended before it began would be no action
        "uco-action:startTime": _time(instant(min(signed, entry.at))),
        "uco-action:endTime": _time(instant(entry.at)),
        "uco-action:performer": {"@id": _id(reference, f"official {by}")},
        "uco-action:object": _refs(reference, *(f"item {name}" for name in touched)),
    }
    if others:
        action["uco-action:participant"] = _refs(reference, *(f"official {name}" for name in others))
    if brought:
        action["uco-action:result"] = _refs(reference, *(f"provenance {name}" for name in brought))
    return action


def _leaf(entry: Entry) -> str:
    return leaf_hash(entry.line).hex()


def _time(at: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": at}


def _id(reference: str, what: str) -> str:
    """A name that is the same in each export of the case."""
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'urn:rogatory:{reference}:{what}')}"


def _refs(reference: str, *what: str) -> list[JsonValue]:
    return [{"@id": _id(reference, each)} for each in what]


def _words(node: Mapping[str, JsonValue]) -> str:
    return str(node.get("uco-core:description"))


def _dicts(value: JsonValue) -> list[Node]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(facts: Mapping[str, JsonValue], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) else None


def _count(facts: Mapping[str, JsonValue], name: str) -> int | None:
    value = facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
