"""What `--help` prints without loading a command: the list of commands, and one example for each."""

import shutil
from collections.abc import Mapping
from textwrap import fill

EXAMPLES = {
    "init": "init --with-simulator other-state",
    "doctor": "doctor",
    "up": "up",
    "demo": "demo --only assistance --out out",
    "completion": "completion bash > ~/.local/share/bash-completion/completions/rogatory",
    "draft new": "draft new --type bank_records --to XN --out request.yaml",
    "draft check": "draft check request.yaml",
    "draft preview": "draft preview request.yaml --out letter.pdf",
    "draft preflight": "draft preflight request.yaml",
    "draft schema": "draft schema --out draft.schema.json",
    "draft translate": "draft translate request.yaml --into fr",
    "draft form": "draft form request.yaml m1 us-3505",
    "draft types": "draft types",
    "law list": "law list",
    "law show": "law show bank_records",
    "law between": "law between XV XN --for bank_records",
    "law judge": "law judge refusal --basis un-untoc --fact ground=bank_secrecy",
    "law check": "law check treaties/our-treaty.yaml",
    "law test": "law test our-sentences.yaml",
    "law coverage": "law coverage --out coverage.md",
    "law forms": "law forms US",
    "case submit": "case submit request.yaml --as prosecutor",
    "case list": "case list --status review",
    "case show": "case show XV-2026-0001 --follow",
    "case timeline": "case timeline XV-2026-0001 --svg timeline.svg",
    "case document": "case document XV-2026-0001 checklist_report --as prosecutor --out checklist.pdf",
    "case catalogue": "case catalogue",
    "case documents": "case documents XV-2026-0001 --save papers",
    "case query": 'case query XV-2026-0001 --note "The trial opens on 3 May." --as prosecutor',
    "case preserved": "case preserved XV-2026-0001 --on 2026-11-20 --as registrar-1",
    "case not-preserved": 'case not-preserved XV-2026-0001 --reason "No such account." --as registrar-1',
    "case followed-up": "case followed-up XV-2026-0001 --by XV-2026-0002 --as prosecutor",
    "case conditions": "case conditions XV-2026-0001 --accepted --as registrar-1",
    "case withdraw": 'case withdraw XV-2026-0001 --reason "The accused has died." --as prosecutor',
    "case correspondence": "case correspondence --incoming --find XN/2026/77",
    "case deadlines": "case deadlines --within 10",
    "case bundle": "case bundle XV-2026-0001 --out bundle.pdf",
    "case letter": "case letter XV-2026-0001 --docx letter.docx",
    "case export": "case export XV-2026-0001 --to ledger",
    "case words": "case words XV-2026-0001",
    "case erase-words": 'case erase-words XV-2026-0001 --line 41 --basis "Data Protection Act s. 47" --as signatory',
    "case order-erasure": 'case order-erasure XV-2026-0001 --basis "Court order 17/2031" --as signatory',
    "case erase": "case erase XV-2026-0001 --as custodian",
    "task list": "task list --mine --as reviewer-1",
    "task show": "task show XV-2026-0001.review-1",
    "task approve": "task approve XV-2026-0001.review-1 --as reviewer-1",
    "task return": 'task return XV-2026-0001.review-1 --reason "Add the period." --as reviewer-1',
    "task refuse": 'task refuse XV-2026-0001.review-1 --reason "Outside our powers." --as signatory',
    "task break-glass": 'task break-glass XV-2026-0001.review-1 --reason "He flies at six." --as custodian',
    "task review-break-glass": "task review-break-glass XV-2026-0001 --verdict upheld "
    '--note "Both were called." --as registrar-1',
    "task go-on": 'task go-on XV-2026-0001 --reason "The arrest was approved since." --as reviewer-2',
    "task reassign": "task reassign XV-2026-0001.review-1 --from reviewer-1 --to reviewer-2 "
    '--reason "On leave." --as signatory',
    "task confirm": "task confirm XV-2026-0001.evidence-return-1 --as signatory",
    "transmit": "transmit XV-2026-0001 --channel courier --tracking 88-201 --as registrar-1",
    "ack": "ack XV-2026-0001 --their-ref B-26-4471 --received 2026-11-26 --as registrar-1",
    "ask": 'ask XV-2026-0001 --question "Which branch?" --as registrar-1',
    "reply": 'reply XV-2026-0001 --answer "The one in Port Hale." --as prosecutor',
    "extradition show": "extradition show XV-2026-0001",
    "extradition clocks": "extradition clocks XV-2026-0001",
    "extradition arrest": "extradition arrest XV-2026-0001 --on 2026-11-20 --as registrar-1",
    "extradition not-found": 'extradition not-found XV-2026-0001 --reason "Left in May." --as registrar-1',
    "extradition supply": "extradition supply XV-2026-0001 statement_of_offences "
    '--title "Statement of offences" --pages 4 --as prosecutor',
    "extradition file": "extradition file XV-2026-0001 --as prosecutor",
    "extradition consent": 'extradition consent XV-2026-0001 --before "District Court" --on 2026-11-25 --judge '
    "--counsel --interpreter --as registrar-1",
    "extradition decision": "extradition decision XV-2026-0001 --decided 2026-12-10 --granted 1 --as registrar-1",
    "extradition assure": 'extradition assure XV-2026-0001 death_penalty --text "It is not imposed." --as signatory',
    "extradition prosecute": "extradition prosecute XV-2026-0001 --as prosecutor",
    "extradition appoint": 'extradition appoint XV-2026-0001 --on 2027-01-12 --place "Port Hale" --as registrar-1',
    "extradition not-collected": 'extradition not-collected XV-2026-0001 --reason "A storm." --beyond-control '
    "--as registrar-1",
    "extradition new-date": "extradition new-date XV-2026-0001 --on 2027-01-19 --as registrar-1",
    "extradition postponed": 'extradition postponed XV-2026-0001 --reason "A trial there." --as registrar-1',
    "extradition surrendered": "extradition surrendered XV-2026-0001 --at 2027-01-12T09:30+01:00 "
    '--place "Port Hale" --days-detained 53 --as registrar-1',
    "extradition returned": "extradition returned XV-2026-0001 --on 2027-03-01 --as registrar-1",
    "extradition transit": 'extradition transit XV-2026-0001 --through XB --route "By air, 12 January." '
    "--as prosecutor",
    "extradition charge": 'extradition charge XV-2026-0001 --title Fraud --provision "s 12" --offence 1 '
    "--as prosecutor",
    "extradition waiver": 'extradition waiver XV-2026-0001 --title Fraud --provision "s 12" '
    '--facts "A second account." --statement --as prosecutor',
    "extradition waiver-answer": "extradition waiver-answer XV-2026-0001 --waiver w1 --granted --as registrar-1",
    "extradition onward": 'extradition onward XV-2026-0001 --to XB --about "A trial for fraud." --as prosecutor',
    "extradition onward-answer": "extradition onward-answer XV-2026-0001 --request o1 --refused --as registrar-1",
    "extradition discharge": "extradition discharge XV-2026-0001 --on 2027-06-01 --as prosecutor",
    "extradition departure": "extradition departure XV-2026-0001 --left 2027-06-20 --as prosecutor",
    "extradition outcome": "extradition outcome XV-2026-0001 acquitted --on 2027-05-30 --final --nothing-owed "
    "--as prosecutor",
    "evidence add": "evidence add XV-2026-0001 statements.pdf disk.E01 --as custodian",
    "evidence list": "evidence list XV-2026-0001",
    "evidence resolve": 'evidence resolve XV-2026-0001-E001 --exclude --reason "It is cut short." --as prosecutor',
    "evidence reconcile": "evidence reconcile XV-2026-0001 --supplement rest.yaml",
    "evidence granted": "evidence granted XV-2026-0001 m1 partly --on 2026-11-20 --proof letter.pdf --as prosecutor",
    "evidence tie": "evidence tie XV-2026-0001-E001 m1 --as prosecutor",
    "evidence form": "evidence form XV-2026-0001-E001 m1 us-3505 --lacking signature --as prosecutor",
    "evidence settle": 'evidence settle XV-2026-0001 m1 --reason "The rest is asked for again." '
    "--by XV-2026-0002 --as prosecutor",
    "evidence limits": "evidence limits XV-2026-0001 --duty return --due 2027-12-01 --as prosecutor",
    "evidence consent": 'evidence consent XV-2026-0001 XV-2026-0001-E001 --for "OC 211/2026" --outcome granted '
    "--on 2026-11-20 --letter consent.pdf --as prosecutor",
    "evidence use": 'evidence use XV-2026-0001-E001 --in "OC 211/2026" --on 2027-02-03 --how "Read in court." '
    "--as prosecutor",
    "evidence disclose": 'evidence disclose XV-2026-0001-E001 --in "OC 211/2026" --on 2027-02-03 '
    "--notified 2027-01-20 --notice notice.pdf --as prosecutor",
    "evidence uses": "evidence uses XV-2026-0001",
    "evidence duties": "evidence duties XV-2026-0001",
    "evidence discharge": "evidence discharge XV-2026-0001-E001 return --on 2027-11-20 "
    "--certificate return.pdf --as custodian",
    "evidence export": "evidence export XV-2026-0001 --to evidence",
    "custody offer": "custody offer XV-2026-0001-E001 --to prosecutor --as custodian",
    "custody accept": "custody accept XV-2026-0001-E001 --as prosecutor",
    "custody refuse": 'custody refuse XV-2026-0001-E001 --reason "The seal is broken." --as prosecutor',
    "custody show": "custody show XV-2026-0001-E001",
    "custody enter": 'custody enter XV-2026-0001 --description "Disk, serial WX-1" --place "Strongroom 2" '
    "--seal S-1 --as custodian",
    "custody seal": "custody seal XV-2026-0001-E05 --seal S-2 --as prosecutor",
    "custody open": "custody open XV-2026-0001-E05 --seal-found S-1 --as prosecutor",
    "custody store": 'custody store XV-2026-0001-E05 --place "Strongroom 4" --as custodian',
    "custody examine": 'custody examine XV-2026-0001-E05 --tool "Autopsy 4.21" --report report.pdf --as prosecutor',
    "custody copy": 'custody copy XV-2026-0001-E05 disk.dd --kind image --tool "dd 9.1" --as prosecutor',
    "custody return": 'custody return XV-2026-0001-E05 --to "Anna Bell, registrar" --transport courier '
    "--tracking 88-202 --as custodian",
    "custody destroy": "custody destroy XV-2026-0001-E05 --method shredded --before prosecutor --order "
    "order.pdf --as custodian",
    "custody correct": 'custody correct XV-2026-0001-E05 --line 41 --field seal-after --to S-12 --reason "The '
    'photograph shows it." --as custodian',
    "custody label": "custody label XV-2026-0001 --out labels.pdf",
    "custody scan": "custody scan receipt.pdf --as custodian",
    "custody sign-off": "custody sign-off XV-2026-0001 --as custodian",
    "officials list": "officials list",
    "officials add": 'officials add reviewer-3 --name "Uma Reed" --post "Legal officer" --role reviewer '
    "--person xv-person-30",
    "officials rotate": "officials rotate reviewer-1",
    "officials revoke": "officials revoke reviewer-1 --suspect-from XV-2026-0001/17",
    "officials passkey": "officials passkey reviewer-1",
    "officials delegate": "officials delegate reviewer-1 reviewer-3 --role reviewer --until 2027-01-31 "
    '--reason "On leave."',
    "officials absent": "officials absent signatory",
    "officials end": "officials end signatory",
    "officials re-attest": 'officials re-attest XV-2026-0001 17 --note "Asked her by telephone." --as signatory',
    "vault status": "vault status",
    "vault scrub": "vault scrub XV-2026-0001 --open",
    "vault orphans": "vault orphans",
    "timestamps": "timestamps https://tsa.example/tsr --certificate root.pem --list root.crl",
    "pin": "pin signatory",
    "serve": "serve --port 8080",
    "verify": "verify papers",
    "worker": "worker",
}
"""Command path to a line that a person could type."""

