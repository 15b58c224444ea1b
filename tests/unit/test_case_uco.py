"""The custody of a case as CASE/UCO: the public validator accepts it, and it says what the ledger says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from rogatory.custody.case_uco import ACTION, RECORD, custody_graph, disagreements
from rogatory.custody.ledger import parse_line
from rogatory.custody.tree import leaf_hash
from schemas.items import AcceptItem, CopyItem, DestroyItem, OfferItem, OpenItem
from tests.properties.ledger_steps import digest
from tests.properties.shelf_steps import COPY, DISK, Shelf

VALIDATOR = Path(sys.executable).with_name("case_validate")


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """A record with files and a thing, its copy, and hands that changed."""
    shelf = Shelf(tmp_path_factory.mktemp("shelf"))
    shelf.submit()
    shelf.enter(note="Marek Zyxwanda's own disk")
    shelf.step(OfferItem, to="prosecutor", transport="courier", tracking="XV 90-113")
    shelf.step(AcceptItem, by="prosecutor", place="Office 4")
    shelf.step(OpenItem, by="prosecutor", seal_after=None)
    shelf.step(CopyItem, by="prosecutor", copy_item=COPY, kind="image", digest=digest("c"), size=9, tool="dd 9.1")
    shelf.step(OfferItem, by="prosecutor", to="custodian")
    shelf.step(AcceptItem)
    shelf.step(DestroyItem, order=digest("d"), method="shredded", witnessed_by="prosecutor")
    return list(shelf.ledger.lines(shelf.reference))


@pytest.fixture(scope="module")
def graph(lines: list[str]) -> bytes:
    made = custody_graph("XV-2026-0001", lines)
    assert made
    return made


@pytest.mark.skipif(not VALIDATOR.exists(), reason="needs case-utils")
def test_the_public_validator_has_nothing_to_say(graph: bytes, tmp_path: Path) -> None:
    path = tmp_path / "case.jsonld"
    path.write_bytes(graph)
    done = subprocess.run([str(VALIDATOR), str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warn" not in done.stdout + done.stderr
    wrong = graph.replace(b'"SHA256"', b'{"@type": "xsd:integer", "@value": 1}')
    path.write_bytes(wrong)  # the judge judges
    assert subprocess.run([str(VALIDATOR), str(path)], capture_output=True, check=False).returncode != 0


def test_each_item_and_each_of_its_lines_is_there_once(graph: bytes, lines: list[str]) -> None:
    nodes = json.loads(graph)["@graph"]
    assert sorted(n["case-investigation:exhibitNumber"] for n in nodes if n["@type"] == RECORD) == sorted([DISK, COPY])
    acts = [entry for entry in map(parse_line, lines) if entry.chain == "XV-2026-0001" and "item" in entry.facts]
    told = [node["uco-core:description"] for node in nodes if node["@type"] == ACTION]
    assert len(told) == len(acts) == 8
    for entry, words in zip(acts, told, strict=True):
        assert leaf_hash(entry.line).hex() in words
    assert disagreements(graph, "XV-2026-0001", lines) == []


def test_withheld_words_are_not_in_it(graph: bytes) -> None:
    assert b"Zyxwanda" not in graph
    assert b"Office 4" not in graph


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda nodes: nodes.pop(), "0 action"),
        (lambda nodes: nodes.append(nodes[-1]), "2 action"),
        (lambda nodes: nodes.append({"@type": RECORD, "case-investigation:exhibitNumber": "XV-2026-0001-E99"}), "E99"),
    ],
)
def test_a_graph_that_says_otherwise_is_found_out(graph: bytes, lines: list[str], change, said: str) -> None:  # type: ignore[no-untyped-def]
    document = json.loads(graph)
    change(document["@graph"])
    faults = disagreements(json.dumps(document).encode(), "XV-2026-0001", lines)
    assert len(faults) == 1
    assert said in faults[0]


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"@graph": 1}', b"[" * 100_000, b"\xff"])
def test_what_is_no_graph_is_said_to_be_none(lines: list[str], content: bytes) -> None:
    assert disagreements(content, "XV-2026-0001", lines) == ["it is no JSON-LD with a graph"]


def test_a_case_without_items_has_no_graph(lines: list[str]) -> None:
    opened = [line for line in lines if "item" not in parse_line(line).facts]
    assert custody_graph("XV-2026-0001", opened) is None
