"""What formal documents cost, as ratios against bare baselines in the same run: `python -m benchmarks.documents`.

Give names of tables to run only those: `python -m benchmarks.documents schedules`.
"""

import json
import sys
from collections.abc import Callable

from benchmarks import letter_lines, schedule_lines

TABLES: dict[str, Callable[[], dict[str, dict[str, float]]]] = {
    "letters": letter_lines.lines,
    "schedules": schedule_lines.lines,
}


def main() -> None:
    """Prints one JSON document."""
    wanted = sys.argv[1:] or list(TABLES)
    print(json.dumps({name: line for table in wanted for name, line in TABLES[table]().items()}, indent=1))


if __name__ == "__main__":
    main()
