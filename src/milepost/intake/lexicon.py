"""The words of a language: promises by firmness, what follows them, who acts, what takes a promise back.
One file a language in ``lexicons/``; the rules that read them know no language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from milepost.intake.folding import folded

Firmness = Literal["legal duty", "agreed", "vowed", "must strive", "considered"]
FIRMNESS: tuple[Firmness, ...] = ("legal duty", "agreed", "vowed", "must strive", "considered")
CODES = ("en", "fr", "ru", "fa", "ar")
_HERE = Path(__file__).resolve().parent / "lexicons"
_NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Trigger:
    """Words that may make a promise: their form (what must follow them), how firm they are, their pattern."""

    form: str
    firmness: str
    pattern: re.Pattern[str]


@dataclass(frozen=True)
class Lexicon:
    """One language. ``order`` is that of its clause: svo, sov or vso."""

    code: str
    order: str
    triggers: tuple[Trigger, ...]
    patterns: Mapping[str, re.Pattern[str]]
    lists: Mapping[str, tuple[re.Pattern[str], ...]]
    tables: Mapping[str, Any]

    def p(self, name: str) -> re.Pattern[str]:
        """The pattern of that name; one that never matches where the language has none."""
        return self.patterns.get(name, _NEVER)

    def has(self, name: str, text: str) -> bool:
        """Whether the pattern is found in a text."""
        return self.p(name).search(text) is not None


@lru_cache
def lexicon(code: str) -> Lexicon:
    """The lexicon of a language of ``CODES``."""
    data = tomllib.loads((_HERE / f"{code}.toml").read_text(encoding="utf-8"))
    macros: dict[str, str] = {}
    for group in ("macros", "words"):
        for name, text in data.get(group, {}).items():
            macros[name] = _filled(text, macros)
    patterns: dict[str, re.Pattern[str]] = {}
    lists: dict[str, tuple[re.Pattern[str], ...]] = {}
    for group in ("grammar", "words", "together", "columns", "kinds", "fields"):
        for name, value in data.get(group, {}).items():
            key = f"{group}.{name}" if group in ("together", "columns", "kinds", "fields") else name
            if isinstance(value, list):
                lists[key] = tuple(_compiled(v, macros) for v in value)
            elif isinstance(value, str):
                patterns[key] = _compiled(value, macros)
    triggers = tuple(
        Trigger(t["form"], t["firmness"], _compiled(t["words"], macros)) for t in data.get("promise", [])
    )
    tables = {name: value for name, value in data.items() if isinstance(value, dict)}
    return Lexicon(data["code"], data["order"], triggers, patterns, lists, tables)


def _compiled(text: str, macros: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(_filled(text, macros))


def _filled(text: str, macros: Mapping[str, str]) -> str:
    """Macros put in, and the letters folded as a text's are; classes such as \\W keep their capitals."""
    done = re.sub(r"\{([a-z_]+)\}", lambda m: macros[m[1]], text)
    return re.sub(r"[^\x00-\x7f]+", lambda m: folded(m[0]), done)
