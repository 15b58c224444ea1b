"""The database: several writers at once, a first start and a second one, a database that is not ours."""

import multiprocessing
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from rogatory.adapters.database import open_database, reading
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.migrations import HEAD
from rogatory.adapters.officials import signer_for
from rogatory.adapters.tables import METADATA
from rogatory.custody.dsse import sign_envelope
from rogatory.custody.ledger import ENTRY, parse_line
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import IntegrityError, RefusedError, UsageError
from schemas.tasks import LedgerEntry
from tests.properties.ledger_steps import START, Bench

EACH = 25


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def note(reference: str, name: str) -> LedgerEntry:
    return LedgerEntry(entry_id=f"{reference}/{name}", reference=reference, at=START, event="assessed")


def append_many(home: Path, reference: str, name: str) -> None:
    ledger, _ = open_stores(home)
    for number in range(EACH):
        ledger.append(note(reference, f"{name}-{number}"))


def checked(bench: Bench, expected: int) -> None:
    entries = [parse_line(line) for line in bench.ledger.lines(bench.reference)]
    case = [entry for entry in entries if entry.chain == bench.reference]
    assert [entry.seq for entry in case] == list(range(expected))
    report = verify_lines([entry.line for entry in entries], bench.ledger.anchors, None).report
    assert report.intact
    assert report.signed


def test_eight_threads_write_one_gapless_chain(bench: Bench) -> None:
    bench.submit()
    with ThreadPoolExecutor(8) as threads:
        jobs = [
            threads.submit(bench.ledger.append, note(bench.reference, f"{thread}-{number}"))
            for thread in range(8)
            for number in range(EACH)
        ]
        receipts = [job.result() for job in jobs]
    assert sorted(receipt.sequence for receipt in receipts) == list(range(1, 8 * EACH + 1))
    checked(bench, 8 * EACH + 1)


def test_processes_and_threads_write_one_gapless_chain(bench: Bench) -> None:
    bench.submit()
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(target=append_many, args=(bench.home, bench.reference, f"process-{number}"))
        for number in range(2)
    ]
    for process in processes:
        process.start()
    append_many(bench.home, bench.reference, "here")
    for process in processes:
        process.join(60)
        assert process.exitcode == 0
    checked(bench, 3 * EACH + 1)


