"""rogatory doctor: whether this installation can do its work, one line each, with the fix."""

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import check_line, emit, next_step, say, size, stamp
from rogatory.cli.working import working
from rogatory.errors import IntegrityError, RogatoryError, UnreachableError

if TYPE_CHECKING:
    from temporalio.client import Client

    from rogatory.ports import Register
    from rogatory.profile import Profile

SPACE_NEEDED = 1_000_000_000  # bytes
SKEW_ALLOWED = timedelta(minutes=5)
OTHERS = 0o077
UNFORESEEN = "Nobody foresaw this: look into the newest file of logs/ in this home, and report it."


@dataclass(frozen=True)
class Finding:
    """One line: ok is None for what is not there but need not be."""

    name: str
    ok: bool | None
    detail: str
    fix: str = ""
    integrity: bool = False
    """Its failure means that a record does not hold."""


def doctor(
    *,
    rebuild_register: Annotated[
        bool, Parameter(name="--rebuild-register", negative="", help="Project the whole ledger into the register anew.")
    ] = False,
    afresh: Annotated[
        bool, Parameter(negative="", help="Verify every line of the ledger, also what was found sound before.")
    ] = False,
) -> int:
    """Check this installation, one line each, with the fix.

    Of the ledger, what an earlier check found sound and nobody changed is not verified again.

    Exit 0 when everything is ready, 7 when a record does not hold, 69 when something is missing.
    """
    from rogatory.adapters.logs import log_to
    from rogatory.profile import Profile

    where = Profile.load()
    if where.initialised:
        log_to(where.logs)
        if rebuild_register:
            _rebuild(where)
    with working("Checking this installation"):
        findings = list(_examine(where, afresh))
    shown = [{"name": each.name, "ok": each.ok, "detail": each.detail, "fix": each.fix} for each in findings]
    if not emit({"ok": all(each.ok is not False for each in findings), "home": where.home, "checks": shown}):
        for each in findings:
            check_line(each.ok, each.name, each.detail, 20)
            if each.fix and each.ok is not True:
                say(f"{'':22}{each.fix}")
        if not where.initialised:
            next_step("rogatory init")
    failed = [each for each in findings if each.ok is False]
    if any(each.integrity for each in failed):
        return IntegrityError.exit_code
    return UnreachableError.exit_code if failed else 0


def _rebuild(where: "Profile") -> None:
    from rogatory.adapters.ledger_sql import open_stores

    _, register = open_stores(where.home)
    say(f"Register rebuilt from {register.rebuild()} ledger lines.")


def _examine(where: "Profile", afresh: bool) -> Iterator[Finding]:
    yield _python()
    yield _guarded("PDF layout", _pango)
    yield _guarded("Temporal program", lambda: _program(where))
    yield _space(where)
    if not where.initialised:
        yield Finding("Home", False, f"nothing in {where.home} yet", "Make it with: rogatory init")
        return
    yield _guarded("Officials", lambda: _officials(where))
    yield _guarded("Key files", lambda: _key_files(where))
    yield _guarded("Payload keys", lambda: _key_ring(where))
    from rogatory.cli.doctor_sign_in import sign_in
    from rogatory.cli.doctor_signing import archive_stamps, time_stamps, tokens
    from rogatory.cli.doctor_vault import vault

    yield _guarded("Vault", lambda: vault(where))
    yield _guarded("Time stamps", lambda: time_stamps(where))
    yield _guarded("Archive stamps", lambda: archive_stamps(where))
    yield _guarded("Tokens", lambda: tokens(where))
    yield _guarded("Sign-in", lambda: sign_in(where))
    yield _guarded("Ledger", lambda: _ledger(where, afresh), integrity=True)
    from rogatory.cli.doctor_heads import anchored, heads_hold, witnessed

    yield _guarded("Heads", lambda: heads_hold(where), integrity=True)
    yield _guarded("Anchoring", lambda: anchored(where))
    yield _guarded("Heads of others", lambda: witnessed(where), integrity=True)
    yield _guarded("Register", lambda: _register(where), integrity=True)
    from rogatory.cli.doctor_glass import glass_reviewed

    yield _guarded("Broken glass", lambda: glass_reviewed(where))
    yield _guarded("Clock", lambda: _clock(where))
    try:
        yield from asyncio.run(_server(where))
    except Exception as error:  # noqa: BLE001  (as in _guarded)
        yield Finding("Temporal server", False, f"{type(error).__name__}: {error}", UNFORESEEN)