Commands = Mapping[str, tuple[str, str]]


def overview(commands: Commands, groups: Mapping[str, str], group: str, epilogue: str) -> str:
    """The list of all commands, or of one group's; nothing of them is imported."""
    head = f"Usage: rogatory {group + ' ' if group else ''}COMMAND"
    about = groups[group] if group else "Requests for mutual legal assistance, from draft to custody sign-off."
    rows: dict[str, str] = {}
    for path, (_, text) in commands.items():
        first, _, second = path.partition(" ")
        if group and first == group:
            rows[second] = text
        elif not group:
            rows[first] = groups.get(first, text)
    wide = max(40, min(shutil.get_terminal_size().columns, 120))
    lines = [
        fill(f"{name}: {text}", wide, initial_indent="  ", subsequent_indent="      ") for name, text in rows.items()
    ]
    first_row = next(iter(rows))
    shown = EXAMPLES.get(f"{group} {first_row}".strip(), "") if group else "draft new"
    more = f"Of one command: rogatory {group + ' ' if group else ''}COMMAND --help"
    return "\n".join([head, "", about, "", "Commands:", *lines, "", more, *example_lines(shown), "", epilogue, ""])


def example_lines(example: str) -> list[str]:
    """The lines that show an example; none where there is none."""
    return ["", "Example:", f"  rogatory {example}"] if example else []
