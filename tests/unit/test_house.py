"""The house rules that no linter knows: sizes, names, what tracked files may say, and docs that are true."""

import ast
import re
import subprocess
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest

import rogatory
from rogatory.cli.main import COMMANDS, GROUPS

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("rogatory", "schemas", "workflows", "activities", "templates")
LONGEST = 400  # lines
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
# Words that would tie the project to one machine or one package registry.
ELSEWHERE = [
    re.compile(pattern)
    for pattern in (
        r"(?<![\w.])" + re.escape(str(ROOT)) + r"\b",
        r"(?<![\w.])/(home|root|Users)/\w",
        r"(?<![\w.])/tmp/\w",
        r"python[h]osted\.org|py[p]i\.org|registry\.n[p]mjs|repo1?\.m[a]ven",
        r"(?i)index[-_]url *[=:] *[\"']?http",
    )
]
# What a declared dependency brings and gives out as part of its own interface.
BROUGHT = {
    "asn1crypto": "pyhanko",
    "pyhanko_certvalidator": "pyhanko",
    "markupsafe": "jinja2",
    "pkcs11": "pyhanko",
    "google": "temporalio",
    "pydantic_core": "pydantic",
    "fontTools": "weasyprint",
}
TEXTS = {".py", ".md", ".toml", ".lock", ".yaml", ".yml", ".j2", ".css", ".json", ".txt", ".ini", ".java", ".sh", ""}


