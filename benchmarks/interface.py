"""What the interface costs, as ratios: `python -m benchmarks.interface [LINE...]`.

version   rogatory --version             aim: at most 1.3 of a bare Click program's `--version`
help      rogatory --help                aim: at most 4.5 of it
check     rogatory draft check EXAMPLE   aim: at most 8 of it
inbox     the inbox's first page at 100,000 cases against 1,000: at most 2; a page under 150 kB: inbox_lines.py

Each command is a process of its own, as a person starts it. Wall time tells of the neighbours too: the runs alternate,
the bare program's beside ours in every round, and the ratio is that of the medians. CPU seconds, which neighbours
change less, stand beside them. Exit code 1 where an aim is missed in wall time.
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.inbox_lines import inbox

ROUNDS = 41
BARE = """
import click

@click.group()
@click.version_option("1.0", prog_name="bare")
def main() -> None:
    pass

main()
"""
EXAMPLE = Path(__file__).parents[1] / "examples" / "minimal-bank-records.yaml"
OURS = {
    "version": (1.3, ["--version"]),
    "help": (4.5, ["--help"]),
    "check": (8.0, ["draft", "check", str(EXAMPLE)]),
}


def timed(command: list[str], env: dict[str, str]) -> tuple[float, float]:
    """Wall and CPU seconds of one run."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main(chosen: list[str]) -> int:
    """Measures the lines named; without any, all."""
    if unknown := set(chosen) - {*OURS, "inbox"}:
        sys.exit(f"There is no line {min(unknown)}; one of: {', '.join([*OURS, 'inbox'])}.")
    met = True
    if not chosen or set(chosen) & set(OURS):
        met &= commands_met(chosen or list(OURS))
    if not chosen or "inbox" in chosen:
        found = inbox()
        print(json.dumps(found, indent=1))
        met &= all(found["met"].values())
    return 0 if met else 1


def commands_met(chosen: list[str]) -> bool:
    """Prints the table of the commands chosen; whether each met its aim."""
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "bare.py"
        bare.write_text(BARE, encoding="utf-8")
        program = Path(sys.executable).with_name("rogatory")
        ours = [str(program)] if program.exists() else [sys.executable, "-m", "rogatory"]
        commands = {"bare": [sys.executable, str(bare), "--version"]}
        commands |= {name: [*ours, *words] for name, (_, words) in OURS.items() if name in chosen}
        env = {**os.environ, "ROGATORY_HOME": str(Path(folder) / "home")}
        for command in commands.values():  # what is kept from run to run (law data, byte code) is kept
            timed(command, env)
        runs: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                runs[name].append(timed(command, env))
    wall = {name: statistics.median(each for each, _ in found) for name, found in runs.items()}
    cpu = {name: statistics.median(each for _, each in found) for name, found in runs.items()}
    print(f"{'':10}{'wall':>10}{'ratio':>8}{'aim':>6}{'CPU':>10}{'ratio':>8}   median of {ROUNDS}, alternating")
    missed = False
    for name in commands:
        aim = OURS[name][0] if name in OURS else None
        ratio = wall[name] / wall["bare"]
        missed |= aim is not None and ratio > aim
        print(
            f"{name:10}{wall[name] * 1000:7.0f} ms{ratio:8.2f}{aim or '':>6}{cpu[name] * 1000:7.0f} ms"
            f"{cpu[name] / cpu['bare']:8.2f}"
        )
    return not missed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
