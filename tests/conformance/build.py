"""Builds the corpus: `python -m tests.conformance.build`. It is frozen: built anew only when the format changes.

`corpus.tar.xz` holds one folder for each record or package, good or bad, and `anchors/`; `index.json` says of each what
a verifier must find. Any verifier may be tested with it: verify FOLDER/NAME with anchors XV.json, XN.json.
"""

import base64
import io
import json
import random
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from rogatory.adapters.note_keys import FileNoteSigner
from rogatory.adapters.officials import revoke, signer_for
from rogatory.custody.directory import sign_change
from rogatory.custody.dsse import GROUP_ORDER, canonical, sign_envelope
from rogatory.custody.ledger import ENTRY, parse_line
from rogatory.custody.note import LOG, read_checkpoint, sign_checkpoint
from tests.conformance.build_acts import acts
from tests.conformance.build_packages import packages
from tests.conformance.build_passkeys import passkeys
from tests.conformance.forger import Corpus, Files, Forger, altered, files_of, flipped, lines_of, with_lines
from tests.contracts.test_witness import Pair
from tests.properties.ledger_steps import START, Bench

HERE = Path(__file__).parent


def goods(corpus: Corpus, pair: Pair) -> Files:
    bench = pair.bench
    bench.submitted_and_under_review()
    review = bench.task("review")
    for official in ("reviewer-1", "reviewer-2", "signatory"):
        bench.act(review, bench.decision(official))
    open_case = files_of(bench.ledger.record(bench.reference))
    corpus.add("bad-open-case", open_case, "complete", "the case is open: more may follow")
    bench.fact("closed", "request-closed", result="not-transmitted")
    plain = files_of(bench.ledger.record(bench.reference))
    corpus.add("good-not-cosigned", plain, None, "sound; completeness is the word of its own service")
    corpus.add("good-without-tree", with_lines(plain, lines_of(plain)), None, "a record of before there was a tree")
    pair.cosign()
    base = files_of(bench.ledger.record(bench.reference))
    corpus.add("good-cosigned", base, None, "the other state cosigned a head with the last line", cosigned=True)
    lines = lines_of(base)
    directory = [line for line in lines if parse_line(line).chain == "directory"]
    case = [line for line in lines if parse_line(line).chain != "directory"]
    corpus.add(
        "good-directory-last", with_lines(base, [*case, *directory]), None, "chains may be told in any interleaving"
    )
    revoke(bench.home, "custodian", now=bench.now)
    later = files_of(bench.ledger.record(bench.reference))
    corpus.add("good-revoked-later", later, None, "who was revoked later was entitled at their place")
    bench.reference = "XV-2026-0002"
    bench.submit()
    bench.fact("shut", "request-closed", result="not-transmitted")
    corpus.add(
        "good-second-case", files_of(bench.ledger.record(bench.reference)), None, "one case out of a larger tree"
    )
    pair.cosign()
    corpus.add(
        "good-second-cosigned", files_of(bench.ledger.record(bench.reference)), None, "and cosigned", cosigned=True
    )
    return base


