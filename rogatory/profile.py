"""Where this installation keeps its things, and which Temporal server it speaks to.

Nothing of Temporal is imported until a connection is asked for: commands that only read SQL must not pay for it.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rogatory.errors import UnreachableError, UsageError

if TYPE_CHECKING:
    from temporalio.envconfig import ClientConnectConfig

START = "Start it with: rogatory up"
TEMPORAL_VARIABLES = ("TEMPORAL_PROFILE", "TEMPORAL_ADDRESS", "TEMPORAL_CONFIG_FILE")
"""Any of these set means: a server of yours, not the embedded one."""


@dataclass(frozen=True)
class Profile:
    """One installation: its home folder and its server."""

    home: Path
    address: str = ""
    """host:port of the server; empty while the embedded one is not running, or until temporalio's own configuration
    is read (`connection`)."""
    namespace: str = "default"
    task_queue: str = "rogatory"
    indexed: bool = False
    """The server knows our search attributes; an unknown one would jam a case, so they are set only where known."""
    external: bool = False
    """The server is named by temporalio's environment configuration (TLS, API key) and is not ours to start."""

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> "Profile":
        """The profile of the environment: ROGATORY_HOME (default ~/.rogatory), ROGATORY_TASK_QUEUE, ROGATORY_INDEXED=1
        and temporalio's own variables. Creates nothing. Raises UsageError for a home that is no folder."""
        env = os.environ if environ is None else environ
        home = Path(env.get("ROGATORY_HOME") or Path.home() / ".rogatory").expanduser().absolute()
        if home.exists() and not home.is_dir():
            raise UsageError(f"{home} is not a folder.", "Point ROGATORY_HOME to a folder.")
        queue = env.get("ROGATORY_TASK_QUEUE") or "rogatory"
        if any(env.get(name) for name in TEMPORAL_VARIABLES):
            return cls(
                home=home,
                address=env.get("TEMPORAL_ADDRESS", ""),
                namespace=env.get("TEMPORAL_NAMESPACE") or "default",
                task_queue=queue,
                indexed=env.get("ROGATORY_INDEXED") == "1",
                external=True,
            )
        return cls(home=home, address=_embedded_address(home), task_queue=queue, indexed=True)

    def connection(self) -> "ClientConnectConfig":
        """What `temporalio.client.Client.connect` takes: target_host, namespace, and TLS or API key where configured.

        Raises:
            UnreachableError: the embedded server is not running.
            UsageError: temporalio's configuration file cannot be read, or names no address.
        """
        if not self.external:
            if not self.address:
                raise UnreachableError("No Temporal server is running for this home.", START)
            return {"target_host": self.address, "namespace": self.namespace}
        from temporalio.envconfig import ClientConfigProfile  # noqa: PLC0415  (0.5 s; only who connects pays)

        try:
            config = ClientConfigProfile.load().to_client_connect_config()
        except (RuntimeError, OSError, ValueError) as error:
            raise UsageError(
                f"Temporal's configuration cannot be read: {error}.",
                "Check TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE and TEMPORAL_ADDRESS.",
            ) from error
        if not config.get("target_host"):
            raise UsageError("Temporal's configuration names no address.", "Set TEMPORAL_ADDRESS=host:port.")
        config.setdefault("namespace", self.namespace)
        return config

    @property
    def key_ring(self) -> Path:
        """The keys of the payload codec; made by `rogatory init`."""
        return self.home / "keys" / "codec.json"

    @property
    def logs(self) -> Path:
        """Where logs are written."""
        return self.home / "logs"

    @property
    def initialised(self) -> bool:
        """Whether `rogatory init` was run here."""
        return (self.home / "config.json").is_file()


def server_file(home: Path) -> Path:
    """Where the embedded server notes its address while it runs."""
    return home / "temporal" / "server.json"


def _embedded_address(home: Path) -> str:
    """The address of the embedded server if its process lives; a note left behind by a crash counts as none."""
    try:
        noted = json.loads(server_file(home).read_text(encoding="utf-8"))
        address, pid = str(noted["address"]), int(noted["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    return address if alive(pid) else ""


def alive(pid: int) -> bool:
    """Whether a process with that id exists (it may be another one that got the same number)."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
