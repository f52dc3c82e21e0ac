"""Compiled code is kept where it can be; where it cannot, everything still runs and one sentence says so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from milepost import compiled
from milepost.cli import run
from milepost.programme import example
from milepost.warm import questions

# numba as a service account sees it: neither the source's folder nor a home can be written. Each case is a
# child of one process that has imported numba, which is most of the work
PROGRAM = """
import os, sys, tempfile
import numba, pandas, scipy.optimize
from numba.core import caching
named = [n for n in vars(caching) if n.endswith("UserProvidedCacheLocator")]
caching.CacheImpl._locator_classes = [getattr(caching, named[0])]
for temporary in sys.argv[1:]:
    if not os.fork():
        tempfile.tempdir = temporary
        from milepost import compiled
        from milepost.cli import run
        from milepost.programme import example
        from milepost.warm import questions
        import toy
        assert toy.twice(21) == 42
        print(compiled.remark(), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0
"""
TOY = """
from milepost.compiled import kernel

@kernel()
def twice(x):
    return 2 * x
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    (tmp_path / "toy.py").write_text(TOY)
    return tmp_path


def test_a_service_account_keeps_code_among_the_temporary_files_unless_others_may_write_there(
    toy: Path,
) -> None:
    folder = f"milepost-compiled-{os.getuid()}"
    own, shared = toy / "own", toy / "shared"
    own.mkdir()
    shared.mkdir()
    (shared / folder).mkdir()
    (shared / folder).chmod(0o777)
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {"PYTHONPATH": str(toy)}
    command = [sys.executable, "-c", PROGRAM, str(own), str(shared)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    kept, not_kept = done.stdout.splitlines()
    assert str(own / folder) in kept
    assert (own / folder).stat().st_mode & 0o077 == 0
    assert list((own / folder).rglob("*.nbc"))
    assert "kept nowhere" in not_kept
    assert not list(shared.rglob("*.nbc"))


def test_a_disk_that_is_full_stops_nothing(toy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "_remarks", [])
    monkeypatch.syspath_prepend(str(toy))
    import toy as module  # type: ignore[import-not-found]

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.twice._cache, "_save_overload", full)
    assert module.twice(1.5) == 3.0
    assert "No space left" in compiled.remark()


def test_nothing_is_said_where_code_can_be_kept() -> None:
    program = "import milepost.network.trees, milepost.compiled as c; print(repr(c.remark()))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "''", done.stderr


def test_a_command_says_once_that_code_is_not_kept(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(compiled, "_remarks", [])
    assert run(["check", str(example("ridge"))]) == 0
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(compiled, "_remarks", ["Code is kept nowhere.", "Code is kept nowhere."])
    assert run(["check", str(example("ridge"))]) == 0
    out = capsys.readouterr()
    assert out.err == "Code is kept nowhere.\n"
    assert "kept nowhere" not in out.out


def test_what_warms_asks_with_one_sector_and_with_many() -> None:
    asked = questions()
    assert len(asked) >= 8
    for ask in asked[:3]:
        assert ask() is not None


def test_what_warms_compiles_all_that_people_ask() -> None:
    """Else who asks first waits for it: half a minute for the ledger, once."""
    program = Path(__file__).with_name("warmed_for.py")
    asked = (
        "value", "ledger", "shapley", "delay", "appraise", "group", "plan", "draws", "loads", "how_well",
        "skim", "link_facts", "bottlenecks", "resilience", "screen",
    )  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(program), *asked], stdout=subprocess.PIPE, text=True, check=True
    )
    warmed, more = json.loads(done.stdout)
    assert warmed > 30
    assert more == []


def test_every_file_of_kernels_is_known() -> None:
    files = (p for p in compiled.ROOT.rglob("*.py") if "compiled import kernel" in p.read_text())
    found = tuple(sorted(p.relative_to(compiled.ROOT).as_posix() for p in files))
    assert found == compiled.KERNELS


def test_code_compiled_with_another_kernel_is_stale(toy: Path) -> None:
    """What a kernel has inlined from another file is part of what it was compiled from."""
    program = """
import os, sys
from milepost import compiled
for digest in sys.argv[1:]:
    if not os.fork():
        compiled.kernels_digest = lambda: digest
        import toy
        toy.twice(21)
        kept = toy.twice.stats
        print(sum(kept.cache_hits.values()), sum(kept.cache_misses.values()), flush=True)
        os._exit(0)
    assert os.wait()[1] == 0
"""
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {"PYTHONPATH": str(toy)}
    command = [sys.executable, "-c", program, "one", "one", "two", "two"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["0 1", "1 0", "0 1", "1 0"]
