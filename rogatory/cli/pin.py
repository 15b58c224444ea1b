"""rogatory pin: a PIN on an official's key file, asked for at every signature."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.output import emit, next_step, say
from rogatory.cli.session import profile, session
from rogatory.errors import UsageError

PinFile = Annotated[Path | None, Parameter(help="A file whose first line is the new PIN; else it is asked.")]
OldPinFile = Annotated[Path | None, Parameter(help="A file whose first line is the PIN it has now; else it is asked.")]


def pin(official: str, /, *, pin_file: PinFile = None, old_pin_file: OldPinFile = None) -> None:
    """Put a PIN on an official's key file, or change it: the key is encrypted under it, and asked for at every act.

    There is no way back to a forgotten PIN: the registrars then enter a new key.
    """
    where = profile()
    from rogatory.adapters.key_holders import check_id
    from rogatory.adapters.keys import has_pin, put_pin

    check_id(official)
    path = where.home / "officials" / f"{official}.key"
    old = _read(old_pin_file, "The PIN it has now: ") if has_pin(path) else ""
    new = _read(pin_file, "New PIN, 6 to 64 characters: ")
    if pin_file is None and new != _read(None, "The new PIN again: "):
        raise UsageError("The two are not the same.", "Nothing changed.")
    put_pin(path, new, old)
    if emit({"official": official, "pin": True}):
        return
    say(f"The key of {official} has a PIN now; it is asked for at every signature.")
    next_step("rogatory serve")


def _read(file: Path | None, question: str) -> str:
    if file is not None:
        try:
            return (file.read_text(encoding="utf-8").splitlines() or [""])[0]
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read as text.") from error
    if not session().may_ask:
        raise UsageError("A PIN is needed, and nobody can be asked.", "Add --pin-file FILE (and --old-pin-file FILE)")
    from getpass import getpass

    try:
        return getpass(question)
    except EOFError:
        return ""
