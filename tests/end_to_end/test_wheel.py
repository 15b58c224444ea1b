"""The wheel, installed away from the checkout and beside a distribution that owns the name `workflows`, does its work.

The dependencies are the checkout's own, lent by a .pth file: what is proved is that the wheel carries all of ours and
touches nothing of others. That every import of ours is a declared dependency is proved in tests/unit/test_house.py.
"""

import json
import re
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import pytest

import rogatory

ROOT = Path(__file__).parent.parent.parent
FOREIGN = "OWNER = 'another distribution'\n"
WHERE = """
import json, sys
import rogatory
from rogatory.cli.examples import folder
import activities.documents, rogatory.adapters.pdf, rogatory.documents.catalogue, rogatory.law.registry
import schemas.case, templates, worker, workflows.mutual_assistance

ours = ("rogatory", "schemas", "workflows", "activities", "templates", "worker")
print(json.dumps({
    "modules": {
        name: module.__file__ for name, module in sys.modules.items()
        if name.partition(".")[0] in ours and getattr(module, "__file__", None)
    },
    "examples": str(folder()),
    "lawbook": sorted(rogatory.law.registry.load_lawbook().treaties),
}))
"""


@dataclass(frozen=True)
class Installed:
    """The wheel in a virtual environment of its own."""

    wheel: Path
    bin: Path
    site: Path
    elsewhere: Path
    """An empty folder, neither in the checkout nor in the environment."""

    def run(self, *command: str, cwd: Path | None = None) -> str:
        """Runs a program of the environment as a stranger would: nothing of ours in the variables."""
        where = {"PATH": "/usr/bin:/bin", "HOME": str(self.elsewhere), "ROGATORY_HOME": str(self.elsewhere / "home")}
        done = subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=cwd or self.elsewhere,
            env=where,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    room = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(room)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = room.glob("*.whl")
    uv = _uv()
    subprocess.run([uv, "venv", "-q", "--no-project", "--python", sys.executable, room / "env"], check=True)
    python = room / "env" / "bin" / "python"
    site = Path(
        subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    _plant_foreign(site)
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel], check=True)
    elsewhere = room / "elsewhere"
    elsewhere.mkdir()
    return Installed(wheel, python.parent, site, elsewhere)


def _uv() -> str:
    """The uv that ./dev installed, or the one on PATH."""
    own = ROOT / ".dev" / "bin" / "uv"
    found = str(own) if own.is_file() else shutil.which("uv")
    assert found, "uv is neither in .dev nor on PATH: run ./dev test"
    return found


def _plant_foreign(site: Path) -> None:
    """Another distribution whose import package is called `workflows`, as two on the public index are."""
    (site / "workflows").mkdir()
    (site / "workflows" / "__init__.py").write_text(FOREIGN)
    info = site / "foreign_flows-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign-flows\nVersion: 1.0\n")
    (info / "RECORD").write_text("workflows/__init__.py,,\nforeign_flows-1.0.dist-info/METADATA,,\n")
    (info / "INSTALLER").write_text("hand\n")


def test_the_installed_command_tells_its_version(installed: Installed) -> None:
    assert installed.run("rogatory", "--version").strip() == rogatory.__version__


def test_the_foreign_package_keeps_its_name_and_its_bytes(installed: Installed) -> None:
    assert (installed.site / "workflows" / "__init__.py").read_text() == FOREIGN
    assert installed.run("python", "-c", "import workflows; print(workflows.OWNER)").strip() == "another distribution"


def test_the_wheel_puts_nothing_beside_its_own_package(installed: Installed) -> None:
    with ZipFile(installed.wheel) as archive:
        tops = {name.partition("/")[0] for name in archive.namelist()}
    assert tops == {"rogatory", f"rogatory-{rogatory.__version__}.dist-info"}


def test_every_module_and_all_data_come_from_the_wheel(installed: Installed) -> None:
    found = json.loads(installed.run("python", "-c", WHERE))
    inside = installed.site / "rogatory"
    strays = {name: place for name, place in found["modules"].items() if not Path(place).is_relative_to(inside)}
    assert not strays
    assert Path(found["modules"]["workflows.mutual_assistance"]).is_relative_to(inside / "_app")
    assert Path(found["examples"]).is_relative_to(inside / "_app")
    assert "un-untoc" in found["lawbook"]
    missing = [name for name in _data_files() if not (inside / name).is_file()]
    assert not missing


def _data_files() -> list[str]:
    """What the checkout holds that is not Python, as the wheel should name it under rogatory/."""
    names = [
        str(path.relative_to(ROOT / "rogatory"))
        for path in sorted((ROOT / "rogatory").rglob("*"))
        if path.is_file()
        and path.suffix in {".yaml", ".json", ".ini", ".mako"}
        and path.parent.name != "__pycache__"  # where the parsed law is kept
    ]
    for folder in ("templates", "examples"):
        names += [
            f"_app/{path.relative_to(ROOT)}"
            for path in sorted((ROOT / folder).rglob("*"))
            if path.is_file() and path.suffix in {".j2", ".css", ".ttf", ".yaml", ".yml", ".txt", ".json"}
        ]
    assert len(names) > 20
    return names


def test_a_letter_is_laid_out_with_the_wheels_own_templates_and_fonts(installed: Installed) -> None:
    draft = installed.elsewhere / "request.yaml"
    draft.write_text((ROOT / "examples" / "trafficking.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    installed.run("rogatory", "draft", "preview", "request.yaml", "--out", "letter.pdf")
    style = (installed.site / "rogatory" / "_app" / "templates" / "_layout" / "fonts.css").read_text(encoding="utf-8")
    ours = set(re.findall(r"@font-face *{[^}]*font-family: *[\"']?([\w ]+)", style))
    fonts = _fonts_of(installed.elsewhere / "letter.pdf")
    assert ours
    assert fonts
    strays = {name for name in fonts if not any(each.replace(" ", "-") in name for each in ours)}
    assert not strays, f"of the system, not of the wheel; ours are {ours}"


def _fonts_of(pdf: Path) -> set[str]:
    """The base fonts of all pages."""
    found: set[str] = set()
    with pikepdf.open(pdf) as opened:
        for page in opened.pages:
            for font in page.obj.Resources.Font.values():
                found.add(str(font.BaseFont))
    return found


def test_a_folder_named_like_one_of_ours_does_not_come_first(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "__init__.py").write_text("raise SystemExit('hijacked')\n")
    told = installed.run("python", "-m", "rogatory", "draft", "types", "--json", cwd=tmp_path)
    assert "bank_records" in told
