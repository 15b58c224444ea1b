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
from rogatory.simulator.extradition import Course
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
                options.home,
                getattr(options, "in"),
                docket,
                _say,
                pace=options.pace,
                corrupt=options.corrupt,
                disk=options.disk,
                course=_course(options),
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
    parser.add_argument("--disk", action="store_true", help="announce a disk by courier, its list of files by wire")
    persons = parser.add_argument_group("extradition", "what it does where a person is asked for")
    persons.add_argument("--refuse", type=_refusal, action="append", default=[], metavar="N=GROUND", help="offence N")
    persons.add_argument("--demand", action="append", default=[], metavar="WORD", help="an assurance, before it grants")
    persons.add_argument("--not-found", action="store_true", help="it does not find the person")
    persons.add_argument("--consent", action="store_true", help="the person consents")
    persons.add_argument("--renounce", action="store_true", help="the person consents and renounces speciality")
    persons.add_argument("--no-question", action="store_true", help="it decides without asking first")
    persons.add_argument("--no-waiver", action="store_true", help="it consents to no other charge")
    return parser


def _refusal(text: str) -> tuple[int, str]:
    number, _, ground = text.partition("=")
    if not number.isdigit() or not ground:
        raise argparse.ArgumentTypeError(f"{text} is not NUMBER=GROUND, e.g. 2=territoriality")
    return int(number), ground


def _course(options: argparse.Namespace) -> Course:
    return Course(
        refused=dict(options.refuse),
        demanded=tuple(options.demand),
        not_found=options.not_found,
        consents=options.consent or options.renounce,
        renounces=options.renounce,
        asks=not options.no_question,
        waives=not options.no_waiver,
    )


def _say(line: str) -> None:
    print(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
