"""The notebooks run from top to bottom, each in its own kernel; a cell that ends in an answer shows it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))


def test_there_are_notebooks_kept_without_outputs() -> None:
    assert len(NOTEBOOKS) >= 3
    for file in NOTEBOOKS:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        assert len(code) > 4, file.name
        assert not any(cell["outputs"] or cell["execution_count"] for cell in code), file.name


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the kernel's messages, not of ours
def test_it_runs(file: Path, tmp_path: Path) -> None:
    import nbformat  # loads for six seconds, and not every worker needs it
    from nbclient import NotebookClient

    book: Any = nbformat.read(file, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(
        book, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}
    ).execute()
    shown = 0
    for cell in book.cells:
        if cell.cell_type != "code":
            continue
        kinds = {kind for out in cell.outputs for kind in out.get("data", {"text/plain": ""})}
        if isinstance(ast.parse(cell.source).body[-1], ast.Expr):
            assert kinds, cell.source
        if ".plot." in cell.source and "picture =" not in cell.source:
            assert "image/png" in kinds, cell.source
        assert not any(out.get("name") == "stderr" for out in cell.outputs), cell.outputs
        shown += bool(kinds & {"text/html", "image/png"})
    assert shown >= 4
    assert not list(tmp_path.iterdir())  # nothing is written unasked