def forms(corpus: Corpus, base: Files) -> None:
    """One line in another form, or lines missing, doubled and moved."""
    lines, chance = lines_of(base), random.Random(4)
    case = next(n for n, line in enumerate(lines) if parse_line(line).chain != "directory")

    def one(name: str, place: int, line: str, why: str, denies: str = "intact") -> None:
        corpus.add(name, with_lines(base, [*lines[:place], line, *lines[place + 1 :]]), denies, why)

    for number in range(8):
        content = base["ledger.jsonl"].rstrip(b"\n")
        place = chance.randrange(len(content))
        spoilt = with_lines(base, [""]) | {"ledger.jsonl": flipped(content, place, chance.randrange(7)) + b"\n"}
        corpus.add(f"bad-bit-{number + 1}", spoilt, "intact", f"bit flipped in byte {place}")
    last = len(lines) - 1
    outer = json.loads(lines[last])
    one("bad-json-space", last, lines[last].replace(":", ": ", 1), "JSON is not canonical")
    one("bad-json-order", last, json.dumps(dict(reversed(outer.items())), separators=(",", ":")), "keys are not sorted")
    one("bad-key-twice", last, lines[last].replace("{", '{"payloadType":"x",', 1), "a key is given twice")
    one(
        "bad-base64",
        last,
        lines[last].replace(outer["payload"], outer["payload"] + "===="),
        "base64 is not in its one form",
    )
    one("bad-payload-type", last, lines[last].replace("entry+json", "head+json"), "an entry under another type")
    one("bad-unsigned", last, canonical(outer | {"signatures": []}).decode(), "no signature")
    one("bad-extra-field", last, canonical(outer | {"more": 1}).decode(), "the envelope has another field")
    one("bad-not-json", last, "[", "no JSON")
    signature = bytearray(base64.b64decode(outer["signatures"][0]["sig"]))
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

    r, s = decode_dss_signature(bytes(signature))
    high = base64.b64encode(encode_dss_signature(r, GROUP_ORDER - s)).decode()
    twin = canonical(outer | {"signatures": [outer["signatures"][0] | {"sig": high}]}).decode()
    one("bad-high-s", last, twin, "the other of the two valid ECDSA signatures", "complete")
    one(
        "bad-facts",
        case,
        altered(lines[case], lambda it: it["facts"].update(person="xv-person-9")),
        "content changed",
        "signed",
    )
    one(
        "bad-time",
        case,
        altered(lines[case], lambda it: it.update(at="2026-03-02T09:00:01Z")),
        "time changed",
        "signed",
    )
    one("bad-empty-line", case, "", "an empty line")
    moved = [*lines[: last - 1], lines[last], lines[last - 1]]
    for name, made, why in (
        ("dropped", [*lines[:case], *lines[case + 1 :]], "the first line of the case is missing"),
        ("dropped-inside", [*lines[: case + 2], *lines[case + 3 :]], "a line inside is missing"),
        ("dropped-directory", [*lines[:2], *lines[3:]], "a line of the directory is missing"),
        ("swapped", moved, "two lines are swapped"),
        ("doubled", [*lines[: case + 1], *lines[case:]], "a line stands there twice"),
        ("reversed", lines[::-1], "the lines are reversed"),
    ):
        corpus.add(f"bad-{name}", with_lines(base, made), "intact", why)
    corpus.add("bad-cut-tail", with_lines(base, lines[:-1]), "complete", "the last line is cut; the head tells")
    headless = {name: content for name, content in with_lines(base, lines[:-1]).items() if name != "head.json"}
    corpus.add("bad-cut-tail-no-head", headless, "complete", "completeness not proven: no head was given")
    no_head = {name: content for name, content in with_lines(base, lines).items() if name != "head.json"}
    corpus.add("bad-no-head", no_head, "complete", "completeness not proven: no head was given")
    corpus.add("bad-no-directory", with_lines(base, lines[case:]), "intact", "nobody's key is known")


