"""Compiled code is kept where it can be; where it cannot, everything still runs and one sentence says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from milepost import compiled
from milepost.cli import run
from milepost.programme import example
from milepost.warm import questions

# numba as a service account sees it: neither the source's folder nor a home can be written
PROGRAM = """
from numba.core import caching
named = [n for n in vars(caching) if n.endswith("UserProvidedCacheLocator")]
caching.CacheImpl._locator_classes = [getattr(caching, named[0])]
from milepost import compiled
from milepost.cli import run
from milepost.programme import example
from milepost.warm import questions
import toy
assert toy.twice(21) == 42
print(compiled.remark())
"""
TOY = """
from milepost.compiled import kernel

@kernel()
def twice(x):
    return 2 * x
"""


def as_service(folder: Path, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run the program where only ``temporary`` may be written."""
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"}
    environment |= {"TMPDIR": str(temporary), "PYTHONPATH": str(folder)}
    return subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    (tmp_path / "toy.py").write_text(TOY)
    (tmp_path / "temporary").mkdir()
    return tmp_path


def test_a_service_account_keeps_code_among_the_temporary_files(toy: Path) -> None:
    done = as_service(toy, toy / "temporary")
    assert done.returncode == 0, done.stderr
    kept = toy / "temporary" / f"milepost-compiled-{os.getuid()}"
    assert str(kept) in done.stdout
    assert kept.stat().st_mode & 0o077 == 0
    assert list(kept.rglob("*.nbc"))


def test_code_in_a_folder_that_others_may_write_is_not_run(toy: Path) -> None:
    (toy / "temporary" / f"milepost-compiled-{os.getuid()}").mkdir()
    (toy / "temporary" / f"milepost-compiled-{os.getuid()}").chmod(0o777)
    done = as_service(toy, toy / "temporary")
    assert done.returncode == 0, done.stderr
    assert "kept nowhere" in done.stdout
    assert not list((toy / "temporary").rglob("*.nbc"))


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


def test_every_file_of_kernels_is_known() -> None:
    files = (p for p in compiled.ROOT.rglob("*.py") if "compiled import kernel" in p.read_text())
    found = tuple(sorted(p.relative_to(compiled.ROOT).as_posix() for p in files))
    assert found == compiled.KERNELS


def test_code_compiled_with_another_kernel_is_stale(toy: Path) -> None:
    """What a kernel has inlined from another file is part of what it was compiled from."""
    program = """
import sys
from milepost import compiled
compiled.kernels_digest = lambda: sys.argv[1]
import toy
toy.twice(21)
print(sum(toy.twice.stats.cache_hits.values()), sum(toy.twice.stats.cache_misses.values()))
"""
    environment = {k: v for k, v in os.environ.items() if k != "NUMBA_CACHE_DIR"} | {"PYTHONPATH": str(toy)}

    def said(digest: str) -> str:
        command = [sys.executable, "-c", program, digest]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    assert [said(d) for d in ("one", "one", "two", "two")] == ["0 1", "1 0", "0 1", "1 0"]