def test_the_same_act_from_many_threads_is_one_line(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    command = bench.sign(review, bench.decision("reviewer-1"))
    with ThreadPoolExecutor(8) as threads:
        receipts = list(
            threads.map(lambda _: bench.ledger.append_act(review, bench.reference, command, START), range(16))
        )
    assert len(set(map(str, receipts))) == 1
    assert bench.register.task(review).approvals == 1


def test_of_two_voices_of_one_person_at_once_one_counts(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    commands = [bench.sign(review, bench.decision("reviewer-1", f"c{number}")) for number in range(8)]

    def decide(number: int) -> str:
        try:
            bench.ledger.append_act(review, bench.reference, commands[number], START)
        except RefusedError as error:
            return error.kind
        return "recorded"

    with ThreadPoolExecutor(8) as threads:
        results = sorted(threads.map(decide, range(8)))
    assert results == ["FourEyes"] * 7 + ["recorded"]
    assert len(bench.ledger.refusals(bench.reference)) == 7


def test_references_reserved_at_once_are_different(bench: Bench) -> None:
    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(lambda n: bench.register.reserve_reference("XV", 2026, f"c{n}"), range(40)))
    assert sorted(given) == [f"XV-2026-{number:04d}" for number in range(1, 41)]


def test_a_ledger_that_remembers_sees_what_another_wrote(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    other = bench.open_ledger()
    other.append_act(review, bench.reference, bench.sign(review, bench.decision("reviewer-1")), bench.now)
    with pytest.raises(RefusedError, match="already"):
        bench.act(review, bench.decision("reviewer-1", "again"))
    bench.act(review, bench.decision("reviewer-2"))
    other.append_act(review, bench.reference, bench.sign(review, bench.decision("signatory")), bench.now)
    checked(bench, 7)


def test_a_line_slipped_into_the_database_stops_the_case(bench: Bench) -> None:
    review = bench.submitted_and_under_review()
    bench.act(review, bench.decision("reviewer-1"))
    with bench.engine.connect() as connection:
        connection.exec_driver_sql("update ledger set line = replace(line, 'payloadType', 'payloadtype') where seq = 4")
        connection.exec_driver_sql("commit")
    with pytest.raises(IntegrityError):
        bench.open_ledger().append_act(
            review, bench.reference, bench.sign(review, bench.decision("reviewer-2")), bench.now
        )


def test_a_line_of_another_service_key_stops_the_case(bench: Bench) -> None:
    bench.submit()
    line = bench.ledger.lines(bench.reference)[-1]
    forged = sign_envelope(ENTRY, parse_line(line).opened.payload, [signer_for(bench.home, "custodian")])
    with bench.engine.connect() as connection:
        connection.exec_driver_sql("update ledger set line = ? where chain = ?", (forged, bench.reference))
        connection.exec_driver_sql("commit")
    with pytest.raises(IntegrityError, match="service's key"):
        bench.open_ledger().append(note(bench.reference, "next"))


def test_a_failed_append_leaves_nothing_behind(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    review = bench.submitted_and_under_review()
    size = len(bench.ledger.lines(bench.reference))

    def fall_over(*_: object) -> None:
        raise RuntimeError("the power is cut")

    with monkeypatch.context() as patched:
        patched.setattr("rogatory.adapters.ledger_sql.project", fall_over)
        with pytest.raises(RuntimeError):
            bench.act(review, bench.decision("reviewer-1"))
    assert len(bench.ledger.lines(bench.reference)) == size
    assert bench.ledger.disclosures(bench.reference) == {}
    assert bench.act(review, bench.decision("reviewer-1")).sequence == 4
    assert bench.register.task(review).approvals == 1


def test_the_migrations_make_what_the_code_speaks_to(tmp_path: Path) -> None:
    engine = open_database(tmp_path / "new.sqlite")
    with reading(engine) as connection:
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    config = Config()
    config.set_main_option("script_location", "rogatory.adapters:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_the_database_is_its_owners_and_every_commit_is_on_the_disk(tmp_path: Path) -> None:
    place = tmp_path / "a folder%20" / "ledger?.sqlite"
    engine = open_database(place)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    with reading(engine) as connection:
        assert connection.exec_driver_sql("pragma synchronous").scalar() == 2
        assert connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"


def test_a_second_start_is_quick_and_needs_no_alembic(bench: Bench) -> None:
    program = (
        "import sys; from pathlib import Path; from rogatory.adapters.ledger_sql import open_stores; "
        "open_stores(Path(sys.argv[1])); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(bench.home)], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout == "False\n"
    started = time.perf_counter()
    open_stores(bench.home)
    assert time.perf_counter() - started < 0.5


def test_two_first_starts_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        engines = list(threads.map(lambda _: open_database(tmp_path / "new.sqlite"), range(4)))
    with reading(engines[0]) as connection:
        assert connection.exec_driver_sql("select count(*) from alembic_version").scalar() == 1


def test_a_newer_database_is_left_alone(bench: Bench) -> None:
    with bench.engine.connect() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = 'r9999'")
        connection.exec_driver_sql("commit")
    with pytest.raises(UsageError, match="r9999"):
        open_stores(bench.home)


def test_what_is_no_database_is_named(bench: Bench, tmp_path: Path) -> None:
    place = tmp_path / "letter.sqlite"
    place.write_text("Dear Sir, " * 500)
    with pytest.raises(IntegrityError, match="cannot be read"):
        open_database(place)
    with pytest.raises(UsageError, match="nothing in"):
        open_stores(tmp_path / "nowhere")


def test_time_in_the_register_is_utc(bench: Bench) -> None:
    bench.submit()
    opened = bench.register.case(bench.reference).opened_at
    assert opened.utcoffset() == timedelta(0)
