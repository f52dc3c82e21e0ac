"""Run mutants fast: each in a fork of a process that has imported all that they need but milepost itself.

    python tools/mutation/run.py mutants.sqlite --jobs 2 --only register

The tree is never written: the child finds the mutated text of one module in the place of its file, runs the
tests of that module until the first that fails (laws on random worlds last, as they take longest), and its
end is the verdict. `cosmic-ray init` makes the session before; see docs/decisions/0024-mutation-testing.md.
"""

from __future__ import annotations

import argparse
import importlib.abc
import importlib.util
import os
import signal
import sys
import time
import traceback
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import cosmic_ray.plugins
from cosmic_ray.mutating import mutate_code
from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import MutationSpec, TestOutcome, WorkerOutcome, WorkItem, WorkResult

SECONDS = 60.0
NONE_TO_MAKE = 99
FORCE = tuple(f"tests/register/test_{name}.py" for name in ("force_limits", "force", "rules"))
STATUS = tuple(
    f"tests/register/test_{name}.py"
    for name in ("status_limits", "status", "milestones_apart", "register", "dates", "rules")
)
SHARES = "tests/value/test_shares.py"
OF_SCREENING = "test_the_measured_error_of_screening_is_that_of_plain_sums"  # takes seconds
# the tests of a module, those first that know it best
TESTS = {
    "register/acts": FORCE,
    "register/decision_table": (*STATUS, *FORCE),
    "register/entry_rules": FORCE,
    "register/force": FORCE,
    "register/party_force": FORCE,
    "register/trigger": FORCE,
    "register/timetable": (*STATUS, "tests/value/test_delays.py"),
    "value/shares": (SHARES, f"--deselect={SHARES}::{OF_SCREENING}"),
}
# rooms that import neither the register nor values
BELOW = {"errors", "files", "intake", "languages", "many", "network", "records", "results", "store", "trade"}
# of cosmic-ray's operators those that say what no other says: a limit is in or out, not moved in every way
KEPT = {
    "core/AddNot",
    "core/ExceptionReplacer",
    "core/NumberReplacer",
    "core/ReplaceAndWithOr",
    "core/ReplaceBinaryOperator_Add_Sub",
    "core/ReplaceBinaryOperator_Div_Mul",
    "core/ReplaceBinaryOperator_Mul_Div",
    "core/ReplaceBinaryOperator_Sub_Add",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceComparisonOperator_Eq_NotEq",
    "core/ReplaceComparisonOperator_GtE_Gt",
    "core/ReplaceComparisonOperator_Gt_GtE",
    "core/ReplaceComparisonOperator_IsNot_Is",
    "core/ReplaceComparisonOperator_Is_IsNot",
    "core/ReplaceComparisonOperator_LtE_Lt",
    "core/ReplaceComparisonOperator_Lt_LtE",
    "core/ReplaceComparisonOperator_NotEq_Eq",
    "core/ReplaceContinueWithBreak",
    "core/ReplaceFalseWithTrue",
    "core/ReplaceOrWithAnd",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceUnaryOperator_Delete_Not",
    "core/ReplaceUnaryOperator_Delete_USub",
    "core/ZeroIterationForLoop",
}


class Quick:
    """Tests in the order of their cost; a random world that fails is enough, no smaller one is looked for."""

    @staticmethod
    def pytest_configure() -> None:
        """Before the tests are collected."""
        from hypothesis import Phase, settings

        settings.register_profile("mutants", phases=(Phase.explicit, Phase.generate), database=None)
        settings.load_profile("mutants")

    @staticmethod
    def pytest_collection_modifyitems(items: list[Any]) -> None:
        """Examples first, then what takes a fixture of hundreds of worlds, then laws."""
        items.sort(key=lambda i: (hasattr(i.obj, "hypothesis"), "fired" in i.fixturenames))


