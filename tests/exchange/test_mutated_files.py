"""Files that were broken on the way: findings or rows, never a traceback, and nothing half-applied."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

import milepost
from milepost.acts.foreign import bring_file
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import create
from milepost.acts.writing import Register
from milepost.errors import BadData, WrongUse
from milepost.intake.foreign.kinds import read_foreign, suggest_map
from torture import first_seed, many, tortured

FILES = Path(__file__).parent / "files"
KINDS = {
    "oc4ids": "projects.json",
    "iati": "activities.xml",
    "mspdi": "plan.xml",
    "untc": "treaty.csv",
    "gmns": "network/link.csv",
    "geojson": "lines.geojson",
    "table": "action_plan.csv",
    "long": "flows.csv",
}
N = many(40, 2000)
BITS = (
    "\0",
    "\ud7ff",
    "﷽",
    "1e999",
    "-1",
    "NaN",
    "2026-02-30",
    '"',
    "<",
    ">",
    "&#0;",
    ";",
    ",",
    "]",
    "}",
    "null",
    "9" * 400,
    "a b",
    "",
)


def mutated(rng: random.Random, text: str) -> bytes:
    """One to four changes: characters, lines and pieces replaced, doubled, moved or cut."""
    for _ in range(rng.randint(1, 4)):
        at, end = sorted(rng.randint(0, len(text)) for _ in range(2))
        end = min(end, at + rng.choice((1, 3, 12, 80)))
        match rng.randint(0, 6):
            case 0:
                text = text[:at] + rng.choice(BITS) + text[end:]
            case 1:
                text = text[:at] + text[end:]
            case 2:
                text = text[:end] + text[at:end] + text[end:]
            case 3:
                lines = text.split("\n")
                rng.shuffle(lines) if rng.random() < 0.2 else lines.insert(
                    rng.randint(0, len(lines)), rng.choice(lines)
                )
                text = "\n".join(lines)
            case 4:
                text = text[:at]
            case 5:
                words = text.replace("<", " ").replace(">", " ").split()
                text = (
                    text.replace(rng.choice(words), rng.choice((*BITS, rng.choice(words)))) if words else text
                )
            case _:
                text = text[:at] + "".join(rng.choice('{}[]<>/",:;\n0aZ ') for _ in range(3)) + text[at:]
    raw = text.encode("utf-8", "surrogatepass")
    return raw[: rng.randint(0, len(raw))] + b"\xff\xfe" + raw[-5:] if rng.random() < 0.05 else raw


def broken(kind: str, folder: Path) -> Iterator[tuple[Path, str]]:
    source = FILES / KINDS[kind]
    text = source.read_text(encoding="utf-8")
    for n in range(N):
        rng = random.Random(first_seed(0) + n)
        file = folder / source.name
        if kind == "gmns":
            for other in (FILES / "network").iterdir():
                (folder / other.name).write_bytes(other.read_bytes())
            file = folder / rng.choice(("link.csv", "node.csv", "config.csv"))
            text = (FILES / "network" / file.name).read_text(encoding="utf-8")
        file.write_bytes(mutated(rng, text))
        yield (folder if kind == "gmns" else file), f"seed {n}"


@tortured(N)
@pytest.mark.parametrize("kind", KINDS)
def test_a_broken_file_is_refused_or_read_never_half_applied(kind: str, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    begun = "ridge" if kind == "long" else ""  # flows need countries
    create(tmp_path / "empty", begun)
    folder = tmp_path / "p"
    create(folder, begun)
    plan = tmp_path / "map.toml"
    plan.write_text(suggest_map("table", str(FILES / KINDS["table"])), encoding="utf-8")
    register, me = Register(folder), at_the_terminal("me")
    seen = {"refused": 0, "read": 0, "applied": 0}
    before = milepost.open(folder).records
    for number, (file, told) in enumerate(broken(kind, tmp_path / "in")):
        try:
            reading = read_foreign(kind, str(file), "", str(plan) if kind == "table" else "")
            seen["read"] += 1
            done = bring_file(register, me, reading, apply=True, reason=told)
        except (BadData, WrongUse):
            seen["refused"] += 1
            if number % 10 == 0:
                assert milepost.open(folder).records == before, told
            continue
        if done.applied:
            seen["applied"] += 1
            again = bring_file(
                register, me, read_foreign(kind, str(file), "", str(plan) if kind == "table" else "")
            )
            assert again.differences == (), told
            before = milepost.open(folder).records
            if len(before.known_as) > 150:  # begin anew, or the register grows with each file
                folder = tmp_path / f"p{number}"
                create(folder, begun)
                register = Register(folder)
                before = milepost.open(folder).records
    assert milepost.open(folder).records == before
    assert min(seen["refused"], seen["applied"]) > 0, seen


@tortured(many(10, 300))
def test_a_broken_workbook_is_refused_or_suggested_for(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["No", "Action", "Responsible", "Deadline"], [1, "Build it", "Kenya", "2027"]):
        sheet.append(row)
    file = tmp_path / "plan.xlsx"
    book.save(file)
    whole, seen = file.read_bytes(), set()
    for n in range(many(10, 300)):
        rng = random.Random(first_seed(0) + n)
        raw = bytearray(whole)
        for _ in range(rng.randint(1, 30)):
            raw[rng.randrange(len(raw))] = rng.randrange(256)
        file.write_bytes(bytes(raw[: rng.randint(1, len(raw))]) if rng.random() < 0.3 else bytes(raw))
        try:
            suggest_map("table", str(file))
            seen.add("read")
        except (BadData, WrongUse):
            seen.add("refused")
    assert "refused" in seen


@pytest.mark.parametrize("depth", [50, 100_000])
def test_json_that_is_deep_is_refused(depth: int, tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"projects": ' + "[" * depth + "]" * depth + "}", encoding="utf-8")
    with pytest.raises(BadData):
        read_foreign("oc4ids", str(file))


@pytest.mark.parametrize("value", [None, True, 7, 1.5, "x", [], {}, [[]], [{}], {"a": 1}, [None]])
@pytest.mark.parametrize("kind", ["oc4ids", "geojson"])
def test_any_value_may_stand_anywhere(kind: str, value: object, tmp_path: Path) -> None:
    """Every key of the file in turn holds something of another type."""
    document = json.loads((FILES / KINDS[kind]).read_text(encoding="utf-8"))
    file, looked, refused = tmp_path / "x.json", 0, set()

    def walk(node: object) -> None:
        nonlocal looked
        children = (
            node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        )
        for key, kept in list(children):
            node[key] = value  # type: ignore[index]
            file.write_text(json.dumps(document), encoding="utf-8")
            try:
                read_foreign(kind, str(file))
            except BadData:
                refused.add(str(key))
            looked += 1
            node[key] = kept  # type: ignore[index]
            walk(kept)

    walk(document)
    assert looked > 30
