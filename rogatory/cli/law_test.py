"""rogatory law test: whether the law data do what a file of sentences says."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

from rogatory.cli.law import lawbook
from rogatory.cli.output import emit, line, say
from rogatory.errors import FindingsError, NotFoundError, UsageError


def test(*files: Path) -> int:
    """Run the sentences of law files: each says what the law data must do, and this says where they do not.

    Parameters
    ----------
    files: Path
        YAML files; docs/adding-a-treaty.md shows one.
    """
    if not files:
        raise UsageError("No file of sentences is named.", "E.g. rogatory law test law/tests/xv-xn-1998.yaml")
    from rogatory.law.requirements import Requirements
    from rogatory.law.sentences import differences

    law = Requirements(lawbook())
    told: list[dict[str, Any]] = []
    for file in files:
        book = _book(file)
        for number, case in enumerate(book["cases"], 1):
            name = str(case.get("name", number)) if isinstance(case, dict) else str(number)
            try:
                differing = list(differences(book, case, law, _example))
            except (KeyError, ValueError, IndexError, TypeError, AttributeError) as error:
                differing = [f"The case cannot be read: {type(error).__name__}: {error}"]
            told.append({"file": str(file), "case": name, "ok": not differing, "differences": differing})
    wrong = [each for each in told if not each["ok"]]
    if not emit({"ok": not wrong, "cases": told}):
        for each in wrong:
            say(f"{line(each['file'])}: {line(each['case'])}")
            for difference in each["differences"]:
                say(f"      {line(difference)}")
        count = f"{len(told)} sentence{'' if len(told) == 1 else 's'}"
        say(f"{count}, {len(wrong) or 'none'} that the law data do not keep.")
    return FindingsError.exit_code if wrong else 0


def _book(file: Path) -> dict[str, Any]:
    from rogatory.law.yaml_text import YamlFaultError, parse

    try:
        value = parse(file.read_text(encoding="utf-8")).value
    except FileNotFoundError as error:
        raise NotFoundError(f"There is no file {file}.", "Check the path.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8.", "Save it as UTF-8.") from error
    except YamlFaultError as error:
        raise UsageError(f"{file}:{error.line}:{error.column}: {error}", error.fix) from error
    if not isinstance(value, dict) or not isinstance(value.get("cases"), list):
        raise UsageError(f"{file} has no cases.", "Write cases:, each with name: and what is expected")
    return value


def _example(name: str) -> Any:
    return deepcopy(_parsed(name))


@cache
def _parsed(name: str) -> Any:
    from rogatory.cli.examples import example
    from rogatory.law.yaml_text import parse

    return parse(example(name)).value
