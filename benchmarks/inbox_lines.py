"""The inbox's lines of benchmarks/interface.py: how its lists grow with the register, and what a page weighs.

Each register is filled with as many cases, each with one open task; the pages are asked of the application itself, so
that neither network nor browser is measured. The two sizes alternate, and the ratio is that of the medians.
"""

import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from starlette.testclient import TestClient

from rogatory.adapters.database import open_database
from rogatory.adapters.installation import found_home
from rogatory.adapters.tables import CASES, TASKS
from rogatory.profile import Profile
from rogatory.web.app import make_app

FEW, MANY = 1_000, 100_000
ROUNDS = 15
CODE = "entry-code-of-the-benchmark"
PAGES = {"inbox": "/", "register": "/cases", "search": "/cases?q=XV-2026-0007"}
HEAVIEST = 150_000  # bytes of one page with all it loads
TIMES = 2.0
START = datetime(2026, 1, 5, 9, tzinfo=UTC)


def inbox() -> dict[str, Any]:
    """Times of the first pages at 100,000 cases as ratios of those at 1,000, and the weight of the heaviest."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as open_:
        browsers = {size: open_.enter_context(_browser(Path(folder) / str(size), size)) for size in (FEW, MANY)}
        found: dict[str, Any] = {"cases": [FEW, MANY], "ratio": {}, "ms": {}, "bytes": {}}
        for name, path in PAGES.items():
            times: dict[int, list[float]] = {size: [] for size in browsers}
            for number in range(ROUNDS + 1):
                for size, browser in browsers.items():
                    began = time.perf_counter()
                    answer = browser.get(path)
                    if number:  # the first fills caches
                        times[size].append(time.perf_counter() - began)
                    assert answer.status_code == 200
            few, many = (statistics.median(times[size]) for size in (FEW, MANY))
            found["ms"][name] = [round(few * 1000, 1), round(many * 1000, 1)]
            found["ratio"][name] = round(many / few, 2)
            found["bytes"][name] = _weight(browsers[MANY], path)
    found["aims"] = {"ratio": TIMES, "bytes": HEAVIEST}
    # The aim is for the inbox; the search must look at every reference, and is shown beside it.
    found["met"] = {
        "inbox": found["ratio"]["inbox"] <= TIMES,
        "weight": max(found["bytes"].values()) < HEAVIEST,
    }
    return found


def _browser(home: Path, size: int) -> TestClient:
    found_home(home)
    engine = open_database(home / "ledger.sqlite")
    with engine.begin() as connection:
        for rows in _in_parts(size):
            connection.execute(insert(CASES), [case for case, _ in rows])
            connection.execute(insert(TASKS), [task for _, task in rows])
    engine.dispose()
    browser = TestClient(make_app(Profile(home=home), CODE), base_url="http://127.0.0.1")
    answer = browser.post("/sign-in", data={"official": "reviewer-1", "code": CODE})
    assert answer.status_code == 200
    return browser


def _in_parts(size: int) -> Iterator[list[tuple[dict[str, Any], dict[str, Any]]]]:
    for first in range(0, size, 5_000):
        yield [_rows(number) for number in range(first, min(first + 5_000, size))]


def _rows(number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    reference = f"XV-{2000 + number // 9999}-{number % 9999 + 1:04}"
    opened = START + timedelta(minutes=number)
    digest = f"sha256:{number:064x}"
    case = {
        "reference": reference,
        "kind": "mutual-assistance",
        "requested_state": "XN",
        "drafter": "prosecutor",
        "status": "review",
        "version": 1,
        "request": digest,
        "foreign_reference": f"XN-CA-{number}",
        "opened_at": opened,
        "changed_at": opened,
    }
    task = {
        "id": f"{reference}.review-1",
        "reference": reference,
        "stage": "review",
        "title": "Review the letter of request",
        "roles": ["reviewer"],
        "due": opened + timedelta(days=5),
        "source": "benchmark",
        "opened_at": opened,
        "state": "open",
        "letter": digest,
        "approvals": 0,
        "approvals_needed": 2,
    }
    return case, task


def _weight(browser: TestClient, path: str) -> int:
    """Bytes of the page and of what it loads from the site, as sent without compression."""
    page = browser.get(path)
    loads = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    return len(page.content) + sum(len(browser.get(each).content) for each in loads)