def forgeries(corpus: Corpus, pair: Pair, base: Files) -> None:
    """What one could do who holds the service's key, or an official's."""
    forger = Forger(pair.bench.home, base)
    reviewer = signer_for(pair.bench.home, "reviewer-1")
    lines = lines_of(base)
    decide = parse_line(lines[forger.place("decide")])
    for name, change, denies, why in (
        ("verdict", {"facts": decide.facts | {"verdict": "return"}}, "signed", "an act says what nobody signed"),
        (
            "person",
            {"facts": decide.facts | {"person": "xv-person-9"}},
            "signed",
            "the act of one person told of another",
        ),
        ("by", {"facts": decide.facts | {"by": "reviewer-2"}}, "signed", "the act of one official told of another"),
        ("task", {"id": decide.entry_id.replace("review-1", "review-2")}, "signed", "an act moved to another task"),
        ("unknown", {"facts": decide.facts | {"by": "nobody"}}, "trusted", "an official the directory does not know"),
        ("mark", {"directory": {"size": 99, "head": "0" * 64}}, "intact", "rests on a directory that never was"),
        ("mark-head", {"directory": {"size": 3, "head": "a" * 64}}, "intact", "rests on another directory"),
        ("seq", {"seq": 99}, "intact", "the sequence jumps"),
    ):
        corpus.add(f"bad-forged-{name}", forger.forge("decide", **change), denies, why)
    corpus.add("bad-forged-time", forger.forge("assessed", at="2026-03-01T00:00:00Z"), "intact", "time goes back")
    signed = forger.forge("assessed", signer=reviewer)
    corpus.add("bad-line-by-official", signed, "signed", "a line signed by an official, not by the service")
    repeat = forger.forge("document-made", id=parse_line(lines[forger.place("assessed")]).entry_id)
    corpus.add("bad-id-twice", repeat, "intact", "an id is repeated")
    last = lines_of(base)
    for name, changes, why in (
        ("size", {"size": 99}, "a head of more lines than there are"),
        ("chain", {"chain": "XV-2026-0009"}, "the head of another case"),
        ("digest", {"head": "b" * 64}, "a head with another last line"),
        ("mark", {"directory": {"size": 99, "head": "c" * 64}}, "the head rests on another directory"),
    ):
        made = with_lines(base, last) | {"head.json": forger.head(last, **changes)}
        corpus.add(f"bad-head-{name}", made, "complete", why)
    stranger = with_lines(base, last) | {"head.json": forger.head(last, reviewer)}
    corpus.add("bad-head-by-official", stranger, "complete", "a head the service did not sign")
    for name, registrars, why in (
        ("one-registrar", ["registrar-1"], "one of two registrars signed the change"),
        ("no-registrar", ["reviewer-1", "reviewer-2"], "officials who are no registrars signed the change"),
    ):
        third = parse_line(lines[2])
        signers = [signer_for(pair.bench.home, each) for each in registrars]
        command = third.entry_id.removeprefix("directory/")
        act = sign_change(third.event, third.facts, command, START, signers)
        made = forger.forge(third.event, act=json.loads(act))  # the first change, which the forger puts in its place
        del made
        corpus.add(f"bad-directory-{name}", _directory(forger, lines, 2, act), "trusted", why)
    other = dict(parse_line(lines[2]).facts)
    record = dict(other["official"]) if isinstance(other["official"], dict) else {}
    facts: JsonValue = {"official": record | {"roles": ["signatory"]}}
    corpus.add("bad-directory-facts", _directory(forger, lines, 2, None, facts=facts), "trusted", "a role nobody gave")


def _directory(forger: Forger, lines: list[str], place: int, act: str | None, **changes: JsonValue) -> Files:
    """The directory with one line changed, all chained anew; the case's lines keep their marks, which fit no more."""
    made, prev = list(lines), parse_line(lines[place]).prev
    for number in range(place, len(lines)):
        entry = parse_line(lines[number])
        if entry.chain == "directory":
            payload = dict(entry.opened.payload) | {"prev": prev}
            if number == place:
                payload |= changes | ({"act": json.loads(act)} if act else {})
            made[number] = sign_envelope(ENTRY, payload, [forger.service])
            prev = parse_line(made[number]).digest
    return with_lines(forger.files, made)


