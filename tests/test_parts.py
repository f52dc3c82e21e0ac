"""What milepost is made of: licences that may be taken, a true bill of materials, weaknesses explained."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def parts() -> ModuleType:
    """`scripts/parts.py` as a module."""
    about = importlib.util.spec_from_file_location("parts", ROOT / "scripts" / "parts.py")
    assert about is not None
    assert about.loader is not None
    made = importlib.util.module_from_spec(about)
    sys.modules["parts"] = made  # its classes ask for their module
    about.loader.exec_module(made)
    return made


def test_every_library_that_runs_has_a_licence_that_may_be_taken(parts: ModuleType) -> None:
    found = parts.runtime()
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    names = {re.split(r"[>=\[]", one)[0].lower() for one in asked}
    assert len(names) > 30
    assert names <= {p.name for p in found}
    assert parts.wrong(found) == []
    assert all(p.hashes for p in found)


@pytest.mark.parametrize(
    ("licence", "taken"),
    [
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later", False),
        ("MIT OR GPL-2.0-only", False),
        ("", False),
        ("LGPL-3.0-only", True),
        ("MIT", True),
    ],
)
def test_what_is_not_taken_is_refused(parts: ModuleType, licence: str, taken: bool) -> None:
    one = replace(parts.runtime()[0], licence=licence)
    assert (parts.wrong((one,)) == []) is taken


def test_the_bill_of_materials_is_one_by_its_schema_and_holds_all(parts: ModuleType) -> None:
    found = parts.runtime()
    text = parts.sbom(found)
    assert parts.faults(text) == ""
    body = json.loads(text)
    assert {c["name"] for c in body["components"]} == {p.name for p in found}
    assert all(c["licenses"] and c["purl"].startswith("pkg:pypi/") for c in body["components"])
    assert body["metadata"]["component"]["name"] == "milepost"
    body["components"][0]["type"] = "nonsense"
    assert parts.faults(json.dumps(body))
    assert parts.sbom(found).count("serialNumber") == 1


def test_what_bandit_finds_is_explained_one_by_one() -> None:
    found = 0
    for file in sorted((ROOT / "src").rglob("*.py")):
        lines = file.read_text(encoding="utf-8").splitlines()
        for n, line in enumerate(lines):
            if re.search(r"\bnosec\b", line):
                found += 1
                assert re.search(r"# nosec B\d{3}", line), f"{file.name}:{n + 1}: which finding?"
                near = [one for one in lines[max(0, n - 2) : n] if one.strip().startswith("#")]
                assert near or re.search(r"nosec B\d{3} # \w", line), f"{file.name}:{n + 1}: why?"
    assert found >= 9
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    skips = re.search(r"\[tool\.bandit\]\nskips = (\[[^]]*\])  # \w", text)
    assert skips, "what is skipped has its reason beside it"
    assert json.loads(skips[1]) == ["B101"]
