"""The ledger's line of benchmarks/custody.py: what it takes to verify 100,000 lines.

full       every form, chain and signature, over all cores, against what `openssl speed -multi` does with the same
           cores, both by the clock: at least 80 %. Two processes slow each other down, so one alone is no measure of
           both; the same in processor seconds is told beside it
again      after 100 new lines, from what the first run kept on the disk, against the full run, in processor seconds: at
           least 40 times as fast
growth     time a line at the whole size against that at a quarter of it: at most 1.15

`rogatory doctor` runs the same, and then verifies each case that has new lines. Every fourth line holds a signed act,
so 100,000 lines have 125,000 signatures.
"""

import os
import re
import resource
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

from rogatory.adapters.audit_kept import keep, kept
from rogatory.adapters.keys import FileSigner
from rogatory.adapters.ledger_audit import Audit, audit
from rogatory.adapters.officials import SERVICE, signer_for
from rogatory.custody.ledger import Mark, act_facts, build_line, event_of, line_digest
from rogatory.custody.statement import read_statement, sign_command
from rogatory.ports import Signer
from schemas.commands import Submit
from schemas.custody import TrustAnchors
from schemas.identifiers import Role
from tests.properties.ledger_steps import START, Bench, digest

CASE_LINES = 40
LINES = 100_000
AIMS = {"of_ceiling": 0.8, "again_times_faster": 40.0, "growth": 1.15}


def ledger(bench: Bench, size: int) -> tuple[list[bytes], TrustAnchors]:
    """That many lines of many cases, after the directory's."""
    bench.submit()
    head = [line for line in bench.ledger.lines(bench.reference) if '"chain":"XV' not in line]
    mark = bench.ledger.directory().mark
    lines = head[: mark.size]
    service = signer_for(bench.home, SERVICE)
    prosecutor = FileSigner(bench.home / "officials" / "prosecutor.key", bench.home / "officials" / "prosecutor.crt")
    person = bench.ledger.officials()["prosecutor"].person
    while len(lines) < size:
        lines += case(len(lines), mark, service, prosecutor, person)
    return [line.encode() for line in lines[:size]], bench.ledger.anchors


def case(number: int, mark: Mark, service: Signer, prosecutor: Signer, person: str) -> list[str]:
    """The lines of one case."""
    reference = f"XV-{2026 + number // 400_000}-{number // CASE_LINES % 10_000:04d}"
    lines: list[str] = []
    prev = "0" * 64
    for seq in range(CASE_LINES):
        at = START + timedelta(minutes=seq)
        if seq % 4 == 0:
            act = Submit(
                command_id=f"act-{seq}",
                by="prosecutor",
                role=Role.PROSECUTOR,
                request=digest("1"),
                requested_state="XN",
            )
            signed = sign_command(act, reference=reference, task=reference, signer=prosecutor, at=at)
            facts = act_facts(read_statement(signed.statement), person)
            entry = (f"{reference}/act-{seq}", at, event_of(act.ACT), facts, signed.statement)
        else:
            made = {"type": "letter_of_request", "language": "en", "digest": digest("a"), "pages": 4, "size": 90_000}
            entry = (f"{reference}/made-{seq}", at, "document-made", made, None)  # type: ignore[assignment]
        lines.append(build_line(reference, seq, prev, *entry, service, mark))
        prev = line_digest(lines[-1])
    return lines


def ceiling(cores: int) -> float:
    """P-256 verifications a second, by `openssl speed` over so many cores."""
    order = ["openssl", "speed", "-seconds", "4", *(["-multi", str(cores)] if cores > 1 else []), "ecdsap256"]
    told = subprocess.run(order, capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"(?m)^\s*256 bits ecdsa.*?([\d.]+)\s*$", told)[-1])


def cpu() -> float:
    """Processor seconds of this process and those it started: wall time tells of the neighbours."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def timed(verify: Callable[[], Audit]) -> tuple[float, float, Audit]:
    """Processor seconds, seconds, and what was found."""
    began, at = cpu(), time.perf_counter()
    found = verify()
    assert not found.faults, found.faults[:3]
    return cpu() - began, time.perf_counter() - at, found


def ledger_verified(size: int = LINES) -> dict[str, Any]:
    """What a full and a repeated verification take, as ratios."""
    with tempfile.TemporaryDirectory() as folder:
        return _verified(Bench(Path(folder)), size)


def _verified(bench: Bench, size: int) -> dict[str, Any]:
    lines, anchors = ledger(bench, size)
    service = bench.ledger.officials()[SERVICE]
    signatures = size + sum(number % 4 == 0 for number in range(size))
    cores = os.cpu_count() or 1
    alone, before = ceiling(1), ceiling(cores)
    full, clock, known = timed(lambda: audit(lines[:-100], anchors))
    most = (before + ceiling(cores)) / 2
    keep(bench.home, known, "", [anchors], signer_for(bench.home, SERVICE))
    go_on = partial(kept, bench.home, [anchors], service)
    again = min(timed(lambda: audit(lines, anchors, (go_on() or (None, ""))[0]))[0] for _ in range(3))
    quarter = timed(lambda: audit(lines[: size // 4], anchors))[0]
    found = {
        "of_ceiling": round(signatures / clock / most, 2),
        "again_times_faster": round(full / again, 1),
        "growth": round(full / quarter / 4, 2),
    }
    return {
        "lines": size,
        "bytes": sum(map(len, lines)),
        "full_s": round(clock, 2),
        "full_cpu_s": round(full, 2),
        "openssl_verify_per_s": {"one core": round(alone), f"{cores} cores": round(most)},
        "of_one_core_in_cpu_s": round(signatures / full / alone, 2),
        "again_cpu_s": round(again, 3),
        **found,
        "aims": AIMS,
        "met": {
            "of_ceiling": found["of_ceiling"] >= AIMS["of_ceiling"],
            "again_times_faster": found["again_times_faster"] >= AIMS["again_times_faster"],
            "growth": found["growth"] <= AIMS["growth"],
        },
    }
