"""The only reader of law files: the package's own, and a deployer's overlay folder of the same shape.

An overlay file replaces ours of the same name, but for house.yaml and timetable.yaml: those add to ours or change it
rule by rule and stage by stage, so that no overlay drops a safeguard by leaving it out.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from rogatory.errors import FindingsError
from rogatory.law.law_file import (
    LawFault,
    LawFile,
    kind_of,
    measure_of,
    read,
    state_of,
    timetable_of,
    treaty_of,
)
from rogatory.law.model import HOUSE, Lawbook, Limit, Treaty
from rogatory.law.schema_faults import Fault, nearest
from schemas.identifiers import Stage

LARGEST = 512 * 1024


class LawDataError(FindingsError):
    """A law file cannot be used; `faults` says where, `str()` gives them line by line."""

    def __init__(self, faults: list[LawFault]) -> None:
        super().__init__("\n".join(map(str, faults)), "Correct the law files; see: rogatory law check FILE")
        self.faults = faults


def load_lawbook(overlay: Path | None = None) -> Lawbook:
    """Reads and checks all law data.

    Args:
        overlay: a folder with treaties/, measures/, states/, house.yaml, timetable.yaml, any of them optional; one
            that is not there counts as none.

    Raises:
        LawDataError: with every fault by file, line and column.
    """
    if overlay is None or not overlay.is_dir():
        return _own_lawbook()
    return _assemble([*_texts(_own_folder(), ""), *_texts(overlay, f"{overlay}/")])


def check_files(paths: Iterable[Path], overlay: Path | None = None) -> list[LawFault]:
    """Checks law files as if they stood in an overlay: form, and every reference into the data we have."""
    own = [*_texts(_own_folder(), "")]
    if overlay is not None:
        own += _texts(overlay, f"{overlay}/")
    given = []
    for path in paths:
        try:
            given.append((str(path), _text(path)))
        except FileNotFoundError:
            return [LawFault(str(path), 1, 1, "There is no such file.", "check the path")]
    _, found = _gather([*own, *given])
    names = {name for name, _ in given}
    return [fault for fault in found if fault.file in names]


def _own_folder() -> Path:
    return Path(str(files("rogatory.law")))


@cache
def _own_lawbook() -> Lawbook:
    return _assemble(list(_texts(_own_folder(), "")))


def _texts(folder: Path, prefix: str) -> list[tuple[str, str]]:
    """Name and text of every law file of a folder, in the order of their names."""
    found = [path for kind in ("treaties", "measures", "states") for path in sorted((folder / kind).glob("*.yaml"))]
    found += [path for name in ("house.yaml", "timetable.yaml") if (path := folder / name).is_file()]
    return [(prefix + path.relative_to(folder).as_posix(), _text(path)) for path in found]


def _text(path: Path) -> str:
    """The file's text; raises LawDataError where it is too large or not UTF-8."""
    content = path.read_bytes()
    if len(content) > LARGEST:
        raise LawDataError([LawFault(str(path), 1, 1, f"The file is larger than {LARGEST // 1024} KiB.", "split it")])
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LawDataError([LawFault(str(path), line, 1, "The file is not UTF-8.", "save it as UTF-8")]) from error


def _assemble(texts: list[tuple[str, str]]) -> Lawbook:
    lawbook, found = _gather(texts)
    if found or lawbook is None:
        raise LawDataError(found)
    return lawbook


def _gather(texts: list[tuple[str, str]]) -> tuple[Lawbook | None, list[LawFault]]:
    """The lawbook, or the faults; later files win over earlier ones of the same id."""
    found: list[LawFault] = []
    sound: list[LawFile] = []
    for name, text in texts:
        file, faults = read(name, text)
        found += faults
        if file is not None and not faults:
            sound.append(file)
    treaties = {file.document.value["id"]: file for file in sound if file.kind == "treaty"}
    house = [file for file in sound if file.kind == "treaty" and file.document.value["id"] == HOUSE]
    treaties.pop(HOUSE, None)
    measures = {file.document.value["type"]: file for file in sound if file.kind == "measure"}
    states = {file.document.value["code"]: file for file in sound if file.kind == "state"}
    for file in sound:
        found += [file.fault(fault) for fault in _dangling(file, set(treaties))]
    if found:
        return None, found
    timetable: dict[Stage, Limit] = {}
    for file in sound:
        if file.kind == "timetable":
            timetable |= timetable_of(file.document.value)
    if missing := [stage.value for stage in Stage if stage not in timetable]:
        return None, [LawFault("timetable.yaml", 1, 1, f"No limit for {', '.join(missing)}.", "add it under stages")]
    return (
        Lawbook(
            digest=_digest(texts),
            treaties={id_: treaty_of(file.document.value) for id_, file in treaties.items()},
            house=_one_house([treaty_of(file.document.value) for file in house]),
            measures={type_: measure_of(file.document.value) for type_, file in measures.items()},
            states={code: state_of(file.document.value) for code, file in states.items()},
            timetable=timetable,
        ),
        [],
    )


def _dangling(file: LawFile, instruments: set[str]) -> list[Fault]:
    """References of one file to instruments that are not there."""
    value: dict[str, Any] = file.document.value
    places: list[tuple[tuple[str | int, ...], str]] = []
    if file.kind == "treaty" and "supplements" in value:
        places.append((("supplements",), value["supplements"]))
    if file.kind == "measure":
        places += [(("purposes", each), each) for each in value["purposes"]]
    if file.kind == "state":
        places += [(("bound_by", n, "instrument"), each["instrument"]) for n, each in enumerate(value["bound_by"])]
        places += [(("central_authority_for", n), each) for n, each in enumerate(value["central_authority_for"])]
    return [
        Fault(
            path,
            f'There is no instrument "{each}".{nearest(each, instruments)}',
            "one of: " + ", ".join(sorted(instruments)),
        )
        for path, each in places
        if each not in instruments
    ]


def _one_house(files_: list[Treaty]) -> Treaty:
    """The house rules with an overlay's changes: a rule of the same id is replaced, none is dropped."""
    rules = {rule.id: rule for file in files_ for rule in file.rules}
    return files_[0].model_copy(update={"rules": tuple(rules.values())})


def _digest(texts: list[tuple[str, str]]) -> str:
    """SHA-256 over names by kind and the SHA-256 of each text, in the order read, so that any change of law shows."""
    parts = [
        [kind_of(name), name.rpartition("/")[2], hashlib.sha256(text.encode()).hexdigest()] for name, text in texts
    ]
    return "sha256:" + hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()
