"""Did a change move a number? Keeps what the commands answer on the examples, and compares two such folders.

Run: .venv/bin/python scripts/same_numbers.py write BEFORE    (then change something, and write AFTER)
     .venv/bin/python scripts/same_numbers.py compare BEFORE AFTER
"""

from __future__ import annotations

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import milepost

SOURCE = Path(milepost.__file__).resolve().parents[1]
# keys that are called otherwise now, wherever they stand: old name to new name
RENAMED: dict[str, str] = {"without_way": "without_path", "cost_of_a_day": "cost_of_a_day_musd"}
# what stands elsewhere now: expression for the start of a path (FILE/key/key) to what replaces it
MOVED: dict[str, str] = {
    r"([a-z-]+\.force/answer)/([^/]+)": r"\1/agreements/\2",
    r"([a-z-]+\.loads-by-date/answer/bottlenecks/\d+)/from": r"\1/day",
    r"([a-z-]+\.loads-by-date/answer/bottlenecks/\d+)/mt_per_year": r"\1/load_mt",
    r"([a-z-]+\.loads-by-date/answer/bottlenecks/\d+)/capacity": r"\1/capacity_mt",
}
# what is meant to differ: (pattern of FILE, pattern of key/key), each with its reason in a comment
INTENDED: tuple[tuple[str, str], ...] = (
    # sentences: "No zone on the network" was "No place on the network", "path" was "way"
    ("*.value-*", "answer/notes/*"),
    # one shape for command, library and API: what the others had besides
    ("*.force", "answer/on"),
    ("*.loads-by-date", "answer/on"),
    ("*.loads*", "answer/links/*/mode"),
    ("*.loads*", "answer/links/*_node"),
    ("*.route", "answer/legs/*_name"),
    ("*.route", "answer/links*"),
    ("*.route", "answer/delivered*"),
    ("*.status", "answer/commitments/*/milestone"),
    # a milestone's status names its commitment, too
    ("*.status", "answer/milestones/*/commitment"),
    ("*.status", "answer/milestones/*/title"),
    ("*.status", "answer/milestones/*/legal"),
)

# each example with two valued commitments and two nodes
EXAMPLES = {
    "north-south": {"SET": "C01,C14", "FROM": "NHAVASHEVA", "TO": "MOSCOW"},
    "northern-corridor": {"SET": "N01,N02", "FROM": "MOMBASA", "TO": "KIGALI"},
    "ridge": {"SET": "R1,R2", "FROM": "VALE", "TO": "HAVEN"},
}
# name of the case to command and options; the words above are filled in, DIR is a copy of the example
CASES = {
    "value-all": "value DIR --delivered all",
    "value-set": "value DIR --delivered SET",
    "value-congested": "value DIR --delivered SET --congested",
    "shapley": "shapley DIR --seed 7",
    "shapley-sampled": "shapley DIR --method sampled --orders 50 --seed 7",
    "delay": "delay DIR --on 2026-11-23",
    "draws": "draws DIR --on 2026-11-23 --draws 2000 --seed 7",
    "group": "group DIR",
    "force": "force DIR --on 2026-11-23",
    "status": "status DIR --on 2026-11-23",
    "calls": "calls DIR --on 2026-11-23",
    "loads": "loads DIR",
    "loads-set": "loads DIR --delivered SET",
    "loads-by-date": "loads DIR --by-date",
    "route": "route DIR FROM TO --delivered all",
    "intervals": "intervals DIR --draws 10 --orders 10 --seed 7 --delivered SET",
    "screen": "screen DIR --seed 7",
    "complement": "complement DIR",
}


def run(command: str, home: str) -> subprocess.CompletedProcess[str]:
    """A command of the milepost that this script imports, in a folder."""
    line = [sys.executable, "-m", "milepost", *command.split(), "--json"]
    here = os.environ | {"PYTHONPATH": str(SOURCE)}
    return subprocess.run(line, cwd=home, env=here, capture_output=True, text=True)


