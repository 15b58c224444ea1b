"""Names are found in whatever script and romanisation they were written."""

import pytest

from rogatory.web.likeness import says


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Юлия Щукина", "Julia Schukina"),
        ("Юлия Щукина", "yuliya shchukina"),
        ("Chtchoukine", "Щукин"),
        ("محمد", "Mohammed"),
        ("Muhammad", "محمد"),
        ("Γιώργος Παπαδόπουλος", "giorgos papadopoulos"),
        ("Élodie Garçon-Lefèvre", "ELODIE garcon lefevre"),
        ("the greenhouses of Saint Exemplum", "greenhouses of saint"),
    ],
)
def test_a_name_is_found(written: str, typed: str) -> None:
    assert says(f"The witness {written} was heard.", typed)


@pytest.mark.parametrize(("written", "typed"), [("Юлия Щукина", "Olga Petrova"), ("Mohammed", "Omar"), ("abc", "a")])
def test_another_is_not(written: str, typed: str) -> None:
    assert not says(f"The witness {written} was heard.", typed)
