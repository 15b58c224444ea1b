"""What holds for the whole command: the flags that may stand before or after it, and where its things are."""

import os
import sys
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.profile import Profile


@dataclass
class Session:
    """The global flags of one run."""

    as_json: bool = False
    """One JSON document on stdout, words on stderr."""
    no_input: bool = False
    """Never ask."""
    official: str | None = None
    """Who acts (demo keys only)."""
    emitted: bool = field(default=False, compare=False)
    """The one JSON document was written."""

    @property
    def may_ask(self) -> bool:
        """Whether there is a person at a terminal who may be asked."""
        return not self.no_input and not self.as_json and sys.stdin.isatty() and sys.stdout.isatty()


_current: ContextVar[Session] = ContextVar("session")


def session() -> Session:
    """The session of this run."""
    try:
        return _current.get()
    except LookupError:
        fresh = Session(official=os.environ.get("ROGATORY_AS") or None)
        _current.set(fresh)
        return fresh


def begin(fresh: Session) -> None:
    """Makes `fresh` the session of this run."""
    _current.set(fresh)


def official() -> str:
    """Who acts; raises UsageError where nobody is named."""
    if named := session().official:
        return named
    raise UsageError("Who acts?", "Add --as OFFICIAL, or set ROGATORY_AS; 'rogatory doctor' lists the officials.")


def profile(log: str = "cli") -> "Profile":
    """The profile of the environment, its logs going to logs/LOG.log; raises UsageError before `rogatory init`."""
    from rogatory.adapters.logs import log_to
    from rogatory.profile import Profile

    found = Profile.load()
    if not found.initialised:
        raise UsageError(f"There is nothing in {found.home} yet.", "Make it with: rogatory init")
    log_to(found.logs, log)
    return found