def _guarded(name: str, examine: Callable[[], Finding], *, integrity: bool = False) -> Finding:
    """A check that fails is a finding, not the end of the doctor."""
    try:
        return examine()
    except RogatoryError as error:
        return Finding(
            name, False, str(error), error.hint or UNFORESEEN, integrity or isinstance(error, IntegrityError)
        )
    except Exception as error:  # noqa: BLE001  (a doctor who dies of the disease helps nobody)
        return Finding(name, False, f"{type(error).__name__}: {error}", UNFORESEEN, integrity)


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", (3, 11) <= sys.version_info < (3, 15), version, "Use Python 3.11 to 3.14.")


def _pango() -> Finding:
    try:
        import weasyprint
    except OSError as error:
        packages = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
        fix = "brew install pango" if sys.platform == "darwin" else f"sudo apt-get install -y {packages}"
        return Finding("PDF layout", False, f"Pango is missing: {str(error).splitlines()[0]}", fix)
    return Finding("PDF layout", True, f"WeasyPrint {weasyprint.__version__}")


def _program(where: "Profile") -> Finding:
    if where.external:
        return Finding("Temporal program", None, "not needed: the environment names a server")
    from rogatory.adapters.embedded import temporal_program

    return Finding("Temporal program", True, str(temporal_program()))


def _space(where: "Profile") -> Finding:
    folder = next(each for each in (where.home, *where.home.parents) if each.exists())
    free = shutil.disk_usage(folder).free
    return Finding("Disk space", free >= SPACE_NEEDED, f"{size(free)} free at {folder}", "Free at least 1 GB.")


def _officials(where: "Profile") -> Finding:
    from rogatory.adapters.ledger_sql import open_stores

    ledger, _ = open_stores(where.home)
    known = ledger.officials()
    return Finding("Officials", bool(known), ", ".join(sorted(known)) or "none", "Make them with: rogatory init")


def _key_files(where: "Profile") -> Finding:
    keys = [
        file
        for folder in ("keys", "officials", "ca", "tsa")
        for file in (where.home / folder).rglob("*")
        if file.is_file() and file.suffix in (".key", ".json", ".age")
    ]
    bare = [file for file in keys if file.stat().st_mode & OTHERS]
    if bare:
        named = " ".join(str(file) for file in bare[:5])
        return Finding("Key files", False, f"{len(bare)} open to other users", f"Close them with: chmod 600 {named}")
    return Finding("Key files", bool(keys), f"{len(keys)} readable by their owner only", "Make them: rogatory init")


def _key_ring(where: "Profile") -> Finding:
    from rogatory.adapters.codec import load_key_ring

    ring, current = load_key_ring(where.key_ring)
    return Finding("Payload keys", True, f"{len(ring)} in the ring, {current} encrypts")


def _ledger(where: "Profile", afresh: bool) -> Finding:
    """All lines, and each case as an outsider would verify it; what was found sound before only if asked to."""
    from rogatory.auditing import audit_ledger
    from rogatory.desk import Desk

    found = audit_ledger(Desk(where), afresh=afresh)
    if found.fault:
        fix = "Put the ledger back from your backup; keep this one. If an older one was put back: doctor --afresh"
        return Finding("Ledger", False, found.fault, fix, True)
    cases = "1 case" if found.cases == 1 else f"{found.cases} cases"
    before = f" ({found.known} of them since an earlier check)" if found.known else ""
    return Finding("Ledger", True, f"{cases}, {found.lines} lines{before}: every signature and chain holds")


def _register(where: "Profile") -> Finding:
    """A copy of the database, its register projected anew, says the same as the one in use."""
    from rogatory.adapters.database import open_database
    from rogatory.adapters.register_sql import SqlRegister
    from rogatory.desk import Desk

    desk = Desk(where)
    with tempfile.TemporaryDirectory() as scratch:
        _copy_database(where.home / "ledger.sqlite", Path(scratch) / "ledger.sqlite")
        fresh = SqlRegister(open_database(Path(scratch) / "ledger.sqlite"))
        fresh.rebuild()
        differing = [
            reference
            for reference in all_cases(desk.register)
            if _projection(desk.register, reference) != _projection(fresh, reference)
        ]
    if differing:
        fix = "Mend it with: rogatory doctor --rebuild-register"
        return Finding("Register", False, f"differs from the ledger in {', '.join(differing[:5])}", fix, True)
    return Finding("Register", True, "says what the ledger says")