class Mutated(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds one module as its mutated text."""

    def __init__(self, name: str, path: Path, text: str) -> None:
        self.name, self.path, self.text = name, path, text

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """A place for the one module, none for others."""
        if name != self.name:
            return None
        return importlib.util.spec_from_file_location(name, self.path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the mutated text as the module."""
        exec(compile(self.text, str(self.path), "exec"), module.__dict__)


def tests_of(path: Path) -> tuple[str, ...]:
    """The test files that judge a module."""
    return TESTS.get("/".join(path.with_suffix("").parts[-2:]), STATUS)


def preload() -> None:
    """Import what every child needs; then forget the rooms that a mutant may be seen in: the children import
    them anew."""
    import _hypothesis_pytestplugin  # noqa: F401
    import holidays  # noqa: F401
    import hypothesis  # noqa: F401
    import pandas  # noqa: F401
    import pytest  # noqa: F401
    import scipy.sparse.csgraph  # noqa: F401

    import milepost.programme

    for name in [m for m in sys.modules if m.startswith("milepost.")]:
        room = name.split(".")[1]
        if room not in BELOW:
            del sys.modules[name]
            vars(milepost).pop(room, None)


def child(path: Path, text: str, out: int) -> int:
    """In the fork: put the text in the module's place and run its tests; pytest's verdict."""
    import pytest

    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.meta_path.insert(0, Mutated(".".join(path.with_suffix("").parts[1:]), path, text))
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of its own work, however busy the machine is
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # to load a dozen plugins takes longer than most tests
    plugins = ["-p", "_hypothesis_pytestplugin", "-p", "no:cacheprovider"]
    options = ["-x", "-q", "--tb=no", "--hypothesis-seed=0", "-W", "ignore", *plugins]
    return int(pytest.main([*options, *tests_of(path)], [Quick()]))


def start(path: Path, text: str | None, out: int) -> int:
    """The process of one mutant."""
    pid = os.fork()
    if pid == 0:
        code = 1  # whatever a mutant breaks on the way to its tests is seen
        try:
            code = NONE_TO_MAKE if text is None else child(path, text, out)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return pid


def mutant(mutation: MutationSpec) -> str | None:
    """The text of a module with one mutation; None if there is none to make."""
    operator = cosmic_ray.plugins.get_operator(mutation.operator_name)(**mutation.operator_args)
    text: str | None = mutate_code(Path(mutation.module_path).read_text(), operator, mutation.occurrence)
    return text


def unchanged_passes(path: Path, out: int) -> None:
    """Tests must pass on what they judge as it is, or every mutant would seem to be killed."""
    status = os.waitpid(start(path, path.read_text(), out), 0)[1]
    if status != 0:
        sys.exit(f"{path} unchanged does not pass {' '.join(tests_of(path))} (status {status})")


def verdict(status: int) -> TestOutcome:
    """Only a clean run of all tests lets a mutant live; one that runs into the limit of time is killed."""
    code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 1
    return {0: TestOutcome.SURVIVED, NONE_TO_MAKE: TestOutcome.INCOMPETENT}.get(code, TestOutcome.KILLED)


def run(database: Path, jobs: int, only: str) -> None:
    """Run what is pending, ``jobs`` children at a time, and keep each verdict as it comes."""
    preload()
    with use_db(str(database), WorkDB.Mode.open) as db, Path(os.devnull).open("w") as nowhere:
        out = nowhere.fileno()
        pending: list[WorkItem] = [
            item
            for item in db.pending_work_items
            if item.mutations[0].operator_name in KEPT and only in str(item.mutations[0].module_path)
        ]
        print(f"{len(pending)} mutants", flush=True)
        judged = {tests_of(path): path for path in (Path(i.mutations[0].module_path) for i in pending)}
        for path in judged.values():
            unchanged_passes(path, out)
        began, done, survived = time.monotonic(), 0, 0
        running: dict[int, WorkItem] = {}
        while pending or running:
            while pending and len(running) < jobs:
                item = pending.pop()
                mutation = item.mutations[0]
                running[start(Path(mutation.module_path), mutant(mutation), out)] = item
            pid, status = os.wait()
            item, outcome, done = running.pop(pid), verdict(status), done + 1
            db.set_result(item.job_id, WorkResult(WorkerOutcome.NORMAL, "", outcome))
            if outcome is TestOutcome.SURVIVED:
                survived += 1
                m = item.mutations[0]
                where = f"{m.module_path}:{m.start_pos[0]}"
                print(f"lives: {where} {m.operator_name} #{m.occurrence}", flush=True)
            if done % 50 == 0:
                took = time.monotonic() - began
                print(f"{done} done, {len(pending)} to do, {survived} live, {took:.0f} s", flush=True)


if __name__ == "__main__":
    parse = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parse.add_argument("database", type=Path)
    parse.add_argument("--jobs", type=int, default=2)
    parse.add_argument("--only", default="", help="part of a module's path")
    asked = parse.parse_args()
    run(asked.database, asked.jobs, asked.only)
