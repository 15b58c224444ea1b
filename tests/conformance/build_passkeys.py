"""Records of acts that passkeys signed, well and otherwise."""

import json
from collections.abc import Callable
from typing import Any

from pydantic import JsonValue

from rogatory.adapters.officials import signer_for
from rogatory.adapters.passkeys import enter_offered, offer, remove
from rogatory.custody.directory import PASSKEY, sign_change, sign_joining
from rogatory.custody.dsse import parse_canonical
from rogatory.custody.ledger import DIRECTORY, ZERO, Entry
from rogatory.custody.passkey import EXTENDED, PRESENT, VERIFIED
from rogatory.custody.statement import sign_command
from rogatory.ports import Asserting, Signer
from tests.conformance.build_acts import entries
from tests.conformance.forger import Corpus, Files, Forger, files_of, lines_of
from tests.contracts.software_passkey import AsKey, SoftwarePasskey
from tests.properties.ledger_steps import Bench

FALSE: dict[str, tuple[Callable[[SoftwarePasskey], None], str]] = {
    "another-site": (lambda one: one.client.update(origin="https://evil.example"), "asked by another site"),
    "in-clear": (
        lambda one: one.client.update(origin="http://inbox.example"),
        "asked by a page that anybody may write",
    ),
    "framed": (lambda one: one.client.update(crossOrigin=True), "asked in another site's frame"),
    "creation": (lambda one: one.client.update(type="webauthn.create"), "the answer to another question"),
    "other-words": (lambda one: one.client.update(challenge="AAAA"), "it signed something else"),
    "other-party": (lambda one: setattr(one, "rp_of_data", "evil.example"), "for another relying party"),
    "absent": (lambda one: setattr(one, "flags", VERIFIED), "nobody was present"),
    "unverified": (lambda one: setattr(one, "flags", PRESENT), "nobody verified who was present"),
    "longer": (lambda one: setattr(one, "more", b"\0"), "more data than its flags announce"),
    "shorter": (lambda one: setattr(one, "flags", PRESENT | VERIFIED | EXTENDED), "less data than its flags announce"),
}


def passkeys(corpus: Corpus, bench: Bench) -> None:
    """One approval by passkey, which is taken away later; the same approval with what must not count."""
    own = SoftwarePasskey()
    official = bench.ledger.officials()["reviewer-1"]
    offer(bench.home, official, own.record, signer_for(bench.home, "reviewer-1"), own)
    review = bench.submitted_and_under_review()
    before = bench.ledger.directory().mark
    enter_offered(bench.home, "reviewer-1", now=bench.now)
    own.flags, own.more, own.counter = own.flags | EXTENDED, b"\xa0", 7
    command = bench.decision("reviewer-1")

    def statement(signer: Signer | Asserting) -> JsonValue:
        made = sign_command(command, reference=bench.reference, task=review, signer=signer, at=bench.now)
        return parse_canonical(made.statement.encode())

    good = sign_command(command, reference=bench.reference, task=review, signer=own, at=bench.now)
    bench.ledger.append_act(review, bench.reference, good, bench.now)
    remove(bench.home, "reviewer-1", now=bench.now)
    after = bench.ledger.directory().mark
    bench.fact("shut", "request-closed", result="not-transmitted")
    files = files_of(bench.ledger.record(bench.reference))
    corpus.add("good-passkey", files, None, "an act by passkey; it was taken away later")
    forger = Forger(bench.home, files)

    def bad(name: str, made: Files, why: str, denies: str = "signed") -> None:
        corpus.add(f"bad-passkey-{name}", made, denies, why, check="signed acts")

    own.flags, own.more = PRESENT | VERIFIED, b""
    for name, (spoil, why) in FALSE.items():
        false = own.like()
        spoil(false)
        bad(name, forger.forge("decide", act=statement(false)), why)
    bad("bare", forger.forge("decide", act=statement(AsKey(own))), "its key signed as an official's key does")
    bad("unknown", forger.forge("decide", act=statement(SoftwarePasskey())), "a passkey nobody entered")
    dressed: dict[str, Any] = json.loads(json.dumps(statement(signer_for(bench.home, "reviewer-1"))))
    told: dict[str, Any] = json.loads(json.dumps(statement(own)))
    dressed["signatures"][0]["webauthn"] = told["signatures"][0]["webauthn"]
    bad("dressed", forger.forge("decide", act=dressed), "an official's key, dressed as a passkey")
    early = forger.forge("decide", directory={"size": before.size, "head": before.head})
    bad("not-yet", early, "judged before it was entered")
    late = forger.forge("decide", directory={"size": after.size, "head": after.head})
    bad("taken-away", late, "judged after it was taken away")
    joinings(corpus, bench, files, own)


def joinings(corpus: Corpus, bench: Bench, files: Files, own: SoftwarePasskey) -> None:
    """Changes of the directory that registrars should not have signed."""
    forger, line = Forger(bench.home, files), _joined(files)
    registrars = [signer_for(bench.home, f"registrar-{number}") for number in (1, 2)]
    official, command = bench.ledger.officials()["reviewer-1"], line.entry_id.partition("/")[2]
    other = signer_for(bench.home, "reviewer-2")

    def joined(words: str | None) -> Files:
        facts: dict[str, JsonValue] = {"official": line.facts["official"]}
        facts |= {"possession": parse_canonical(words.encode())} if words else {}
        act = parse_canonical(sign_change(PASSKEY, facts, command, line.at, registrars).encode())
        return _resting(bench, forger.forge(PASSKEY, facts=facts, act=act))

    for name, words, why in (
        ("no-word", None, "neither its holder's key nor the passkey says whose it is"),
        ("others-word", sign_joining(official, command, other, own), "another official's key gives the word"),
        (
            "others-change",
            sign_joining(official, "another", signer_for(bench.home, "reviewer-1"), own),
            "another change",
        ),
    ):
        corpus.add(f"bad-passkey-{name}", joined(words), "trusted", why, check="directory by registrars", small=False)


def _resting(bench: Bench, files: Files) -> Files:
    """The case's lines and the head resting on the directory as it is now, each at its place."""
    heads = [ZERO, *(one.digest for one in entries(files) if one.chain == DIRECTORY)]
    for place, entry in enumerate(entries(files)):
        if entry.chain != DIRECTORY and entry.directory:
            mark = {"size": entry.directory.size, "head": heads[entry.directory.size]}
            files = Forger(bench.home, files).forge_at(place, directory=mark)
    mark = {"size": len(heads) - 1, "head": heads[-1]}
    return files | {"head.json": Forger(bench.home, files).head(lines_of(files), directory=mark)}


def _joined(files: Files) -> Entry:
    return next(entry for entry in entries(files) if entry.event == PASSKEY)
