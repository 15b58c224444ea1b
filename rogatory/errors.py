"""Errors a person may meet; each knows its exit code and what to do next.

RogatoryError
├── UsageError (2)        the command was given wrongly
├── FindingsError (3)     the draft or the law blocks
├── RefusedError (4)      refused to this person; `kind` says why (Forbidden, FourEyes, Forged, NotSigned)
├── NotFoundError (5)     no such case, task, item
├── ChangedError (6)      decided, lapsed, superseded or closed meanwhile
├── IntegrityError (7)    a digest, signature or chain does not hold
└── UnreachableError (69) no server, worker or store answered; the command may yet be obeyed: repeat it
"""


class RogatoryError(Exception):
    """The base: `str()` is what went wrong, `hint` is what to do."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(RogatoryError):
    """The command was given wrongly, or a message is too large to send."""

    exit_code = 2


class FindingsError(RogatoryError):
    """The draft or the law blocks."""

    exit_code = 3


class RefusedError(RogatoryError):
    """Refused to this person."""

    exit_code = 4

    def __init__(self, kind: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.kind = kind


class NotFoundError(RogatoryError):
    """There is no such thing."""

    exit_code = 5


class ChangedError(RogatoryError):
    """Overtaken by events: decided, superseded, lapsed or closed."""

    exit_code = 6


class IntegrityError(RogatoryError):
    """A digest, a signature or the chain does not hold."""

    exit_code = 7


class UnreachableError(RogatoryError):
    """A service did not answer; a command given may yet be obeyed, and may safely be repeated."""

    exit_code = 69


MOVED_ON = {
    "AlreadyDecided",
    "AlreadyReceived",
    "Superseded",
    "WrongStage",
    "DiscrepancyOpen",
    "SuspectKey",
    "BreakGlassOpen",
}
"""Not refused to this person: refused by now."""
BROKEN = {"IntegrityFailure", "EvidenceMismatch"}
LACKING = {"MissingFact", "Unprintable"}


def refusal_told(kind: str, words: str, hint: str = "") -> RogatoryError:
    """What the ledger's refusal of that kind means for whoever gave the act."""
    if kind in MOVED_ON:
        return ChangedError(words, hint)
    if kind in BROKEN:
        return IntegrityError(words, hint)
    if kind in LACKING:
        return FindingsError(words, hint or "Nothing was made.")
    if kind == "NotFound":
        return NotFoundError(words, hint)
    if kind == "Invalid":
        return UsageError(words, hint)
    return RefusedError(kind, words, hint)
