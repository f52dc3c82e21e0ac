"""The house: imports at the top, no circles, no long functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.sparse.csgraph import connected_components

from source import tree

ROOT = Path(__file__).resolve().parents[1] / "src/milepost"
NAMES = {
    file: ".".join(("milepost", *file.relative_to(ROOT).with_suffix("").parts)) for file in ROOT.rglob("*.py")
}
MODULES = {file: name.removesuffix(".__init__") for file, name in NAMES.items()}

MOST_DEFERRED_IMPORTS = 39
LONG = 70  # lines of a function, decorators and docstring included

DOORS = ("cli/", "web/")

# (file, module): why it is imported late
EXCEPTIONS = {
    ("compiled.py", "numba"): "what reads, checks and follows up compiles nothing",
    ("intake/foreign/demand.py", "h5py"): "an extra that few install: milepost[omx]",
    ("many.py", "distributed"): "an extra that few install: milepost[cluster]",
    ("many.py", "joblib"): "only what runs on several processes needs it",
    ("network/shipment_types.py", "scipy.special"): "a type a class draws nothing",
    ("plots/canvas.py", "matplotlib"): "an extra for notebooks and papers: milepost[plots]",
    ("register/working_days.py", "holidays"): "loads every calendar of the world, a third of a start",
    ("report/exchange/geo.py", "pyogrio.raw"): "an extra that few install: milepost[gis]",
    ("results.py", "pandas"): "the one place of pandas, which loads longer than most commands run",
    ("store/folder.py", "milepost.store.workbook"): "openpyxl, which a folder does not need",
    ("store/journal.py", "filelock"): "a tenth of a second, and only who writes needs it",
    ("store/stores.py", "milepost.store.sql"): "SQLAlchemy and Alembic, which a folder does not need",
    ("trade/ppml.py", "statsmodels.api"): "an extra that few install: milepost[gravity]",
    ("web/downloads.py", "pyarrow"): "an extra that few install: milepost[parquet]",
}


@dataclass(frozen=True)
class Imported:
    """One import: where it stands, what it names, and whether it stands inside a function."""

    file: Path
    line: int
    module: str
    names: tuple[str, ...]
    deferred: bool

    @property
    def place(self) -> str:
        return self.file.relative_to(ROOT).as_posix()

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.module}"

    @property
    def modules(self) -> Iterator[str]:
        """The modules of the house that it loads."""
        inside = [f"{self.module}.{name}" for name in self.names]
        found = [name for name in inside if name in MODULES.values()]
        yield from found
        if len(found) < len(inside) or not inside:
            yield self.module


def imports(file: Path) -> Iterator[Imported]:
    """Every import of a file but those that only the type checker sees."""
    waiting: list[tuple[ast.AST, bool]] = [(tree(file), False)]
    while waiting:
        node, deferred = waiting.pop()
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Imported(file, node.lineno, alias.name, (), deferred)
        elif isinstance(node, ast.ImportFrom):
            assert node.module, f"{file}:{node.lineno}: an import relative to a package"
            yield Imported(file, node.lineno, node.module, tuple(a.name for a in node.names), deferred)
        elif isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            waiting += [(child, deferred) for child in node.orelse]
        else:
            inside = deferred or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            waiting += [(child, inside) for child in ast.iter_child_nodes(node)]


@cache
def all_imports() -> list[Imported]:
    """Those of every file; who only loads this one to collect its tests does without."""
    return [found for file in sorted(MODULES) for found in imports(file)]


def in_lines(what: str, found: list[str]) -> str:
    return "\n".join([f"{len(found)} {what}:", *found])


def test_imports_stand_at_the_top() -> None:
    assert len(all_imports()) > 500
    deferred = [i for i in all_imports() if i.deferred]
    assert len(deferred) <= MOST_DEFERRED_IMPORTS, in_lines("deferred imports", list(map(str, deferred)))


def test_deferred_imports_stand_in_the_doors_or_have_a_reason() -> None:
    found = [i for i in all_imports() if i.deferred]
    outside = [i for i in found if not i.place.startswith(DOORS) and i.file.name != "__init__.py"]
    assert {(i.place, i.module) for i in found} >= set(EXCEPTIONS), "an exception that is none any more"
    without = [str(i) for i in outside if (i.place, i.module) not in EXCEPTIONS]
    assert not without, in_lines("deferred imports out of place", without)


def circles() -> list[list[str]]:
    """Groups of modules that load one another, deferred imports included."""
    names = sorted(MODULES.values())
    at = {name: k for k, name in enumerate(names)}
    loads = np.zeros((len(names), len(names)), dtype=bool)
    for found in all_imports():
        for module in found.modules:
            if module in at and module != MODULES[found.file]:
                loads[at[MODULES[found.file]], at[module]] = True
    assert loads.sum() > len(names)
    _, group = connected_components(loads, connection="strong")
    sizes = np.bincount(group)
    return [[names[k] for k in np.flatnonzero(group == g)] for g in np.flatnonzero(sizes > 1)]


def test_no_module_loads_itself_through_others() -> None:
    found = [" <-> ".join(circle) for circle in circles()]
    assert not found, in_lines("circles", found)


def functions(file: Path) -> Iterator[tuple[str, int]]:
    """Functions with their lines, from the first decorator to the end; kernels are left out."""
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = [ast.unparse(d) for d in node.decorator_list]
            if not any(d.startswith("kernel(") for d in decorators):
                first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
                last = node.end_lineno or first
                yield f"{file.relative_to(ROOT)}:{node.lineno}: {node.name}", last - first + 1


def test_no_function_is_long() -> None:
    mine = [file for file in sorted(MODULES) if "migrations" not in file.parts]  # those Alembic wrote
    found = [pair for file in mine for pair in functions(file)]
    assert len(found) > 500
    long = [f"{name}, {lines} lines" for name, lines in found if lines > LONG]
    assert not long, in_lines(f"functions of more than {LONG} lines", long)
