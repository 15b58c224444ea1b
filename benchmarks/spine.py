"""What our layers cost, as ratios against a bare baseline in the same run: `python -m benchmarks.spine`.

codec    encode and decode of a command through the encrypting converter, against the plain one
ledger   appending a fact (chained, signed, projected, on the disk), against a bare insert with the same durability
letter   the locked-down renderer, against bare WeasyPrint on the same HTML (one without PDF/A, tags or attachment)

CPU seconds, best of five, since wall time tells of the neighbours.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import DataConverter
from weasyprint import HTML

from rogatory.adapters.codec import encrypted_converter, make_key_ring
from rogatory.adapters.pdf import LockedFetcher, WeasyPrintRenderer
from schemas.commands import Decide, Verdict
from schemas.documents import DocumentType
from schemas.identifiers import Role
from tests.documents.dossiers import sheet_of
from tests.properties.ledger_steps import Bench

ROUNDS = 5
TEMPLATES = Path(str(files("templates")))


def best(work: Callable[[], object]) -> float:
    """CPU seconds of the quickest of five runs, after one to warm up."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def codec(folder: Path) -> tuple[float, float]:
    """Ours and bare, per message."""
    make_key_ring(folder / "codec.json")
    command = Decide(
        command_id="c" * 32,
        by="reviewer-1",
        role=Role.REVIEWER,
        letter="sha256:" + "a" * 64,
        verdict=Verdict.RETURN,
        reason="Name the account-opening papers. " * 10,
        statement="s" * 1500,
    )

    def round_trip(converter: DataConverter) -> None:
        async def many() -> None:
            for _ in range(300):
                await converter.decode(await converter.encode([command]), [Decide])

        asyncio.run(many())

    ours = best(lambda: round_trip(encrypted_converter(folder / "codec.json"))) / 300
    return ours, best(lambda: round_trip(pydantic_data_converter)) / 300


def ledger(folder: Path) -> tuple[float, float]:
    """Ours and bare, per entry."""
    bench = Bench(folder)
    bench.submit()
    numbers = iter(range(10**9))

    def ours() -> None:
        for _ in range(20):
            bench.fact(f"bench-{next(numbers)}", "reminded", number=1)

    database = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    database.execute("pragma synchronous = full")
    database.execute("create table ledger (id text primary key, line text)")

    def bare() -> None:
        for _ in range(20):
            database.execute("insert into ledger values (?, ?)", (str(next(numbers)), "x" * 900))

    return best(ours) / 20, best(bare) / 20


def letter(_: Path) -> tuple[float, float]:
    """Ours and bare, per letter."""
    renderer, sheet = WeasyPrintRenderer(), sheet_of(DocumentType.LETTER_OF_REQUEST)
    html = renderer._pages.html(sheet)

    return best(lambda: renderer.render(sheet)), best(
        lambda: HTML(string=html, base_url="asset:///", url_fetcher=LockedFetcher(TEMPLATES)).write_pdf()
    )


def main() -> None:
    """Prints one JSON document."""
    found = {}
    for name, measure in (("codec", codec), ("ledger", ledger), ("letter", letter)):
        with tempfile.TemporaryDirectory() as folder:
            ours, bare = measure(Path(folder))
        found[name] = {"ours_ms": round(ours * 1e3, 3), "bare_ms": round(bare * 1e3, 3), "ratio": round(ours / bare, 2)}
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