def write(folder: Path) -> None:
    """One file per example and case in a new folder: exit code, answer, and what was said beside it."""
    folder.mkdir(parents=True)
    for example, words in EXAMPLES.items():
        with tempfile.TemporaryDirectory() as home:
            run(f"new DIR --example {example}", home).check_returncode()
            for case, command in CASES.items():
                ran = run(" ".join(words.get(word, word) for word in command.split()), home)
                said = " ".join(ran.stderr.split())
                answer = ran.stdout if ran.returncode else json.loads(ran.stdout)
                text = json.dumps({"exit": ran.returncode, "said": said, "answer": answer}, indent=1)
                (folder / f"{example}.{case}.json").write_text(text + "\n")
                if ran.returncode:
                    print(f"{example}.{case}: exit code {ran.returncode}: {said[-200:]}")
    print(f"{len(EXAMPLES) * len(CASES)} answers of {SOURCE} in {folder}")


def named(rows: list[Any]) -> Iterator[tuple[object, Any]]:
    """Rows by their number, or by the agreement that they are about: a list was a mapping of these once."""
    for number, row in enumerate(rows):
        by_name = isinstance(row, dict) and "agreement" in row
        yield (
            (row["agreement"], {k: v for k, v in row.items() if k != "agreement"})
            if by_name
            else (number, row)
        )


def leaves(tree: object, path: str, renamed: dict[str, str]) -> Iterator[tuple[str, object]]:
    """Every value with its path; an empty list or object is a value, too."""
    if not isinstance(tree, dict | list) or not tree:
        yield path, tree
        return
    for key, below in tree.items() if isinstance(tree, dict) else named(tree):
        yield from leaves(below, f"{path}/{renamed.get(str(key), key)}", renamed)


def read(folder: Path, renamed: dict[str, str], moved: dict[str, str]) -> dict[str, object]:
    """Every value in a folder by FILE/key/key, under its new name and in its new place."""
    found: dict[str, object] = {}
    for file in sorted(folder.glob("*.json")):
        for path, value in leaves(json.loads(file.read_text()), file.stem, renamed):
            for old, new in moved.items():
                path = re.sub(f"^(?:{old})(?=/|$)", new, path)
            if path in found:
                sys.exit(f"{folder}: two values at {path}. Is something renamed to what is there?")
            found[path] = value
    return found


def compare(before: Path, after: Path, renamed: dict[str, str], moved: dict[str, str]) -> bool:
    """Print every value that is not exactly the same; true if some were compared and no fault was found."""
    old, new = read(before, renamed, moved), read(after, {}, {})
    faults = 0
    for path in sorted(old.keys() | new.keys()):
        x, y = old.get(path), new.get(path)
        first, second = (repr(side[path]) if path in side else "(nothing)" for side in (old, new))
        if first == second:
            continue
        if isinstance(x, int | float) and isinstance(y, int | float):
            second += f" (relative {abs(y - x) / abs(x) if x else math.inf:.1e})"
        file, _, keys = path.partition("/")
        meant = any(fnmatchcase(file, f) and fnmatchcase(keys, k) for f, k in INTENDED)
        faults += not meant
        print(f"{'meant' if meant else 'DIFFERS'} {path}: {first} -> {second}")
    both = len(old.keys() & new.keys())
    print(f"{both} values compared, {faults} differ that should not")
    return both > 0 and not faults


def main() -> None:
    """Write one folder, or compare two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("write").add_argument("folder", type=Path)
    comparing = commands.add_parser("compare")
    for folder in ("before", "after"):
        comparing.add_argument(folder, type=Path)
    for table in ("renamed", "moved"):
        comparing.add_argument(f"--{table}", nargs="*", default=[], metavar="OLD=NEW")
    asked = parser.parse_args()
    if asked.command == "write":
        write(asked.folder)
        return
    renamed, moved = (dict(p.split("=", 1) for p in pairs) for pairs in (asked.renamed, asked.moved))
    sys.exit(not compare(asked.before, asked.after, RENAMED | renamed, MOVED | moved))


if __name__ == "__main__":
    main()
