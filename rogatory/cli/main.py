"""The command tree, and the one door every command leaves by: words, exit code, no traceback.

Commands are named by strings and imported when they run. Exit codes: rogatory/errors.py; besides, 0 done, 1 our bug,
130 interrupted, 141 the reader of a pipe went away before the command was done.
"""

import contextlib
import gc
import itertools
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rogatory import __version__
from rogatory.cli.session import Session, begin, session
from rogatory.errors import RefusedError, RogatoryError, UsageError

if TYPE_CHECKING:
    from cyclopts import App

OUR_BUG, USAGE, UNREACHABLE, INTERRUPTED, BROKEN_PIPE = 1, 2, 69, 130, 141

GROUPS = {
    "draft": "Write a request and check it against the law.",
    "law": "The treaties, measures and states this installation knows.",
    "case": "Submit a request and follow it.",
    "task": "What waits for a decision.",
    "extradition": "Ask for a person: arrest, decision, surrender, and what is owed afterwards.",
    "evidence": "Take in and list what the other state returns.",
    "officials": "Who may act, by which key: each change is signed by two registrars.",
    "custody": "Who holds an item, from hand to hand, to the sign-off.",
    "vault": "What keeps the content: where it lies, whether it is sound, what nobody names.",
}

# command path: where it lives, one line of help (given here, so that a list of commands imports none of them)
COMMANDS = {
    "init": ("setup:init", "Make keys, ledger and vault in ROGATORY_HOME."),
    "doctor": ("doctor:doctor", "Check this installation, one line each, with the fix."),
    "up": ("setup:up", "Run the server and the worker on this machine until Ctrl-C."),
    "demo": ("demo:demo", "Play a whole case between two invented states."),
    "draft new": ("draft:new", "Write a draft to fill in."),
    "draft check": ("draft:check", "Check a draft: form and law, with the line and the article."),
    "draft preview": ("draft:preview", "Lay out the letter of a draft, marked DRAFT."),
    "draft preflight": ("draft:preflight", "Write what the other state could answer: would it be returned?"),
    "draft form": ("reconcile:draft_form", "Write the form of evidence the court needs into a draft."),
    "draft schema": ("draft:schema", "Print the JSON Schema of a draft."),
    "draft translate": ("draft_translate:translate", "Write the draft's translation, or bring it up to date."),
    "draft types": ("draft:types", "List the types of assistance."),
    "law list": ("law:list_", "List the instruments."),
    "law show": ("law_show:show", "Show an instrument, a rule, a measure, a state or a step."),
    "law between": ("law_between:between", "Say which instruments carry a request between two states."),
    "law judge": ("law_between:judge", "Say what the law holds against a refusal, a use, a charge ..."),
    "law forms": ("reconcile:forms", "List the forms of evidence that courts need."),
    "law check": ("law:check", "Check law files before they are used."),
    "law test": ("law_test:test", "Say whether the law data do what a file of sentences says."),
    "law coverage": ("law_coverage:coverage", "Say which known rules the law data hold, and why not the others."),
    "case submit": ("cases:submit", "File a draft as a request, or as the correction of one."),
    "case list": ("cases:list_", "List the cases, the last changed first."),
    "case show": ("cases:show", "Show where a case stands and what happened."),
    "case timeline": ("timeline:timeline", "Show the course of a case as a picture."),
    "case document": ("paper:document", "Have a paper of the case made."),
    "case catalogue": ("paper:catalogue", "List every type of document there is, and what each needs."),
    "case documents": ("cases:documents", "List the documents of a case, or save them."),
    "case query": ("case_acts:query", "Ask the other state how the matter stands."),
    "case preserved": ("case_acts:preserved", "Record that the data are preserved; the periods of law run."),
    "case not-preserved": ("case_acts:not_preserved", "Record that the data are not preserved."),
    "case followed-up": ("case_acts:followed_up", "Name the request that asks for the preserved data."),
    "case conditions": ("case_acts:conditions", "Record whether conditions on information were accepted."),
    "case withdraw": ("cases:withdraw", "Withdraw a request at any stage."),
    "case correspondence": ("correspondence:correspondence", "List what came in and what went out, in all cases."),
    "case deadlines": ("deadlines:deadlines", "List what is due, soonest first."),
    "case bundle": ("case_copies:bundle", "Bind the documents of a case into one sealed PDF to read."),
    "case letter": ("case_copies:letter", "Write the letter as an editable Word document, marked as a copy."),
    "case words": ("erasing:words", "List the lines that disclose words, by field; never the words."),
    "case erase-words": ("erasing:erase_words", "Erase words that a line discloses; the record verifies as before."),
    "case order-erasure": ("erasing:order", "Order that all content of a closed case be erased."),
    "case erase": ("erasing:erase", "Carry that order out: the case's key is destroyed."),
    "case export": ("cases:export", "Export the case's ledger, to verify it elsewhere."),
    "task list": ("tasks:list_", "List the open tasks, due soonest first."),
    "task show": ("tasks:show", "Show one task."),
    "task approve": ("tasks:approve", "Approve the letter; the signatory signs it."),
    "task return": ("tasks:return_", "Return the letter to its drafter."),
    "task refuse": ("tasks:refuse", "Refuse the request."),
    "task break-glass": ("break_glass:break_glass", "Let a letter that cannot wait go without its reviewers."),
    "task review-break-glass": ("break_glass:review", "Say whether it was right to break the glass."),
    "task go-on": ("break_glass:go_on", "Go on with a case though the broken glass was not upheld."),
    "task reassign": ("reassigning:reassign", "Move a task to another official of the same role."),
    "task confirm": ("tasks:confirm", "Confirm that a wait ended without an answer."),
    "transmit": ("transmit:transmit", "Send the signed letter by a channel."),
    "ack": ("transmit:ack", "Record the requested state's acknowledgement."),
    "ask": ("transmit:ask", "Record a question of the requested state."),
    "reply": ("transmit:reply", "Answer a question of the requested state."),
    "extradition show": ("extradition_show:show", "Show the person's status, clocks, dossier, decision, speciality."),
    "extradition clocks": ("extradition_show:clocks", "List the periods of law, with day and article."),
    "extradition arrest": ("extradition_before:arrest", "Record the arrest; the periods of law run from there."),
    "extradition not-found": ("extradition_before:not_found", "Record that the person was not found."),
    "extradition supply": ("extradition_before:supply", "Add a paper to the dossier."),
    "extradition file": ("extradition_before:file", "File the formal request."),
    "extradition consent": ("extradition_before:consent", "Record the person's consent."),
    "extradition decision": ("extradition_before:decision", "Record the decision, offence by offence."),
    "extradition assure": ("extradition_before:assure", "Give an assurance."),
    "extradition prosecute": ("extradition_before:prosecute", "Ask for prosecution there, after a refusal."),
    "extradition appoint": ("extradition_surrender:appoint", "Record day and place of the surrender."),
    "extradition not-collected": ("extradition_surrender:not_collected", "Record that nobody took the person over."),
    "extradition new-date": ("extradition_surrender:new_date", "Record the new day agreed."),
    "extradition postponed": ("extradition_surrender:postponed", "Record that surrender is put off, or for a time."),
    "extradition surrendered": ("extradition_surrender:surrendered", "Record the handover of the person."),
    "extradition returned": ("extradition_surrender:returned", "Record the return after a surrender for a time."),
    "extradition transit": ("extradition_surrender:transit", "Ask a third state to let the person pass."),
    "extradition charge": ("extradition_after:charge", "Propose a charge; speciality is asked first."),
    "extradition waiver": ("extradition_after:waiver", "Ask for consent to another charge."),
    "extradition waiver-answer": ("extradition_after:waiver_answer", "Record the answer."),
    "extradition onward": ("extradition_after:onward", "Ask for consent to send the person on."),
    "extradition onward-answer": ("extradition_after:onward_answer", "Record the answer."),
    "extradition discharge": ("extradition_after:discharge", "Record the final discharge."),
    "extradition departure": ("extradition_after:departure", "Record that the person left, or came back."),
    "extradition outcome": ("extradition_after:outcome", "Record how the proceedings ended."),
    "evidence add": ("evidence:add", "Take files in as evidence."),
    "evidence list": ("evidence:list_", "List the items of a case."),
    "evidence resolve": ("evidence:resolve", "Decide on an item that is not what was declared."),
    "evidence reconcile": ("reconcile:reconcile", "Compare what was asked with what was granted and received."),
    "evidence granted": ("reconcile:granted", "Record what the requested state did with a measure."),
    "evidence tie": ("reconcile:tie", "Tie an item to the measure that asked for it."),
    "evidence form": ("reconcile:form", "Hold a certificate against the form the court needs."),
    "evidence settle": ("reconcile:settle", "Leave a measure, with a note that says why."),
    "evidence limits": ("use:limits", "Record the limits on the use of items."),
    "evidence consent": ("use:consent", "Record consent of the requested state to another use."),
    "evidence use": ("use:use", "Record a use of an item; outside its limits it is refused."),
    "evidence disclose": ("use:disclose", "Record the disclosure of what exculpates, with its notice."),
    "evidence uses": ("use:uses", "List limits and uses; prepare the report on use."),
    "evidence duties": ("use:duties", "List what is owed for items, soonest first."),
    "evidence discharge": ("use:discharge", "Record that what was owed for an item is done."),
    "evidence export": ("evidence:export", "Export items with their hashes and custody record."),
    "custody offer": ("custody:offer", "Offer an item to another official."),
    "custody accept": ("custody:accept", "Take over an item offered to you."),
    "custody refuse": ("custody:refuse", "Do not take over an item offered to you."),
    "custody show": ("custody:show", "Show who held an item, and when."),
    "custody enter": ("items:enter", "Enter a physical item, received or announced."),
    "custody seal": ("items:seal", "Seal a thing, or replace its seal."),
    "custody open": ("items:open_", "Open a sealed thing."),
    "custody store": ("items:store", "Put a thing in another place."),
    "custody examine": ("items:examine", "Record an examination."),
    "custody copy": ("items:copy", "Make a copy or a part an item of its own."),
    "custody return": ("items:return_", "Return a thing to whom it came from."),
    "custody destroy": ("items:destroy", "Destroy a thing, before another official."),
    "custody correct": ("items:correct", "Correct a line of the record by a new one; both stay."),
    "custody label": ("labels:label", "Write labels with QR codes for items."),
    "custody scan": ("labels:scan", "Join a scanned paper to the item its label names."),
    "custody sign-off": ("custody:sign_off", "Vouch that the items received are the items held."),
    "officials list": ("officials:list_", "List the officials, and how the directory came to know them."),
    "officials add": ("officials:add", "Enter an official of the demonstration, with a new key."),
    "officials rotate": ("officials:rotate", "Give an official a new key; the old one signs nothing from then on."),
    "officials passkey": ("officials:passkey", "Enter the passkey an official offered, or take theirs away."),
    "officials delegate": ("delegations:delegate", "Let an official act in another's stead."),
    "officials absent": ("delegations:absent", "Put an absence on record: from now on the deputies may act."),
    "officials end": ("delegations:end", "End a delegation or an absence."),
    "officials re-attest": ("officials:re_attest", "Vouch, having checked it, for an act that a suspect key signed."),
    "officials revoke": ("officials:revoke", "Take an official out of the directory."),
    "vault status": ("vault:status", "Show where the content lies, and whether it can be deleted before its time."),
    "vault scrub": ("vault:scrub", "Read all content, without keys; say what is damaged or lost."),
    "vault orphans": ("vault:orphans", "List what the vault holds and no line of the ledger names."),
    "timestamps": ("timestamps:timestamps", "Show or set the authority that says when a letter was signed."),
    "verify": ("verify:verify", "Check a PDF, a ledger, a package or a folder, offline."),
    "completion": ("completion:completion", "Print what bash, zsh or fish reads to complete commands."),
    "pin": ("pin:pin", "Put a PIN on an official's key, or change it."),
    "serve": ("serve:serve", "Serve the inbox in a browser, on this machine only."),
    "worker": ("setup:worker", "Run the worker against the server of the profile."),
}

