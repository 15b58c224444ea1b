"""rogatory draft translate, and what the draft check says of a translation."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from rogatory.cli import main
from rogatory.cli.examples import example
from rogatory.law.yaml_text import parse

Run = Callable[..., tuple[int, str, str]]
FRENCH = {
    "subject": "Relevés bancaires dans une enquête sur le blanchiment du produit d’une fraude au carburant",
    "requesting_authority/name": "Parquet de Port Xaver",
    "requesting_authority/functions": "dirige l’enquête et exercera, le cas échéant, les poursuites",
    "proceedings/title": "Le ministère public c. Tomas Quell",
    "proceedings/nature": "Enquête pour blanchiment par un groupe organisé, ouverte le 4 mai 2026 contre Tomas Quell.",
    "offences/0/title": "Blanchiment du produit du crime",
    "offences/0/provision": "Code pénal de Xavérie, article 261 (1)",
    "offences/0/text": "Quiconque dissimule des biens provenant d’une infraction est puni de huit ans au plus.",
    "scope/transnational": "Le carburant a été vendu en Xavérie ; le prix a été versé sur un compte en Xenlande.",
    "scope/organised_group": "Trois personnes au moins se sont partagé la vente, les faux papiers et l’argent.",
    "facts": "De juin 2023 à avril 2026, Tomas Quell et deux autres ont vendu du fioul sous de faux bons ; 212 bons "
    "ont été saisis le 4 mai 2026. Onze acheteurs, entendus en mai et juin 2026, ont remis des ordres de paiement pour "
    "un total de 638 000 euros. M. Quell n’a déclaré aucun revenu à l’étranger.",
    "link": "Les ordres de paiement désignent le compte auprès de la Norholm Handelsbank, à Norholm, en Xenlande.",
    "purpose": "Établir, dans la procédure PX 77/2026, qui a perçu le prix du carburant.",
    "persons/0/born": "2 mars 1981",
    "persons/0/nationality": "Xavérie",
    "persons/0/location": "Port Xaver, Xavérie",
    "measures/0/details/institution": "Norholm Handelsbank, Norholm, Xenlande",
    "measures/0/details/records/0": "les documents d’ouverture de compte",
    "measures/0/details/records/1": "les relevés de compte",
    "measures/0/details/relevance": "Les relevés montreront qui a perçu le prix.",
    "measures/0/details/certification": "Une attestation du dépositaire.",
    "dual_criminality/statement": "Les faits constituent un blanchiment au sens de l’article 6 de la Convention.",
    "confidentiality/reason": "Deux des suspects ignorent l’enquête.",
}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    monkeypatch.setenv("ROGATORY_HOME", str(tmp_path / "nowhere"))
    monkeypatch.chdir(tmp_path)
    Path("request.yaml").write_text(example("minimal-bank-records.yaml"), encoding="utf-8")

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main.run(arguments)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def written(run: Run, into: str = "fr", texts: dict[str, str] | None = None) -> str:
    """The draft with every text written."""
    code, _, _ = run(
        "draft",
        "translate",
        "request.yaml",
        "--into",
        into,
        "--translator",
        "O. Varenne",
        "--qualification",
        "sworn translator",
    )
    assert code == 0
    text = Path("request.yaml").read_text(encoding="utf-8")
    for path, said in (texts or FRENCH).items():
        text = text.replace(f"    {path}: TODO\n", f"    {path}: {json.dumps(said, ensure_ascii=False)}\n", 1)
    Path("request.yaml").write_text(text, encoding="utf-8")
    return text


def change(old: str, new: str) -> None:
    text = Path("request.yaml").read_text(encoding="utf-8")
    assert old in text
    Path("request.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")


def findings(run: Run) -> list[tuple[str, str, int]]:
    _, out, _ = run("draft", "check", "request.yaml", "--json")
    return [(each["rule"], each["severity"], each["line"]) for each in json.loads(out)["findings"]]


def test_the_block_lists_what_is_to_be_written(run: Run) -> None:
    code, out, _ = run("draft", "translate", "request.yaml", "--into", "fr")
    assert code == 0
    assert out.startswith(f"request.yaml: {len(FRENCH)} texts into fr; 0 kept, {len(FRENCH)} to write")
    text = Path("request.yaml").read_text(encoding="utf-8")
    assert text.startswith(example("minimal-bank-records.yaml"))
    assert set(parse(text).value["translation"]["texts"]) == set(FRENCH)
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 3
    assert "This is still to be written." in out


def test_a_whole_translation_passes_the_check(run: Run) -> None:
    written(run)
    code, out, _ = run("draft", "check", "request.yaml")
    assert (code, out.splitlines()[0]) == (0, "The draft is complete: no errors, 0 warnings.")
    before = Path("request.yaml").read_bytes()
    code, out, _ = run("draft", "translate", "request.yaml", "--into", "fr", "--json")
    assert json.loads(out) == {
        "path": "request.yaml",
        "into": "fr",
        "texts": 23,
        "kept": 23,
        "new": [],
        "changed": [],
        "dropped": [],
    }
    assert Path("request.yaml").read_bytes() == before


def test_a_request_changed_since_is_told_until_it_is_looked_at(run: Run) -> None:
    written(run)
    change("add up to\n  638,000 euros", "add up to\n  683,000 euros")
    text = Path("request.yaml").read_text(encoding="utf-8")
    of = text[: text.index("\n  of: sha256")].count("\n") + 2
    assert findings(run) == [("translation", "error", of)]
    _, out, _ = run("draft", "translate", "request.yaml", "--into", "fr")
    assert "22 kept, 0 to write, 1 to look at again" in out
    assert ("form", "error", _line("    facts:")) in findings(run)
    change("TODO (the original has changed; before it was:) ", "")
    change("638 000 euros", "683 000 euros")
    assert findings(run) == []


def _line(start: str) -> int:
    lines = Path("request.yaml").read_text(encoding="utf-8").splitlines()
    return next(number for number, each in enumerate(lines, 1) if each.startswith(start))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("638 000 euros", "683 000 euros", "facts: The sum of money 638,000 euros (638,000 EUR) is missing"),
        ("ouverte le 4 mai", "ouverte le 5 mai", "proceedings/nature: The date 4 May 2026 (2026-05-04) is missing"),
        ("procédure PX 77/2026", "procédure PX 78/2026", "purpose: The reference PX 77/2026 is missing"),
    ],
)
def test_a_wrong_figure_blocks_with_its_path_and_line(run: Run, old: str, new: str, said: str) -> None:
    written(run)
    text = Path("request.yaml").read_text(encoding="utf-8")
    start = text.index("translation:")
    place = text.index(old, start)
    Path("request.yaml").write_text(text[:place] + new + text[place + len(old) :], encoding="utf-8")
    code, out, _ = run("draft", "check", "request.yaml")
    line = text[:place].count("\n") + 1
    assert code == 3
    assert re.search(rf"^request\.yaml:{line}:\d+: {re.escape(said)}", out, re.MULTILINE), out


def test_a_name_written_otherwise_is_a_warning(run: Run) -> None:
    written(run, texts=FRENCH | {"proceedings/title": "Le ministère public c. Tomas Kell"})
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 0
    assert "warning: proceedings/title: The name Quell is not in the translation." in out


def test_a_name_in_another_script_has_a_place_of_its_own(run: Run) -> None:
    texts = dict.fromkeys(FRENCH, "Текст.") | {"persons/0/name": "Томас Квелл"}
    code, _, _ = run("draft", "translate", "request.yaml", "--into", "ru")
    assert code == 0
    change('persons/0/name: "Tomas Quell"', 'persons/0/name: "Томас Квелл"')
    text = Path("request.yaml").read_text(encoding="utf-8")
    for path in FRENCH:
        text = text.replace(f"    {path}: TODO\n", f"    {path}: {texts[path]}\n", 1)
    text = text.replace("proceedings/title: Текст.", "proceedings/title: Дело Томаса Квелла")
    Path("request.yaml").write_text(text, encoding="utf-8")
    _, out, _ = run("draft", "check", "request.yaml")
    assert "proceedings/title: The name" not in out


@pytest.mark.parametrize(
    ("old", "new", "said", "fix"),
    [
        ("    subject: ", "    subjects: ", '"subjects" is no text that the letter prints. Did you mean "subject"', ""),
        ("  into: fr", "  into: en", "The request is in en already.", ""),
        ("  into: fr", "  into: fy", 'The fixed words of the letter are not there in "fy".', "one of: en, fr, es"),
        ("    persons/0/born: ", "    persons/0/sealed/name: ", '"persons/0/sealed/name" is no text', "remove it"),
    ],
)  # fmt: skip
def test_what_does_not_belong_is_refused(run: Run, old: str, new: str, said: str, fix: str) -> None:
    written(run)
    change(old, new)
    code, out, _ = run("draft", "check", "request.yaml")
    assert code == 3
    assert said in out
    assert fix in out


def test_a_translation_makes_a_language_accepted(run: Run) -> None:
    change("to: XN\n", "to: XN\nlanguage: es\n")
    assert ("UNTOC-06", "error", 7) in findings(run)
    run("draft", "translate", "request.yaml", "--into", "en")
    assert "UNTOC-06" not in {rule for rule, _, _ in findings(run)}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--into", "en"), "The draft is in en already."),
        (("--into", "fy"), 'The fixed words are not there in "fy".'),
        ((), "--into"),
    ],
)
def test_a_language_there_is_not_is_wrong_usage(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, _, err = run("draft", "translate", "request.yaml", *arguments)
    assert code == 2
    assert said in err
    assert Path("request.yaml").read_text(encoding="utf-8") == example("minimal-bank-records.yaml")


def test_a_letter_of_one_kind_alone_is_not_translated(run: Run) -> None:
    Path("request.yaml").write_text(example("preservation.yaml"), encoding="utf-8")
    code, _, err = run("draft", "translate", "request.yaml", "--into", "fr")
    assert code == 2
    assert "is made in one language" in err


def test_what_is_no_yaml_is_shown(run: Run) -> None:
    Path("request.yaml").write_text("kind: [\n", encoding="utf-8")
    code, out, err = run("draft", "translate", "request.yaml", "--into", "fr")
    assert code == 3
    assert "is no draft that could be translated" in err
    assert "request.yaml:" in out


def test_a_file_that_may_not_be_written_over_stays(run: Run) -> None:
    path = Path("request.yaml")
    path.chmod(0o640)
    run("draft", "translate", "request.yaml", "--into", "fr")
    assert path.stat().st_mode & 0o777 == 0o640
    assert not [each for each in Path().iterdir() if each.name != "request.yaml"]
