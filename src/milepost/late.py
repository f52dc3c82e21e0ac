"""Modules of others that are loaded when something of them is first asked for.

Readers of documents, solvers and migrations load longer than most commands run, and a server that has just
begun is to show its first numbers before it needs any of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """A module that is loaded at the first question; every attribute is that of the module."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, what: str) -> Any:
        return getattr(import_module(self._name), what)

    def __repr__(self) -> str:
        return f"Late({self._name!r})"