def _copy_database(source: Path, target: Path) -> None:
    import sqlite3

    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as original, sqlite3.connect(target) as copy:
        original.backup(copy)


def _projection(register: "Register", reference: str) -> list[object]:
    case = register.case(reference)
    return [
        case.model_copy(update={"archive": None}),  # the archive is noted beside the ledger
        *register.documents(reference),
        *register.items(reference),
        *register.messages(reference),
        *register.transmissions(reference),
        *register.correspondence(reference=reference, limit=100_000),
        *register.timeline(reference),
        *register.tasks(reference=reference, open_only=False),
    ]


def all_cases(register: "Register") -> list[str]:
    """The references of all cases."""
    found: list[str] = []
    while page := register.cases(limit=500, offset=len(found)):
        found += [row.reference for row in page]
    return found


def _clock(where: "Profile") -> Finding:
    from rogatory.desk import Desk

    now = datetime.now(UTC)
    newest = max((row.changed_at for row in Desk(where).register.cases(limit=1)), default=now)
    if newest - now > SKEW_ALLOWED:
        return Finding("Clock", False, f"{stamp(now)}, but the ledger was written at {stamp(newest)}", "Set the clock.")
    return Finding("Clock", True, stamp(now))


async def _server(where: "Profile") -> list[Finding]:
    """Server, worker, and cases closed on the server while the ledger has them open."""
    from rogatory.adapters.logs import quiet_temporal
    from rogatory.client import connect

    quiet_temporal()
    try:
        client = await connect(where)
        retention = await _retention(client)
    except RogatoryError as error:
        return [
            _left_over(where)
            or Finding("Temporal server", None if not where.external else False, str(error), error.hint)
        ]
    enough = retention >= timedelta(days=30)
    found = [
        Finding(
            "Temporal server",
            enough,
            f"{where.address}, namespace {client.namespace}, keeps closed cases {retention.days} days",
            "Raise the namespace's retention to 30 days or more.",
        )
    ]
    found.append(await _worker(client, where))
    found.append(await _orphans(where, client))
    return found


def _left_over(where: "Profile") -> Finding | None:
    from rogatory.adapters.embedded import orphan

    pid = None if where.external else orphan(where.home)
    if pid is None:
        return None
    fix = "'rogatory up' stops it and starts its own."
    return Finding("Temporal server", False, f"process {pid} outlived the 'rogatory up' that started it", fix)


async def _retention(client: "Client") -> timedelta:
    from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
    from temporalio.service import RPCError

    try:
        asked = DescribeNamespaceRequest(namespace=client.namespace)
        described = await client.workflow_service.describe_namespace(asked, timeout=timedelta(seconds=10))
    except RPCError as error:
        raise UnreachableError(
            f"The server does not know namespace {client.namespace}: {error.status.name}."
        ) from error
    return described.config.workflow_execution_retention_ttl.ToTimedelta()


async def _worker(client: "Client", where: "Profile") -> Finding:
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    asked = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=where.task_queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    pollers = (await client.workflow_service.describe_task_queue(asked)).pollers
    recent = [
        each for each in pollers if datetime.now(UTC) - each.last_access_time.ToDatetime(UTC) < timedelta(minutes=2)
    ]
    detail = f"{len(recent)} on task queue {where.task_queue}"
    return Finding("Worker", bool(recent), detail, "Run one with: rogatory worker")


async def _orphans(where: "Profile", client: "Client") -> Finding:
    """A case that Temporal has closed and the ledger has open will never go on by itself."""
    from rogatory.client import CaseClient
    from rogatory.desk import Desk
    from schemas.case import CaseResult

    desk = Desk(where)
    ended = {result.value for result in CaseResult}
    cases = CaseClient(client, where, desk.ledger)
    still_open = [
        reference for reference in all_cases(desk.register) if desk.register.case(reference).status not in ended
    ]
    lost = [reference for reference in still_open if await cases.is_closed(reference)]
    if lost:
        fix = "They were ended outside Rogatory, or the server's data was lost: restore it, or submit them anew."
        return Finding("Open cases", False, f"closed in Temporal, open on the ledger: {', '.join(lost[:5])}", fix)
    return Finding("Open cases", True, f"{len(still_open)} open, all of them at work")
