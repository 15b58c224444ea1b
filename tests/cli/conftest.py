"""Whatever a test of the command line has written as JSON is held against the published schemas."""

from collections.abc import Sequence
from typing import Any

import pytest

from rogatory.cli import main, output
from tests.cli import published


@pytest.fixture(autouse=True)
def as_published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks each document of a command run in this process."""
    running: list[Sequence[str]] = []
    run, write = main.run, output.write_document

    def watched(arguments: Sequence[str]) -> int:
        running.append(arguments)
        try:
            return run(arguments)
        finally:
            running.pop()
            if wrong:
                raise wrong.pop()

    wrong: list[AssertionError] = []

    def checked(document: Any) -> None:
        if running:
            try:
                published.check(running[-1], document)
            except AssertionError as error:  # a command would make it a bug of its own, told in words
                wrong.append(error)
        write(document)

    monkeypatch.setattr(main, "run", watched)
    monkeypatch.setattr(output, "write_document", checked)
