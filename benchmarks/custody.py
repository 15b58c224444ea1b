"""What custody costs, as ratios against bare baselines in the same run: `python -m benchmarks.custody [LINE...]`.

ingest    taking content into the vault: benchmarks/ingest_lines.py
ledger    verifying a ledger of 100,000 lines, and again after 100 more: benchmarks/ledger_lines.py

Prints one JSON document; exit 1 where an aim is missed.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.ingest_lines import ingest
from benchmarks.ledger_lines import ledger_verified

LINES: dict[str, Callable[[], dict[str, Any]]] = {"ingest": ingest, "ledger": ledger_verified}


def main(chosen: list[str]) -> int:
    """Measures the lines named; without any, all."""
    if unknown := set(chosen) - set(LINES):
        sys.exit(f"There is no line {min(unknown)}; one of: {', '.join(LINES)}.")
    found = {name: LINES[name]() for name in chosen or LINES}
    print(json.dumps(found, indent=1))
    return 0 if all(all(line["met"].values()) for line in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
