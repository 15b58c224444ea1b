"""Whether a text says some words, in whatever script, accents or romanisation either was written.

Each word is brought to Latin letters (anyascii), then folded: letters that romanisations of one name put for each other
become one (Щукин, Shchukin, Chtchoukine), and of words long enough the consonants alone count, since Arabic writes few
vowels (محمد, Mohammed, Muhammad). This finds too much rather than too little: a search shows, a person judges.
"""

import re

from anyascii import anyascii

from rogatory.documents.sealed import plain

SHORTEST = 3
"""Letters: fewer are in every text; also of consonants."""
FOLDED = (
    (re.compile("schtsch|chtch|shch|tsch|tch|sch|sh|ch"), "s"),
    (re.compile("zh|dj|dzh"), "z"),
    (re.compile("kh|ck|q|k"), "k"),
    (re.compile("gh"), "g"),
    (re.compile("ph|ff|w|v"), "v"),
    (re.compile("th"), "t"),
    (re.compile("tz|ts"), "c"),
    (re.compile("ou|oo"), "u"),
    (re.compile("[yj]"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)
VOWELS = re.compile("[aeiou]")


def says(text: str, words: str) -> bool:
    """Whether the text says the words, one after the other; words of fewer than three letters are never found."""
    if len(plain(words).strip()) < SHORTEST:
        return False
    if plain(words).strip() in plain(text):
        return True
    heard, wanted = folded(text), folded(words)
    if sum(map(len, wanted)) < SHORTEST:
        return False
    bones, bare = [_bones(each) for each in heard], [_bones(each) for each in wanted]
    thick = min(map(len, bare)) >= SHORTEST
    return _within(wanted, heard) or (thick and _within(bare, bones))


def folded(text: str) -> list[str]:
    """The words of a text as they sound, roughly, in Latin letters."""
    found = plain(anyascii(text)).split()
    for pattern, letter in FOLDED:
        found = [pattern.sub(letter, each) for each in found]
    return found


def _bones(word: str) -> str:
    """The consonants; double ones, which vowels parted, as one."""
    return FOLDED[-1][0].sub(r"\1", VOWELS.sub("", word))


def _within(wanted: list[str], heard: list[str]) -> bool:
    return f" {' '.join(wanted)} " in f" {' '.join(heard)} "