EPILOGUE = """Before or after any command: --json (one JSON document), --no-input (never ask), --as OFFICIAL (who acts).
Exit codes: 0 done, 1 our bug, 2 usage, 3 draft or law, 4 refused to you, 5 not found, 6 overtaken, 7 integrity,
69 unreachable, 130 interrupted."""


def tree(chosen: Sequence[str] = ()) -> "App":
    """The commands, none of them imported; the chosen one tells its whole help, the others their line."""
    from cyclopts import App, Parameter

    app = App(
        name="rogatory",
        default_parameter=Parameter(negative_iterable=(), show_default=_default_shown),
        help="Requests for mutual legal assistance, from draft to custody sign-off.",
        help_epilogue=EPILOGUE,
        help_formatter="plain",
        version=__version__,
        version_flags=("--version",),
        result_action="return_value",
        exit_on_error=False,
        print_error=False,
        suppress_keyboard_interrupt=False,
    )
    groups: dict[str, App] = {}
    for order, (path, (place, text)) in enumerate(COMMANDS.items()):
        group, _, name = path.rpartition(" ")
        if group and group not in groups:
            groups[group] = App(name=group, help=GROUPS[group], sort_key=order)
            app.command(groups[group])
        parent = groups[group] if group else app
        whole = path.split() == list(chosen[: len(path.split())])
        parent.command(f"rogatory.cli.{place}", name=name, help=None if whole else text, sort_key=order)
    return app


