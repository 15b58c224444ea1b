"""python -m rogatory.simulator: the requested state, watching a folder."""

import argparse
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from rogatory.errors import RogatoryError
from rogatory.simulator.authority import RequestedState
from rogatory.simulator.docket import Docket, alone
from rogatory.simulator.founding import found

INTERVAL = 0.2  # seconds between two looks into the folder


def main(arguments: list[str] | None = None) -> int:
    """Runs until stopped; returns the exit code."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    try:
        found(options.home)
        with alone(options.home):
            docket = Docket(options.home, options.out)
            state = RequestedState(
                options.home, getattr(options, "in"), docket, _say, pace=options.pace, corrupt=options.corrupt
            )
            _say(f"watching as {state.state}")
            while not stop.is_set():
                done = state.work()
                if options.once and not done:
                    break
                stop.wait(0 if options.once else INTERVAL)
    except RogatoryError as fault:
        print(f"simulator: {fault}\n{fault.hint}".rstrip(), file=sys.stderr)
        return fault.exit_code
    except OSError as fault:
        print(f"simulator: {fault.filename or 'a file'}: {fault.strerror}", file=sys.stderr)
        return 69
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rogatory.simulator", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help="its own folder: keys, anchors, cases")
    parser.add_argument("--in", type=Path, required=True, help="where messages for it appear (our outbox)")
    parser.add_argument("--out", type=Path, required=True, help="where it puts its messages (our inbox)")
    parser.add_argument("--pace", type=float, default=0.0, metavar="SECONDS", help="wait before each step")
    parser.add_argument("--once", action="store_true", help="stop when there is nothing more to do now")
    parser.add_argument(
        "--corrupt", type=int, default=0, metavar="N", help="declare a wrong digest for the Nth item it delivers"
    )
    return parser


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
