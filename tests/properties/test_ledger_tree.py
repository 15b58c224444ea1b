"""The Merkle tree and its checkpoints, against vectors that others published, and over a real ledger."""

import base64
import random
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from rogatory.adapters.database import reading, write
from rogatory.adapters.heads import open_heads
from rogatory.adapters.ledger_tree import measured, nodes_of, tree_size
from rogatory.adapters.tables import LEDGER, TREE
from rogatory.custody.note import LOG, WITNESS, NoteKey, check_log, cosigned_at, read_checkpoint, read_key
from rogatory.custody.proofs import judge_proofs, read_proofs, write_proofs
from rogatory.custody.tree import (
    EMPTY,
    Frontier,
    Nodes,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_of,
)
from rogatory.errors import IntegrityError
from tests.properties.ledger_steps import Bench, template

# The inputs and roots of the reference implementation of certificate transparency (RFC 6962).
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# The example of golang.org/x/mod/sumdb/note, which C2SP signed-note describes.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


def nodes_over(leaves: list[bytes]) -> Nodes:
    @cache
    def node(level: int, number: int) -> bytes:
        return leaves[number] if level == 0 else node_hash(node(level - 1, 2 * number), node(level - 1, 2 * number + 1))

    return node


def test_roots_are_those_of_rfc_6962() -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(each)).digest() for each in INPUTS]
    growing = Frontier()
    assert growing.root == EMPTY
    for size, leaf in enumerate(leaves, 1):
        growing.append(leaf)
        assert growing.root.hex() == ROOTS[size - 1] == root_of(size, nodes_over(leaves)).hex()


def test_every_proof_holds_and_no_other_place_size_or_root_does() -> None:
    leaves = [leaf_hash(str(number)) for number in range(33)]
    nodes = nodes_over(leaves)
    for size in range(1, 34):
        root = root_of(size, nodes)
        for index in range(size):
            path = inclusion_path(index, size, nodes)
            check_inclusion(leaves[index], index, size, path, root)
            for wrong in (
                (leaves[index - 1] if size > 1 else EMPTY, index, size, path, root),
                (leaves[index], size, size, path, root),
                (leaves[index], index, size, [*path, EMPTY], root),
                (leaves[index], index, size, path, EMPTY),
            ):
                with pytest.raises(IntegrityError):
                    check_inclusion(*wrong)
        for old in range(size + 1):
            proof = consistency_path(old, size, nodes)
            check_consistency(old, root_of(old, nodes), size, root, proof)
            for spoilt in (
                (old, leaves[0][::-1], size, root, proof),
                (old, root_of(old, nodes), size, root, [*proof, EMPTY]),
            ):
                with pytest.raises(IntegrityError):
                    check_consistency(*spoilt)
            if 0 < old < size:
                with pytest.raises(IntegrityError):
                    check_consistency(old, root_of(old, nodes), size, leaves[0], proof)
                with pytest.raises(IntegrityError):
                    check_consistency(old, root_of(old, nodes), size, root, [])
    with pytest.raises(IntegrityError):
        check_consistency(5, EMPTY, 4, EMPTY, [])


def test_verifier_keys_are_those_of_signed_note() -> None:
    key = read_key(GO_KEY, LOG)
    assert (key.name, key.keyid.hex(), key.text) == ("PeterNeumann", "c74f20a3", GO_KEY)
    for wrong in (GO_KEY.replace("c74f", "c74e"), GO_KEY[:-1], "PeterNeumann", "", GO_KEY.replace("Peter", "Pe ter")):
        with pytest.raises(IntegrityError):
            read_key(wrong, LOG)
    with pytest.raises(IntegrityError):
        read_key(GO_KEY, WITNESS)


def test_the_form_of_a_checkpoint_is_that_of_c2sp() -> None:
    """The example of C2SP tlog-cosignature, read and written again."""
    note = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa "
        "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 "
        "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    read = read_checkpoint(note)
    assert (read.origin, read.size, read.text) == ("example.com/behind-the-sofa", 20852163, note)
    assert [len(one.value) for one in read.signatures] == [64, 72]
    for wrong in (note[:-1], note.replace("\n\n", "\n"), note.replace("2085", "02085"), note.replace("— ", "- "), ""):
        with pytest.raises(IntegrityError):
            read_checkpoint(wrong)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    made = Bench(tmp_path_factory.mktemp("tree"))
    made.completed()
    return made


def test_the_tree_in_the_database_is_that_of_its_lines(bench: Bench) -> None:
    with reading(bench.engine) as connection:
        frontier, roots = measured(connection, {3})
        size = tree_size(connection)
        assert size == frontier.size > 30
        assert root_of(size, nodes_of(connection)) == frontier.root
        assert root_of(3, nodes_of(connection)) == roots[3]
        lines = list(connection.execute(select(LEDGER.c.line).order_by(LEDGER.c.position)).scalars())
    assert Frontier(map(leaf_hash, lines)).root == frontier.root


