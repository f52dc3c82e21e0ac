"""How big and how tangled the house is: files, functions, imports and lines of src/milepost and page/src.

Run: .venv/bin/python scripts/house_figures.py [ROOT] [--json]

Left out: store/migrations and examples/static. A function goes from its def to its last line; methods and
inner functions are functions. Complexity is McCabe's by ruff (C901, noqa ignored). Parameters are all but
self and cls. An import inside a function is deferred, `inside` is outside cli, web and __init__; one under
TYPE_CHECKING counts nowhere. `from a import b` leads to a.b where that is a module, else to a; that loading
a.b loads a first makes no cycle here.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

Figures = dict[str, int | float | str]
Graph = dict[str, set[str]]
LEFT_OUT = ("store/migrations/", "examples/static/")
CHECKING = ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def texts(folder: Path, *patterns: str) -> dict[str, str]:
    """Every file that counts, by its path in the folder."""
    files = sorted(file for pattern in patterns for file in folder.rglob(pattern))
    named = {file.relative_to(folder).as_posix(): file for file in files}
    return {name: file.read_text("utf-8") for name, file in named.items() if not name.startswith(LEFT_OUT)}


def sizes(kind: str, sized: list[tuple[int, str]]) -> Figures:
    """How many there are, and the median and the longest of them in lines."""
    longest, name = max(sized)
    middle = median(lines for lines, _ in sized)
    figures: Figures = {f"{kind}s": len(sized), f"median {kind}, lines": middle}
    return figures | {f"longest {kind}, lines": longest, f"longest {kind}": name}


def of_files(read: dict[str, str]) -> Figures:
    """Figures of files and of their lines, in any language."""
    lengths = [len(line) for text in read.values() for line in text.splitlines()]
    wide = {f"lines over {most} characters": sum(n > most for n in lengths) for most in (100, 110)}
    return sizes("file", [(len(text.splitlines()), name) for name, text in read.items()]) | wide


def parameters(taken: ast.arguments) -> int:
    """How many parameters a caller sees, *args and **kwargs among them."""
    placed = [*taken.posonlyargs, *taken.args]
    own = bool(placed) and placed[0].arg in ("self", "cls")
    return len(placed) - own + len(taken.kwonlyargs) + len([a for a in (taken.vararg, taken.kwarg) if a])


def of_functions(trees: dict[str, ast.Module], package: Path) -> Figures:
    """Figures of functions."""
    functions = [
        (node, f"{name}:{node.name}")
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    sized = [((node.end_lineno or node.lineno) - node.lineno + 1, name) for node, name in functions]
    over = {f"functions over {most} lines": sum(n > most for n, _ in sized) for most in (60, 70)}
    ruff = "check --isolated --ignore-noqa --exit-zero --no-cache --select C901 --output-format json"
    most_paths = ["--config", "lint.mccabe.max-complexity=12", *(str(package / name) for name in trees)]
    line = [sys.executable, "-m", "ruff", *ruff.split(), *most_paths]
    found = json.loads(subprocess.run(line, check=True, capture_output=True, text=True).stdout)
    many = sum(parameters(node.args) > 8 for node, _ in functions)
    further = {"functions over complexity 12": len(found), "functions over 8 parameters": many}
    return sizes("function", sized) | over | further


def imports(node: ast.AST, deferred: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """Every import statement that runs, and whether it stands in a function."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import | ast.ImportFrom):
            yield child, deferred
        elif isinstance(child, ast.If) and ast.unparse(child.test) in CHECKING:
            yield from imports(ast.Module(child.orelse, []), deferred)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from imports(child, deferred or inside)


def targets(statement: ast.Import | ast.ImportFrom, package: list[str]) -> list[str]:
    """Dotted names that a statement in a package asks for."""
    if isinstance(statement, ast.Import):
        return [name.name for name in statement.names]
    above = package[: len(package) - statement.level + 1] if statement.level else []
    start = [*above, statement.module] if statement.module else above
    return [".".join([*start, name.name]) for name in statement.names]


def reached(start: str, graph: Graph) -> set[str]:
    """Modules that a module leads to, at any distance."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        further = graph[waiting.pop()] - found
        found |= further
        waiting += further
    return found


def cycles(kind: str, graph: Graph) -> Figures:
    """Groups of more than one module in which each leads to each other one."""
    reach = {module: reached(module, graph) for module in graph}
    groups = {frozenset(m for m in reach[module] if module in reach[m]) for module in graph} - {frozenset()}
    named = sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))
    figures: Figures = {f"cycles {kind}": len(named), f"modules in cycles {kind}": sum(map(len, named))}
    return figures | {f"these cycles {kind}": "; ".join(map(" ".join, named))}


def of_imports(trees: dict[str, ast.Module]) -> Figures:
    """Figures of deferred imports, and of cycles between modules with and without these."""
    places = {name: ["milepost", *name.removesuffix(".py").split("/")] for name in trees}
    modules = {name: ".".join(parts).removesuffix(".__init__") for name, parts in places.items()}
    top: Graph = {module: set() for module in modules.values()}
    ever: Graph = {module: set() for module in modules.values()}
    counts = dict.fromkeys(("of milepost", "of others", "of milepost, inside", "of others, inside"), 0)
    for name, tree in trees.items():
        for statement, deferred in imports(tree):
            asked = targets(statement, places[name][:-1])
            led = {a if a in ever else a.rpartition(".")[0] for a in asked} & ever.keys() - {modules[name]}
            ever[modules[name]] |= led
            if not deferred:
                top[modules[name]] |= led
                continue
            whose = "of milepost" if asked[0].split(".")[0] == "milepost" else "of others"
            counts[whose] += 1
            counts[f"{whose}, inside"] += not name.startswith(("cli/", "web/")) and "__init__" not in name
    deferring: Figures = {f"deferred imports {kind}": count for kind, count in counts.items()}
    return deferring | cycles("with deferred imports", ever) | cycles("at module level", top)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).resolve().parents[1])
    parser.add_argument("--json", action="store_true", help="print JSON, names in full")
    asked = parser.parse_args()
    package = asked.root / "src" / "milepost"
    python = texts(package, "*.py")
    trees = {name: ast.parse(text) for name, text in python.items()}
    house = of_files(python) | of_functions(trees, package) | of_imports(trees)
    figures = {
        "src/milepost": house,
        "page/src": of_files(texts(asked.root / "page/src", "*.ts", "*.svelte")),
    }
    if asked.json:
        print(json.dumps(figures, indent=1))
        return
    for part, found in figures.items():
        print(part)
        for label, figure in found.items():
            print(f"  {label:<42} {figure if len(str(figure)) < 60 else f'{figure!s:.56} ...'}")


if __name__ == "__main__":
    main()