def trees(corpus: Corpus, pair: Pair, base: Files) -> None:
    note, proofs = base["checkpoint.txt"].decode(), json.loads(base["proofs.json"])
    checkpoint, log = read_checkpoint(note), FileNoteSigner(pair.bench.home, LOG)

    def tree(name: str, denies: str | None, why: str, *, text: str = note, proof: Any = None) -> None:
        made = base | {"checkpoint.txt": text.encode(), "proofs.json": canonical(proof or proofs) + b"\n"}
        corpus.add(f"bad-tree-{name}", made, denies, why)

    def leaf(number: int, **change: Any) -> Any:
        leaves = [one | change if place == number else one for place, one in enumerate(proofs["leaves"])]
        return proofs | {"leaves": leaves}

    tree("root", "intact", "another root, signed by the log", text=sign_checkpoint(checkpoint.size, b"\x05" * 32, log))
    tree(
        "size",
        "complete",
        "head and checkpoint of two sizes",
        text=sign_checkpoint(checkpoint.size + 1, checkpoint.root, log),
    )
    stranger = FileNoteSigner(pair.bench.home.parent / "xn", LOG)
    tree(
        "log",
        "signed",
        "the checkpoint of another log",
        text=sign_checkpoint(checkpoint.size, checkpoint.root, stranger),
    )
    body, _, signatures = note.partition("\n\n")
    rows = signatures.splitlines()
    broken = (
        rows[0].rsplit(" ", 1)[0]
        + " "
        + base64.b64encode(base64.b64decode(rows[0].split(" ")[2])[:4] + b"\0" * 64).decode()
    )
    tree(
        "log-signature",
        "signed",
        "the log's signature is forged",
        text="\n\n".join((body, "\n".join([broken, *rows[1:]]) + "\n")),
    )
    raw = base64.b64decode(rows[1].split(" ")[2])
    late = rows[1].rsplit(" ", 1)[0] + " " + base64.b64encode(flipped(raw, 11)).decode()
    tree("cosignature-time", "intact", "the time of the cosignature was changed", text=f"{body}\n\n{rows[0]}\n{late}\n")
    false = rows[1].rsplit(" ", 1)[0] + " " + base64.b64encode(flipped(raw, 40)).decode()
    tree("cosignature", "intact", "the cosignature is forged", text=f"{body}\n\n{rows[0]}\n{false}\n")
    path = proofs["leaves"][4]["path"]
    tree(
        "path",
        "intact",
        "a hash of a path was changed",
        proof=leaf(4, path=[base64.b64encode(b"\1" * 32).decode(), *path[1:]]),
    )
    tree("path-short", "intact", "a path lacks a hash", proof=leaf(4, path=path[1:]))
    tree("path-long", "intact", "a path has a hash too many", proof=leaf(4, path=[*path, path[0]]))
    tree("index", "intact", "a line at another place", proof=leaf(4, index=proofs["leaves"][4]["index"] + 1))
    tree("leaves", "intact", "a line without a proof", proof=proofs | {"leaves": proofs["leaves"][:-1]})
    tree("malformed", "intact", "no checkpoint at all", text="checkpoint\n")
    changed = lines_of(base)
    made = with_lines(base, [*changed[:-1], altered(changed[-1], lambda it: it.update(id="x"))], tree=True)
    corpus.add("bad-tree-line", made, "intact", "a line that is not the one in the tree")


def build(folder: Path) -> Corpus:
    corpus, pair = Corpus(), Pair(folder)
    base = goods(corpus, pair)
    forms(corpus, base)
    forgeries(corpus, pair, base)
    trees(corpus, pair, base)
    packages(corpus, Pair(folder / "sent"))
    acts(corpus, pair, folder)
    passkeys(corpus, Bench(folder / "passkeys"))
    anchors = {f"{one.state}.json": f"{one.model_dump_json(indent=1)}\n".encode() for one in (pair.ours, pair.theirs)}
    corpus.records["anchors"] = anchors
    return corpus


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    corpus = build(folder)
    with tarfile.open(HERE / "corpus.tar.xz", "w:xz", preset=9) as archive:
        for name, files in sorted(corpus.records.items()):
            for file, content in sorted(files.items()):
                entry = tarfile.TarInfo(f"{name}/{file}")
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))
    (HERE / "index.json").write_text(json.dumps(corpus.index, indent=1, sort_keys=True) + "\n")
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
