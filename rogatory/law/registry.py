"""The only reader of law files: the package's own, and a deployer's overlay folder of the same shape.

An overlay file replaces ours of the same name, but for those beside the folders (house.yaml, timetable.yaml,
words.yaml, steps.yaml, demands.yaml): those add to ours or change it rule by rule, stage by stage, word by word, so
that no overlay drops a safeguard by leaving it out.
"""

import hashlib
import json
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from pathlib import Path

from rogatory.errors import FindingsError
from rogatory.law.kept import keep_lawbook, keep_values, kept_lawbook, kept_values, key
from rogatory.law.law_file import (
    FOLDERS,
    ROOT_FILES,
    LawFault,
    LawFile,
    demands_of,
    kind_of,
    measure_of,
    parties_of,
    read,
    state_of,
    stem_of,
    steps_of,
    timetable_of,
    treaty_of,
    words_of,
)
from rogatory.law.law_links import Names, dangling, repeated_rules
from rogatory.law.model import Lawbook, Limit, Treaty
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
        overlay: a folder with treaties/, measures/, states/, parties/, house.yaml, timetable.yaml, words.yaml,
            steps.yaml, demands.yaml, any of them optional; one that is not there counts as none.

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
    found = [
        path for kind in FOLDERS for path in sorted((folder / kind).glob("*.csv" if kind == "parties" else "*.yaml"))
    ]
    found += [path for name in ROOT_FILES if (path := folder / name).is_file()]
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
    lawbook = kept_lawbook(_digest(texts))
    if lawbook is not None:
        return lawbook
    lawbook, found = _gather(texts)
    if found or lawbook is None:
        raise LawDataError(found)
    keep_lawbook(lawbook)
    return lawbook


def _gather(texts: list[tuple[str, str]]) -> tuple[Lawbook | None, list[LawFault]]:
    """The lawbook, or the faults; later files win over earlier ones of the same id."""
    sound, found = _sound(texts)
    names = Names(broken={stem_of(fault.file) for fault in found})
    for file in sound:
        names.take(file)
    for file in sound:
        found += [file.fault(fault) for fault in dangling(file, names)]
    found += repeated_rules(names)
    if found:
        return None, found
    return _lawbook(names, sound, _digest(texts))


def _sound(texts: list[tuple[str, str]]) -> tuple[list[LawFile], list[LawFault]]:
    """The files sound by themselves, and the faults of the others; what was found sound before is not read again."""
    found: list[LawFault] = []
    sound: list[LawFile] = []
    kept, values = kept_values(), {}
    for name, text in texts:
        place = _place(name, text)
        if place in kept:
            file: LawFile | None = LawFile(name, kind_of(name), kept[place], text)
        else:
            file, faults = read(name, text)
            found += faults
            file = None if faults else file
        if file is not None:
            sound.append(file)
            values[place] = file.value
    if not values.keys() <= kept.keys():
        keep_values(values)
    return sound, found


def _place(name: str, text: str) -> str:
    try:
        return key(kind_of(name), stem_of(name), text)
    except ValueError:
        return ""


def _lawbook(names: Names, sound: list[LawFile], digest: str) -> tuple[Lawbook | None, list[LawFault]]:
    timetable: dict[Stage, Limit] = {}
    for file in names.timetables:
        timetable |= timetable_of(file.value)
    if missing := [stage.value for stage in Stage if stage not in timetable]:
        return None, [LawFault("timetable.yaml", 1, 1, f"No limit for {', '.join(missing)}.", "add it under stages")]
    demands = names.demands
    return (
        Lawbook(
            digest=digest,
            treaties={id_: treaty_of(file.value, demands) for id_, file in names.treaties.items()},
            house=_one_house([treaty_of(file.value, demands) for file in names.houses]),
            measures={type_: measure_of(file.value) for type_, file in names.measures.items()},
            states={code: state_of(file.value) for code, file in names.states.items()},
            parties={id_: parties_of(file.value) for id_, file in names.parties.items()},
            demands=demands_of(demands),
            steps=steps_of(names.steps),
            words=words_of([file.value for file in sound if file.kind == "words"]),
            timetable=timetable,
        ),
        [],
    )


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
