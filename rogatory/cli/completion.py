"""rogatory completion: what a shell reads to complete commands, options and the words an option takes."""

from typing import Literal

from rogatory.cli.output import emit, next_step, say
from rogatory.cli.session import session
from rogatory.cli.working import working

Shell = Literal["bash", "zsh", "fish"]
PLACES = {
    "bash": "~/.local/share/bash-completion/completions/rogatory",
    "zsh": "a folder of $fpath, as _rogatory",
    "fish": "~/.config/fish/completions/rogatory.fish",
}


def completion(shell: Shell, /) -> None:
    """Print the completion script of a shell; write it to a file that the shell reads.

    Parameters
    ----------
    shell: Shell
        Which shell.
    """
    with working("Reading the commands"):
        script = script_of(shell)
    if emit({"shell": shell, "place": PLACES[shell], "script": script}):
        return
    say(script.rstrip("\n"))
    if session().may_ask:  # at a terminal, where the script went by unread
        next_step(f"rogatory completion {shell} > FILE   (FILE: {PLACES[shell]})")


def script_of(shell: Shell) -> str:
    """The script: from the command tree, and the flags that stand before or after any command."""
    from rogatory.cli.main import tree

    script = tree().generate_completion(prog_name="rogatory", shell=shell)
    if shell == "bash":
        script = script.replace('"--help" "-h" "--version")', '"--help" "-h" "--json" "--no-input" "--as")')
        script = script.replace("local options_with_values='", "local options_with_values='--as ")
    elif shell == "zsh":
        script = script.replace(
            "'--version[Display application version.]' \\",
            "'--json[One JSON document]' '--no-input[Never ask]' '--as[Who acts]:official:' \\",
        )
    else:
        script += (
            "complete -c rogatory -l json -d 'One JSON document'\n"
            "complete -c rogatory -l no-input -d 'Never ask'\n"
            "complete -c rogatory -l as -x -d 'Who acts'\n"
        )
    return script