def _default_shown(value: object) -> str | None:
    """A default as help shows it; None, where it is that nothing is given."""
    return None if value is None or value is False or value in ((), "") else str(value)


def check_known(tokens: Sequence[str]) -> None:
    """Raises UsageError with the nearest command for a word that is none; cyclopts would import all of them to tell."""
    from difflib import get_close_matches

    words = list(itertools.takewhile(lambda word: not word.startswith("-"), tokens[:2]))
    if not words:
        return
    first = words[0]
    firsts = [path for path in [*GROUPS, *COMMANDS] if " " not in path]
    if first not in firsts:
        seconds = [path for path in COMMANDS if path.endswith(f" {first}")]
        near = seconds or get_close_matches(first, firsts, n=1)
        raise UsageError(f'There is no command "{first}".{_did_you_mean(near)}', "See: rogatory --help")
    if first in GROUPS and len(words) == 2 and f"{first} {words[1]}" not in COMMANDS:
        own = [path.partition(" ")[2] for path in COMMANDS if path.startswith(f"{first} ")]
        near = [f"{first} {name}" for name in get_close_matches(words[1], own, n=1)]
        near = near or [path for path in COMMANDS if path.endswith(f" {words[1]}")]
        raise UsageError(f'There is no command "{first} {words[1]}".{_did_you_mean(near)}', f"One of: {', '.join(own)}")


