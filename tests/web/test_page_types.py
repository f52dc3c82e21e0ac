"""The page reads what the API says it answers: its types are made from the OpenAPI document."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / "page" / "node_modules" / "openapi-typescript"


@pytest.mark.skipif(not TOOL.is_dir(), reason="what builds the page is not installed: make page")
def test_the_types_of_the_page_are_current() -> None:
    kept = (ROOT / "page/src/types.ts").read_text(encoding="utf-8")
    assert runpy.run_path(str(ROOT / "scripts/page_types.py"))["types"]() == kept, "run make page-types"


def test_the_page_takes_its_shapes_from_there() -> None:
    made = (ROOT / "page/src/types.ts").read_text(encoding="utf-8")
    known = set(re.findall(r"^export type (\w+) = components", made, flags=re.M))
    assert len(known) > 60
    read: set[str] = set()
    for file in (ROOT / "page" / "src").rglob("*"):
        if file.suffix in (".ts", ".svelte") and file.name != "types.ts":
            text = file.read_text(encoding="utf-8")
            for names in re.findall(r"import type \{([^}]*)\} from ['\"][./]+types['\"]", text):
                read |= {n.split(" as ")[0].strip() for n in names.split(",") if n.strip()}
            assert "as any" not in text, file.name
    assert {"Register", "Network", "Values", "Session", "Book"} <= read <= known
