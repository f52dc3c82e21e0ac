"""Files that were broken on the way: findings or rows, never a traceback, and nothing half-applied."""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import openpyxl
import pytest
from lxml import etree

import milepost
from milepost.acts.foreign import bring_file, look_at
from milepost.acts.persons import at_the_terminal
from milepost.acts.programmes import create
from milepost.acts.writing import Register
from milepost.errors import BadData, WrongUse
from milepost.intake.foreign.kinds import read_foreign, suggest_map
from torture import first_seed, many, tortured

FILES = Path(__file__).parent / "files"
KINDS = {  # name of the suite -> kind of import, and the whole file
    "oc4ids": ("oc4ids", "projects.json"),
    "iati": ("iati", "activities.xml"),
    "mspdi": ("mspdi", "plan.xml"),
    "untc-csv": ("untc", "treaty.csv"),
    "untc-xml": ("untc", "treaty.xml"),
    "gmns": ("gmns", "network/link.csv"),
    "geojson": ("geojson", "lines.geojson"),
    "table-csv": ("table", "action_plan.csv"),
    "table-tsv": ("table", "action_plan.tsv"),
    "table-xlsx": ("table", "action_plan.xlsx"),
    "long": ("long", "flows.csv"),
    "omx": ("omx", "flows.omx"),
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


def whole_file(name: str, folder: Path) -> Path:
    """A file that is whole: one of those here, or made from it."""
    file = FILES / name
    if file.exists():
        return file
    made = folder / name
    lines = (FILES / "action_plan.csv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.reader(lines))
    if made.suffix == ".tsv":
        made.write_text("\n".join("\t".join(row) for row in rows) + "\n", encoding="utf-8")
    elif made.suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]
        book.active.merge_cells("A1:F1")  # type: ignore[union-attr]
        book.save(made)
    else:
        zones = np.array(["Westvale", "Ridgeland", "Elsewhere"], dtype="S20")
        with h5py.File(made, "w") as out:
            out.attrs["OMX_VERSION"] = b"0.2"
            out.create_dataset("data/total", data=np.array([[0, 7.5, 1], [3, 0, 0], [0, 2, 0]]))
            out["data/total"].attrs["unit"] = "MUSD"
            out.create_dataset("lookup/country", data=zones)
    return made


def spoilt(rng: random.Random, raw: bytes) -> bytes:
    """Some bytes changed, or the end cut off."""
    made = bytearray(raw)
    for _ in range(rng.randint(1, 30)):
        made[rng.randrange(len(made))] = rng.randrange(256)
    return bytes(made[: rng.randint(1, len(made))]) if rng.random() < 0.2 else bytes(made)


def repacked(rng: random.Random, whole: Path) -> bytes:
    """A workbook with one of its parts broken, as what no program wrote comes; or its bytes spoilt."""
    if rng.random() < 0.15:
        return spoilt(rng, whole.read_bytes())
    with zipfile.ZipFile(whole) as pack:
        parts = {name: pack.read(name) for name in pack.namelist()}
    cells = [name for name in parts if "sheet" in name or "workbook" in name or "styles" in name]
    name = rng.choice(cells if rng.random() < 0.9 else list(parts))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        for part, content in parts.items():
            pack.writestr(part, mutated(rng, content.decode()) if part == name else content)
    return out.getvalue()


def broken(suite: str, folder: Path) -> Iterator[tuple[Path, str]]:
    kind, name = KINDS[suite]
    whole = whole_file(name, folder.parent)
    for n in range(many(8, 2000) if suite == "omx" else N):  # each matrix is read in a process of its own
        rng = random.Random(first_seed(0) + n)
        file = folder / whole.name
        if kind == "gmns":
            for other in (FILES / "network").iterdir():
                (folder / other.name).write_bytes(other.read_bytes())
            file = folder / rng.choice(("link.csv", "node.csv", "config.csv"))
            whole = FILES / "network" / file.name
        if suite == "table-xlsx":
            file.write_bytes(repacked(rng, whole))
        elif suite == "omx":
            file.write_bytes(spoilt(rng, whole.read_bytes()))
        else:
            file.write_bytes(mutated(rng, whole.read_text(encoding="utf-8")))
        yield (folder if kind == "gmns" else file), f"seed {n}"


def held(folder: Path) -> dict[str, bytes]:
    """Every file of a programme, but for the lock that a writer takes."""
    return {f.name: f.read_bytes() for f in folder.rglob("*") if f.is_file() and f.suffix != ".lock"}


@tortured(N)
@pytest.mark.parametrize("suite", KINDS)
def test_a_broken_file_is_refused_or_read_never_half_applied(
    suite: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    kind, name = KINDS[suite]
    (tmp_path / "in").mkdir()
    begun = "ridge" if kind in ("long", "omx") else ""  # flows need countries
    folder, plan = tmp_path / "p", ""
    create(folder, begun)
    if kind == "table":
        plan = str(tmp_path / "map.toml")
        text = suggest_map("table", str(whole_file(name, tmp_path)))
        Path(plan).write_text(text, encoding="utf-8")
    register, me = Register(folder), at_the_terminal("me")
    seen = {"refused": 0, "read": 0, "applied": 0}
    before = held(folder)
    for number, (file, told) in enumerate(broken(suite, tmp_path / "in")):
        try:
            reading = read_foreign(kind, str(file), "", plan)
            seen["read"] += 1
            done = bring_file(register, me, reading, apply=True, reason=told)
        except (BadData, WrongUse):
            seen["refused"] += 1
            assert held(folder) == before, told
            continue
        if not done.applied:
            assert held(folder) == before, told
            continue
        seen["applied"] += 1
        again = bring_file(register, me, read_foreign(kind, str(file), "", plan))
        assert again.differences == (), told
        if len(milepost.open(folder).records.known_as) > 150 or seen["applied"] % 60 == 0:  # or it grows
            folder = tmp_path / f"p{number}"
            create(folder, begun)
            register = Register(folder)
        before = held(folder)
    milepost.open(folder)
    record_property("seen", str(seen))
    print(f"{suite}: {seen}")
    assert min(seen["refused"], seen["read"] if suite == "omx" else seen["applied"]) > 0, seen


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
    document = json.loads((FILES / KINDS[kind][1]).read_text(encoding="utf-8"))
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


HOSTILE = (
    "",
    "x",
    "-1",
    "9" * 40,
    "NaN",
    "1e999",
    "2026-02-30",
    "0000-00-00T00:00:00",
    " ; ",
    "\u202e\ufffd",
)


@tortured(1)
@pytest.mark.parametrize("name", ["activities.xml", "plan.xml", "treaty.xml"])
def test_any_text_may_stand_anywhere_in_xml(name: str, tmp_path: Path) -> None:
    """Every text and attribute in turn says something else; every element in turn is away, or there twice."""
    kind = next(k for k, file in KINDS.values() if file == name)
    root = etree.parse(str(FILES / name)).getroot()
    file, looked, refused = tmp_path / name, 0, 0
    step = 1 if many(0, 1) else 7  # every day one of seven

    def look() -> None:
        nonlocal looked, refused
        file.write_bytes(etree.tostring(root))
        looked += 1
        try:
            look_at(read_foreign(kind, str(file)))
        except BadData:
            refused += 1

    for element in list(root.iter()):
        old = element.text
        for n, text in enumerate(HOSTILE):
            if (looked + n) % step == 0 and not len(element):
                element.text = text
                look()
        element.text = old
        for attribute, value in element.attrib.items():
            for text in HOSTILE[looked % step :: step]:
                element.set(attribute, text)
                look()
            element.set(attribute, value)
        around = element.getparent()
        if around is not None:
            at = around.index(element)
            around.insert(at, copy.deepcopy(element))
            look()
            del around[at]
            around.remove(element)
            look()
            around.insert(at, element)
    assert looked > 40
    assert refused < looked / 2, "most of them are read"
