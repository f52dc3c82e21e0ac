"""The house calls things by the field's terms: what is a path is not called a way, what is a zone no place.

Read are the names in code, the keys of answers and the keys of messages; prose may say "one way to do it".
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from milepost.cli.contents import COMMANDS
from milepost.languages.catalogue import message_keys
from milepost.records import TABLES
from source import tree

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src/milepost").rglob("*.py"))
PAGE = sorted([*(ROOT / "page/src").rglob("*.ts"), *(ROOT / "page/src").rglob("*.svelte")])

# word -> what the field says
INSTEAD = {
    "way": "path",
    "passage": "path, or crossing",
    "journey": "path, or shipment",
    "place": "zone (a node with trade), node, position",
    "carrier": "mode",
    "prints": "fingerprints",
    "payload": "sums along a path, body of a request",
    "stranger": "unknown",
}
WRONG = {form: good for word, good in INSTEAD.items() for form in (word, word.removesuffix("s") + "s")}

# plain English, or a column of a user's file: whole names, and where they stand
ALLOWED = {
    "one_way": "trade that goes one way only",
    "_one_way": "trade that goes one way only",
    "_refuse_one_way": "trade that goes one way only",
    "one_way_error": "trade that goes one way only",
    "ONE_WAY": "trade that goes one way only",
    "both_ways": "trade that goes both ways",
    "place": "a column of meetings, crossings and counts, and where in a document a quote stands",
    "place_table": "a column of counts",
}
MAY_SAY_PLACE = (
    "acts/meetings.py",
    "cli/evidence.py",
    "cli/intake.py",
    "intake/",
    "network/count_checks.py",
    "network/remarks.py",
    "records/tables/",
    "report/calendar.py",
    "report/minutes.py",
    "value/counted.py",
    "value/fitting.py",
    "value/observed.py",
    "web/answers/",
    "web/writes.py",
)


def words(name: str) -> list[str]:
    """``MapWay``, ``ways_of`` and ``page-no-way`` in small words."""
    return re.findall(r"[a-z]+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def wrong(name: str) -> list[str]:
    return [f"{name}: say {WRONG[w]}" for w in words(name) if w in WRONG]


def names_in(tree: ast.AST) -> Iterator[str]:
    """Everything that code names: variables, attributes, arguments, functions, classes; and keys of dicts."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield name
            case ast.keyword(arg=str(name)):
                yield name
            case ast.alias(name=name, asname=other):
                yield from (*name.split("."), *([other] if other else []))
            case ast.Dict(keys=keys):
                yield from (k.value for k in keys if isinstance(k, ast.Constant) and isinstance(k.value, str))
            case ast.Subscript(slice=ast.Constant(value=str(key))) if re.fullmatch(r"[a-z_]+", key):
                yield key
            case _:
                pass


def test_the_test_would_find_them() -> None:
    code = (
        "class MapWay:\n"
        "    def ways_of(self, journey, *, x=1):\n"
        "        return {'without_way': self.places, 'a': payloads(carrier=1)}"
    )
    found = [w for n in names_in(ast.parse(code)) for w in wrong(n)]
    assert len(found) == 7, found
    assert wrong("always_away_replaced_railway_headway") == wrong("fingerprints") == wrong("print_json") == []


def test_names_in_code_are_the_fields() -> None:
    looked, found, used = 0, [], set()
    for source in SOURCES:
        here = source.relative_to(ROOT / "src/milepost").as_posix()
        for name in set(names_in(tree(source))):
            looked += 1
            if name in ALLOWED and (name != "place" or here.startswith(MAY_SAY_PLACE)):
                used.add(name)
                continue
            found += [f"{here}: {w}" for w in wrong(name)]
    assert looked > 10_000
    assert found == []
    assert used == set(ALLOWED), "allowed, and used nowhere"


def test_names_of_the_modules_are_the_fields() -> None:
    found = [w for s in SOURCES for part in s.relative_to(ROOT).with_suffix("").parts for w in wrong(part)]
    assert [w for w in found if not w.startswith("one_way:")] == []


def test_keys_of_messages_are_the_fields() -> None:
    keys = message_keys("en").keys()
    assert len(keys) > 500
    assert [w for key in keys for w in wrong(key)] == []


def test_keys_of_the_api_are_the_fields() -> None:
    from milepost.web.app import create_app
    from milepost.web.desk import Config

    keys: set[str] = set()

    def walk(tree: object) -> None:
        if isinstance(tree, dict):
            for key, below in tree.items():
                if key == "properties" and isinstance(below, dict):
                    keys.update(below)
                walk(below)
        elif isinstance(tree, list):
            for below in tree:
                walk(below)

    walk(create_app(Config("nowhere")).openapi())
    assert len(keys) > 300
    assert [w for key in keys - {"place"} for w in wrong(key)] == []


def test_names_in_the_page_are_the_fields() -> None:
    """Of the page's scripts and markup without comments and texts: its names, ids and classes."""
    looked, found = 0, []
    for source in PAGE:
        code = re.sub(
            r"/\*.*?\*/|<!--.*?-->|(?<!:)//[^\n]*", " ", source.read_text(encoding="utf-8"), flags=re.S
        )
        names = set(re.findall(r"[A-Za-z_][\w-]*", code)) - {"place"}
        looked += len(names)
        found += [f"{source.name}: {w}" for name in names for w in wrong(name)]
    assert looked > 2000
    assert found == []


def test_the_glossary_is_in_order_and_what_it_names_is_there() -> None:
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    terms = re.findall(r"^\*\*(.+?)\.\*\*", text, flags=re.M)
    assert len(terms) > 40
    assert terms == sorted(terms, key=lambda t: re.sub(r"[^a-z ]", "", t.lower()))
    code = re.findall(r"`milepost\.([\w.]+)`", text)
    assert len(code) > 4
    for name in code:
        file, _, last = name.rpartition(".")
        at = ROOT / "src/milepost" / name.replace(".", "/")
        whole = at.with_suffix(".py").exists() or (at / "__init__.py").exists()
        inside = ROOT / "src/milepost" / (file.replace(".", "/") + ".py")
        assert whole or (inside.exists() and f"class {last}" in inside.read_text(encoding="utf-8")), name
    commands = set(re.findall(r"`milepost (\w+)", text))
    assert len(commands) > 5
    assert commands <= COMMANDS.keys()
    tables = set(re.findall(r"\(`(\w+)`\)", text)) - {"params", "equivalent_variation_musd"}
    assert tables - TABLES.keys() == {"value_of_time_share_per_day"}


def test_every_term_of_the_page_stands_on_the_help_page() -> None:
    shown = re.search(r"const TERMS = \[(.*?)\]", (ROOT / "page/src/terms.ts").read_text(), flags=re.S)
    assert shown is not None
    terms = {f"page-term-{k}" for k in re.findall(r"['\"]([a-z-]+)['\"]", shown[1])}
    assert len(terms) >= 15
    assert terms == {k for k in message_keys("en") if k.startswith("page-term-")}


@pytest.mark.parametrize("name", ["loads", "route", "value"])
def test_the_fields_terms_are_in_the_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from milepost.cli import run

    assert run([name, "--help"]) == 0
    said = capsys.readouterr().out
    assert len(said) > 200
    assert not re.search(r"\b(cheapest ways?|journeys?|carriers?|payloads?|strangers?)\b", said)
