"""The text of a source file as a tree, read once a worker: a dozen rules look at all of them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path


@cache
def tree(file: Path) -> ast.Module:
    """The tree of a file; nobody changes it."""
    return ast.parse(file.read_text(encoding="utf-8"))