@cache
def tracked() -> tuple[Path, ...]:
    """What git holds or would hold: tracked files, and new ones that are not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    files = tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())
    assert len(files) > 100
    return files


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_no_file_is_longer_than_four_hundred_lines() -> None:
    long = {
        shown(path): lines
        for path in tracked()
        if path.suffix in {".py", ".j2", ".css"} and (lines := text_of(path).count("\n")) > LONGEST
    }
    assert not long


def test_no_file_is_named_after_nothing() -> None:
    assert not [shown(path) for path in tracked() if path.stem in NAMELESS or NAMELESS & set(path.parts)]


def test_tracked_files_name_no_registry_and_no_place_on_a_machine() -> None:
    found = [
        f"{shown(path)}:{number}: {line.strip()[:100]}"
        for path in tracked()
        if path.suffix in TEXTS and path != Path(__file__)
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if any(pattern.search(line) for pattern in ELSEWHERE)
    ]
    assert not found


def test_the_locks_are_of_one_pyproject_and_hold_hashes_only() -> None:
    stamps = set()
    for lock in sorted(ROOT.glob("requirements*.lock")):
        text = text_of(lock)
        stamps.add(text.splitlines()[0])
        assert "://" not in text, lock.name
        blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
        assert blocks, lock.name
        assert all("==" in block and "--hash=sha256:" in block for block in blocks), lock.name
    assert len(stamps) == 1


def test_every_import_is_of_a_declared_dependency() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    named = [*project["dependencies"], *(each for extra in project["optional-dependencies"].values() for each in extra)]
    declared = {_normal(_name(each)) for each in named}
    owners = packages_distributions()
    undeclared = {
        f"{shown(path)}: {name}"
        for path in tracked()
        if path.suffix == ".py" and (path.relative_to(ROOT).parts[0] in PACKAGES or path.name == "worker.py")
        for name in imported(path)
        if name not in {*PACKAGES, "worker"} and name not in sys.stdlib_module_names
        if not declared & {_normal(owner) for owner in owners.get(name, [])}
        if BROUGHT.get(name) not in declared
    }
    assert not undeclared


def test_what_a_dependency_brings_is_required_by_it() -> None:
    owners = packages_distributions()
    for name, dependency in BROUGHT.items():
        required = {_normal(_name(each)) for each in requires(dependency) or []}
        assert required & {_normal(owner) for owner in owners[name]}, (name, dependency)


def imported(path: Path) -> set[str]:
    """The top-level names a file imports, wherever in it."""
    names = set()
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def _name(requirement: str) -> str:
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


# what is written about the program


def prose() -> list[Path]:
    """README and its sisters, and everything under docs."""
    return [*(ROOT / name for name in DOCUMENTS), *sorted((ROOT / "docs").rglob("*.md"))]


def test_every_link_inside_the_documentation_leads_somewhere() -> None:
    broken = [
        f"{shown(path)}: {target}"
        for path in prose()
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text_of(path))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert not broken


def test_the_documentation_names_only_commands_there_are() -> None:
    wrong = [
        f"{shown(path)}: rogatory {first} {second}"
        for path in prose()
        for first, second in re.findall(r"(?:^|[`/ ]|bin/)rogatory ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", code_of(path))
        if first not in COMMANDS and f"{first} {second}".strip() not in {*COMMANDS, *GROUPS}
    ]
    assert not wrong
    assert set(GROUPS) <= set(re.findall(r"rogatory ([a-z]+)", code_of(ROOT / "README.md")))


def code_of(path: Path) -> str:
    """What stands in code: indented or fenced blocks, and words between backticks."""
    text = text_of(path)
    lines = re.findall(r"(?m)^ {4}.*$", text) + re.findall(r"(?ms)^```.*?^```", text)
    return "\n".join([*lines, *(f"`{each}`" for each in re.findall(r"`([^`\n]+)`", text))])


def test_the_documentation_names_only_files_there_are() -> None:
    found = {
        f"{shown(path)}: {name}"
        for path in prose()
        for name in re.findall(
            r"`((?:rogatory|schemas|workflows|activities|templates|tests|docs)/[\w./-]+)`", text_of(path)
        )
        if not (ROOT / name).exists()
    }
    assert not found


def test_the_documentation_names_only_tests_there_are() -> None:
    cited = [
        (path, file, name)
        for path in prose()
        for file, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text_of(path))
    ]
    assert len(cited) > 20
    missing = [
        f"{shown(path)}: {file}::{name}"
        for path, file, name in cited
        if not (ROOT / file).is_file() or f"def {name}(" not in text_of(ROOT / file)
    ]
    assert not missing


def test_every_decision_is_numbered_and_in_the_index() -> None:
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("[0-9]*.md"))
    assert [name[:4] for name in records] == [f"{number:04d}" for number in range(1, len(records) + 1)]
    index = text_of(ROOT / "docs" / "adr" / "README.md")
    assert [name for name in records if f"({name})" not in index] == []
    for name in records:
        text = text_of(ROOT / "docs" / "adr" / name)
        assert re.findall(r"(?m)^## (\w+)", text)[:3] == ["Context", "Decision", "Consequences"], name
        assert text.count("\n") <= 60, name


def test_the_change_log_has_the_version_that_is_built() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    assert project["version"] == rogatory.__version__
    assert re.search(rf"(?m)^## \[{re.escape(rogatory.__version__)}\]", text_of(ROOT / "CHANGELOG.md"))


def test_the_exit_codes_of_the_readme_are_those_of_the_errors() -> None:
    from rogatory.errors import RogatoryError

    table = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", text_of(ROOT / "README.md"))}
    raised = {RogatoryError.exit_code, *(kind.exit_code for kind in RogatoryError.__subclasses__())}
    assert raised | {0, 130} <= table


@pytest.mark.parametrize("script", ["dev", ".ci/run"])
def test_the_scripts_may_be_run_and_are_sound(script: str) -> None:
    path = ROOT / script
    assert path.stat().st_mode & 0o111
    shell = text_of(path).splitlines()[0].removeprefix("#!").rsplit("/", 1)[-1]
    subprocess.run([shell, "-n", str(path)], check=True)


def test_each_of_the_thirty_six_threats_has_a_test_of_its_own() -> None:
    """That each test exists is asked above."""
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| `([^`]+)` \|$", text_of(ROOT / "docs/threat-model.md"), re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 37))
    assert len({test for _, test in rows}) == 36
