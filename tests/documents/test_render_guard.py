"""What a child cannot lay out within its limits ends as an error in clear words, and the next document is laid out."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import JsonValue

from rogatory.adapters.pages import RenderError, UnprintableError
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.render_guard import GuardedRenderer, Limits
from schemas.documents import DocumentType, Sheet
from tests.documents.dossiers import OPENED

LIMITS = Limits(cpu_seconds=3, wall_seconds=60, memory=500_000_000)


def picture(inside: str) -> str:
    start, end = '%3Csvg xmlns="http://www.w3.org/2000/svg" width="20" height="20"%3E', "%3C/svg%3E"
    return f"<img alt='x' src='data:image/svg+xml,{start}{inside}{end}'>"


def ten_of_ten(times: int) -> str:
    """A picture that draws ten of what draws ten of what ..."""
    groups = "".join(f'<g id="a{n}">' + f'<use href="%23a{n - 1}"/>' * 10 + "</g>" for n in range(1, times))
    drawn = f'<defs><g id="a0"><rect width="1" height="1"/></g>{groups}</defs><use href="%23a{times - 1}"/>'
    return picture(drawn.replace("<", "%3C").replace(">", "%3E"))


BOMBS = {
    "5 MB of facts": ("{{ 'word ' * 1000000 }}", r"would be too long: 5,000,\d+ characters .* at most 2,000,000"),
    "a paragraph of 10^6 words": ("{{ 'w ' * 990000 }}", "more than 3 seconds of computing"),
    "100,000 elements deep": ("{{ ('<div>' * 100000)|safe }}", "more than 3 seconds|nested too deeply"),
    "a table of 90,000 cells": ("<table>{{ ('<tr><td>a<td>b<td>c' * 30000)|safe }}", "more than 3 seconds|500 MB"),
    "a picture of 10^8 parts": (ten_of_ten(9), "more than 3 seconds of computing"),
    "a picture of 6 MB": (picture("%3C!--{{ 'x' * 6000000 }}--%3E"), "too long"),
    "what memory does not hold": ("{{ 'x' * 600000000 }}", "more than 500 MB of memory"),
}


def page(number: int = 1) -> Sheet:
    return Sheet(
        document=DocumentType.CHECKLIST_REPORT,
        language="en",
        title="A page",
        context={"number": number},
        data={"reference": f"XV-2026-{number:04}"},
        dated=OPENED,
    )


def folder(place: Path, body: str) -> Path:
    """Templates with this body, after the number of the page."""
    (place / DocumentType.CHECKLIST_REPORT).mkdir(parents=True)
    html = (
        '<!DOCTYPE html><html lang="en" style="font-family:\'Noto Serif\'"><head><title>x</title></head>'
        f"<body><p>{{{{ number }}}}</p>{body}</body></html>"
    )
    (place / DocumentType.CHECKLIST_REPORT / "en.html.j2").write_text(html, encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedRenderer]:
    bombs = "".join(
        f"{{% if number == {number} %}}{bomb}{{% endif %}}" for number, (bomb, _) in enumerate(BOMBS.values(), start=2)
    )
    with GuardedRenderer(folder(tmp_path_factory.mktemp("bombs"), bombs), processes=1, limits=LIMITS) as renderer:
        yield renderer


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_as_an_error_and_the_next_page_is_made(name: str, guard: GuardedRenderer) -> None:
    with pytest.raises(RenderError, match=BOMBS[name][1]) as raised:
        guard.render(page(2 + list(BOMBS).index(name)))
    assert "checklist_report" in str(raised.value)
    assert guard.render(page()).pages == 1


def test_facts_nested_100_000_deep_end_as_an_error(guard: GuardedRenderer) -> None:
    deep: JsonValue = "x"
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(RenderError, match="nested too deeply"):
        guard.render(page().model_copy(update={"context": {"number": 1, "body": deep}}))


def test_the_clock_ends_a_page_too(tmp_path: Path) -> None:
    limits = Limits(wall_seconds=2)
    root = folder(tmp_path, "{{ ('<div>' * 100000)|safe }}")
    with (
        GuardedRenderer(root, processes=1, limits=limits) as renderer,
        pytest.raises(RenderError, match="more than 2 seconds"),
    ):
        renderer.render(page())


def test_what_a_drafter_can_mend_comes_back_as_theirs(tmp_path: Path) -> None:
    with GuardedRenderer(folder(tmp_path, "{{ missing }}"), processes=1) as renderer:
        with pytest.raises(RenderError, match="'missing' is undefined"):
            renderer.render(page())
        letter = page().model_copy(
            update={"document": DocumentType.LETTER_OF_REQUEST, "context": {"name": "A name \u202eeman"}}
        )
        with pytest.raises(UnprintableError, match=r"U\+202E") as raised:
            renderer.render(letter)
        assert raised.value.hint


def test_many_at_once_are_what_one_alone_makes(tmp_path: Path) -> None:
    root = folder(tmp_path, "<p>The same page.</p>")
    alone = [WeasyPrintRenderer(root).render(page(number)).pdf for number in range(4)]
    made: dict[int, bytes] = {}
    with GuardedRenderer(root, limits=Limits(documents=2)) as renderer:
        threads = [
            threading.Thread(target=lambda n=n: made.update({n: renderer.render(page(n)).pdf})) for n in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert [made[number] for number in range(4)] == alone


def test_a_worker_that_holds_much_keeps_its_warm_child(tmp_path: Path) -> None:
    ballast = b"x" * (Limits().grown + 1)  # a child must not count what its parent holds as its own
    with GuardedRenderer(folder(tmp_path, "<p>The same page.</p>")) as renderer:
        child = renderer.processes()
        renderer.render(page(1))
        assert renderer.processes() == child
    del ballast


WORKER = """
import os, sys, threading
from rogatory.adapters import render_guard
from tests.documents.test_render_guard import Path, page
guard = render_guard.GuardedRenderer(Path(sys.argv[1]), processes=1, limits=render_guard.Limits())
child = guard._idle[0]
print(child._process.pid, child._scratch, flush=True)
guard.render(page(int(sys.argv[2])))
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads of processes in /proc")
def test_a_child_outlives_no_killed_worker_and_knows_none_of_its_secrets(tmp_path: Path) -> None:
    root = folder(tmp_path, "{{ ('<div>' * 100000)|safe }}")
    secret = "4471-0918"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(root), "1"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PIN": secret, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert worker.stdout is not None
    pid, scratch = worker.stdout.readline().split()
    until(lambda: any(Path(scratch).iterdir()))  # it has its fonts and is about to work
    time.sleep(0.3)
    assert secret not in Path(f"/proc/{pid}/environ").read_text(encoding="utf-8")
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    until(lambda: not running(pid) and not Path(scratch).exists())


def running(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(true: "object") -> None:
    assert callable(true)
    for _ in range(200):
        if true():
            return
        time.sleep(0.05)
    pytest.fail("it did not come about within ten seconds")