def _did_you_mean(near: Sequence[str]) -> str:
    named = " or ".join(f'"{each}"' for each in near)
    return f" Did you mean {named}?" if near else ""


def main() -> None:
    """Ends without finalising the interpreter: the SDK's threads abort it there now and then, with code 134."""
    gc.set_threshold(100_000, 20, 50)  # most commands end before there is anything to collect
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError, OSError):  # its reader has gone: the work is done all the same
            stream.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """Runs one command line and returns its exit code; every failure becomes a message and a code here."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    begin(Session(as_json="--json" in arguments, official=os.environ.get("ROGATORY_AS") or None))
    try:
        tokens, fresh = global_flags(arguments)
        begin(fresh)
        if tokens == ["--version"]:
            sys.stdout.write(f"{__version__}\n")
            return 0
        return dispatch(tokens)
    except BaseException as error:  # noqa: BLE001  (the last door: no traceback reaches a person)
        return explain(error, arguments)


def explain(error: BaseException, arguments: Sequence[str]) -> int:
    """What a failure means for a person: words on stderr, and the exit code."""
    if isinstance(error, BaseExceptionGroup):
        error = telling(error)
    if isinstance(error, RogatoryError):
        findings = getattr(error, "findings", None)
        return complain(kind_of(error), str(error), error.hint, error.exit_code, findings)
    if isinstance(error, KeyboardInterrupt) or type(error).__name__ == "CancelledError":
        return complain("interrupted", "Interrupted.", "", INTERRUPTED)
    if isinstance(error, BrokenPipeError):
        return BROKEN_PIPE
    if isinstance(error, OSError) and error.filename is not None:
        return disk_failed(error)
    return our_bug(error, arguments)


def global_flags(arguments: Sequence[str]) -> tuple[list[str], Session]:
    """Takes the global flags out, wherever they stand before `--`. Raises UsageError for a bad --as."""
    rest: list[str] = []
    flags = Session(official=os.environ.get("ROGATORY_AS") or None)
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        if word == "--json":
            flags.as_json = True
        elif word == "--no-input":
            flags.no_input = True
        elif word == "--as":
            if not waiting or waiting[0].startswith("-"):
                raise UsageError("--as needs the id of an official.", "E.g. --as prosecutor")
            flags.official = waiting.pop(0)
        elif word.startswith("--as="):
            flags.official = word.removeprefix("--as=")
        else:
            rest.append(word)
    if flags.official is not None and not (flags.official.replace("-", "a").isalnum() and flags.official.islower()):
        raise UsageError(f'"{flags.official}" is not the id of an official.', "E.g. --as prosecutor")
    return rest, flags


def dispatch(tokens: list[str]) -> int:
    """Finds the command and runs it; what it returns is its exit code, nothing counts as 0."""
    check_known(tokens)
    asks = [word for word in tokens if word in ("--help", "-h")]
    words = [word for word in tokens if not word.startswith("-")]
    if not words[1:] and "".join(words) in ("", *GROUPS) and len(asks) + len(words) == len(tokens):
        from rogatory.cli.help import overview

        sys.stdout.write(overview(COMMANDS, GROUPS, "".join(words), EPILOGUE))
        return 0
    from cyclopts.exceptions import CycloptsError

    try:
        result = tree(tokens)(tokens)
    except CycloptsError as error:
        chain = " ".join(error.command_chain or ())
        raise UsageError(" ".join(str(error).split()), f"See: rogatory {chain} --help".replace("  ", " ")) from error
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # rich's own way of saying it
            return BROKEN_PIPE
        return ended.code if isinstance(ended.code, int) else USAGE if ended.code else 0
    if asks:
        from rogatory.cli.help import EXAMPLES, example_lines

        path = next((each for each in (" ".join(words[:2]), *words[:1]) if each in COMMANDS), "")
        sys.stdout.write("\n".join([*example_lines(EXAMPLES.get(path, "")), ""]))
    return result if isinstance(result, int) and not isinstance(result, bool) else 0


def complain(kind: str, message: str, hint: str, code: int, findings: object = None) -> int:
    """Says what went wrong and what to do; where JSON is asked and nothing was written, as the one JSON document."""
    from rogatory.cli.output import emit, warn

    warn(f"rogatory: {message}")
    if hint:
        warn(f"  {hint}")
    if session().as_json and not session().emitted:
        told = {"kind": kind, "message": message, "hint": hint, "exit_code": code}
        emit({"error": told} if findings is None else {"error": told, "findings": findings})
    return code


def kind_of(error: RogatoryError) -> str:
    """The name programs read: Forbidden, FourEyes ... for what was refused, else the error's own."""
    return error.kind if isinstance(error, RefusedError) else type(error).__name__


def telling(group: BaseExceptionGroup[BaseException]) -> BaseException:
    """Of several failures at once, the one that speaks to a person; the group itself where none does."""
    for kind in (RogatoryError, KeyboardInterrupt, OSError):
        found, _ = group.split(kind)
        while isinstance(found, BaseExceptionGroup):
            found = found.exceptions[0]  # type: ignore[assignment]
        if found is not None:
            return found
    return group


def disk_failed(error: OSError) -> int:
    """A file or disk said no: the person's to mend, so no bug; a full or broken disk counts as unreachable."""
    own_fault = isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError)
    what = error.strerror or type(error).__name__
    return complain("OSError", f"{error.filename}: {what}.", "", USAGE if own_fault else UNREACHABLE)


def our_bug(error: BaseException, arguments: Sequence[str]) -> int:
    """Keeps the traceback in a file and tells its path."""
    from rogatory.adapters.logs import keep_traceback

    words = [token for token in arguments if token in {part for path in COMMANDS for part in path.split()}]
    place = keep_traceback(error, " ".join(words))
    hint = f"Please report it with {place}; it may quote the case, so read it first." if place else ""
    return complain("bug", "This is a mistake in Rogatory, not in what you typed.", hint, OUR_BUG)