def test_a_ledger_from_before_the_tree_gets_it_by_migration(bench: Bench, tmp_path: Path) -> None:
    from rogatory.adapters.database import open_database

    shutil.copytree(bench.home, tmp_path / "home")
    place = tmp_path / "home" / "ledger.sqlite"
    engine = open_database(place)
    with reading(engine) as connection:
        before = {(row.level, row.number): (row.hash, row.position) for row in connection.execute(select(TREE))}
    later = ("tree", "checkpoints", "witnessed", "exhibits", "duties", "assigned", "correspondence")
    drops = [f"drop table {name}" for name in later]
    for order in (*drops, "update alembic_version set version_num = 'r0003'"):
        write(engine, lambda connection, order=order: connection.execute(text(order)))  # type: ignore[misc]
    engine.dispose()
    with reading(open_database(place)) as connection:
        after = {(row.level, row.number): (row.hash, row.position) for row in connection.execute(select(TREE))}
    assert after == before


def test_a_record_carries_its_checkpoint_and_proofs(bench: Bench) -> None:
    record, anchors = bench.ledger.record(bench.reference), bench.ledger.anchors
    assert record.checkpoint
    assert record.proofs
    assert anchors.log_key
    check_log(read_checkpoint(record.checkpoint), read_key(anchors.log_key, LOG))
    found = judge_proofs(record.lines, record.checkpoint, record.proofs, anchors, [anchors])
    assert (found.intact, found.signed, found.cosigned) == (True, True, False)
    assert found.completeness.startswith("completeness not proven")
    assert write_proofs(read_proofs(record.proofs)) == record.proofs


def test_a_line_that_is_not_in_the_tree_has_no_place(bench: Bench) -> None:
    record, anchors = bench.ledger.record(bench.reference), bench.ledger.anchors
    assert record.checkpoint
    assert record.proofs
    chance = random.Random(11)
    for _ in range(40):
        lines = list(record.lines)
        place = chance.randrange(len(lines))
        lines[place] = lines[place].replace("payload", "payloae", 1)
        assert not judge_proofs(lines, record.checkpoint, record.proofs, anchors, []).intact
    swapped = [*record.lines[1:], record.lines[0]]
    assert not judge_proofs(swapped, record.checkpoint, record.proofs, anchors, []).intact
    assert not judge_proofs(record.lines[:-1], record.checkpoint, record.proofs, anchors, []).intact


def test_another_log_signs_no_checkpoint_of_ours(bench: Bench) -> None:
    record, anchors = bench.ledger.record(bench.reference), bench.ledger.anchors
    assert record.checkpoint
    assert record.proofs
    stranger = NoteKey("rogatory/xn/00000000", LOG, b"\x01" * 32).text
    for key in (None, stranger):
        other = anchors.model_copy(update={"log_key": key})
        found = judge_proofs(record.lines, record.checkpoint, record.proofs, other, [])
        assert (found.intact, found.signed) == (True, False)
    raw = base64.b64encode(b"\x00" * 68).decode()
    forged = record.checkpoint.rsplit(" ", 1)[0] + f" {raw}\n"
    assert not judge_proofs(record.lines, forged, record.proofs, anchors, []).signed


def test_nobody_cosigned_what_carries_no_cosignature(bench: Bench) -> None:
    record = bench.ledger.record(bench.reference)
    assert record.checkpoint
    key = open_heads(template() / "xn", bench.engine)
    assert key is not None
    assert (
        cosigned_at(read_checkpoint(record.checkpoint), NoteKey("rogatory/xn/witness/1", WITNESS, b"\x02" * 32)) is None
    )


def test_threat_12_a_database_put_back_to_yesterday_is_noticed(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    bench.engine.dispose()
    shutil.copyfile(bench.home / "ledger.sqlite", tmp_path / "yesterday")
    again = Bench.__new__(Bench)
    again.__dict__.update(bench.__dict__)
    bench.fact("assessed-1", "assessed", assessment="x")
    heads = bench.ledger.heads
    assert heads is not None
    heads.issue()
    heads.check_continues()
    assert heads.faults() == []
    bench.engine.dispose()
    for ending in ("-wal", "-shm"):
        (bench.home / f"ledger.sqlite{ending}").unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "yesterday", bench.home / "ledger.sqlite")
    with pytest.raises(IntegrityError, match="does not continue"):
        heads.check_continues()
    assert any("kept apart" in fault for fault in heads.faults())
    again.fact("assessed-1", "assessed", assessment="y")  # and another history is written after it
    with pytest.raises(IntegrityError, match="does not continue"):
        heads.check_continues()


def test_a_line_edited_in_the_database_contradicts_the_tree(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    bench.submit()
    heads = bench.ledger.heads
    assert heads is not None
    heads.issue()
    write(bench.engine, lambda it: it.execute(text("update ledger set line = line || ' ' where position = 3")))
    assert len(heads.faults()) == 3  # the tree, the head kept apart, the head kept in the database
    write(bench.engine, lambda it: it.execute(insert(TREE).values(level=9, number=0, hash="0" * 64)))
    assert heads.faults()
