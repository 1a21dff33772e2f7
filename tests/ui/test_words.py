"""The catalogues: both languages say the same things, and the screens ask only for what they hold."""

import re
import string
from pathlib import Path

import pytest

from divrec import words
from divrec.errors import InputError
from divrec.models.registry import FAMILIES
from divrec.words import catalogue

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "divrec" / "ui").rglob("*.py")]
CALL = re.compile(r"""\bt\(\s*(f?)["']([^"']+)["']""")
NAMES = re.compile("EASE|Mult-VAE|RecVAE|iALS|Parquet|CSV|JSON|UMAP|PCA")  # called so in every language
HOLE = re.compile(r"\{[^}]*\}")


def placeholders(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name is not None}


def asked() -> list[tuple[str, bool, str]]:
    found = []
    for source in SOURCES:
        found += [(source.name, bool(f), key) for f, key in CALL.findall(source.read_text(encoding="utf-8"))]
    return found


def test_languages_have_the_same_keys():
    english, chinese = catalogue("en"), catalogue("zh")
    assert set(english) == set(chinese)


def test_languages_have_the_same_placeholders():
    english, chinese = catalogue("en"), catalogue("zh")
    differ = [key for key in english if placeholders(english[key]) != placeholders(chinese[key])]
    assert differ == []


def test_nothing_is_left_empty_or_untranslated():
    english, chinese = catalogue("en"), catalogue("zh")
    same = {key: NAMES.sub("", HOLE.sub("", words)) for key, words in english.items() if words == chinese[key]}
    assert [key for key, words in same.items() if re.search(r"[A-Za-z]{2,}", words)] == []
    assert all(words.strip() for words in (*english.values(), *chinese.values()))


def test_every_key_that_the_screens_ask_for_exists():
    keys = set(catalogue("en"))
    missing = []
    for source, composed, key in asked():
        pattern = re.compile(".+".join(map(re.escape, HOLE.split(key)))) if composed else None
        if not (any(map(pattern.fullmatch, keys)) if pattern else key in keys):
            missing.append((source, key))
    assert missing == []


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_name_and_a_description(family):
    assert {f"family.{family}.name", FAMILIES[family].about} <= set(catalogue("en"))


def test_a_key_defined_twice_is_refused(tmp_path, monkeypatch):
    (tmp_path / "xx").mkdir()
    for name in ("a", "b"):
        (tmp_path / "xx" / f"{name}.json").write_text('{"shell.model": "x"}', encoding="utf-8")
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    with pytest.raises(InputError, match=r"b\.json defines shell\.model again"):
        catalogue.__wrapped__("xx")
