"""What contributors keep to: fragments of the changelog, subjects of commits, hooks that fetch nothing."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from towncrier.build import _main

ROOT = Path(__file__).resolve().parent.parent
FRAGMENTS = sorted(p for p in (ROOT / "changes.d").glob("*.md") if p.name != "template.md")
BEFORE = "f1882f6"  # subjects up to here were written before there was a rule


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return found


def script(name: str) -> ModuleType:
    """A file of ``scripts/`` as a module."""
    about = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert about is not None
    assert about.loader is not None
    made = importlib.util.module_from_spec(about)
    about.loader.exec_module(made)
    return made


def git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@pytest.mark.parametrize("path", FRAGMENTS, ids=lambda p: p.name)
def test_a_fragment_says_what_kind_of_change_it_is(path: Path) -> None:
    kinds = {kind["directory"] for kind in project()["tool"]["towncrier"]["type"]}
    assert kinds == {"added", "changed", "deprecated", "removed", "fixed"}
    found = re.fullmatch(r"([a-z0-9-]+)\.([a-z]+)(\.\d+)?\.md", path.name)
    assert found, f"{path.name}: <topic>.<kind>.md"
    assert found[2] in kinds, f"{path.name}: {sorted(kinds)}"
    text = path.read_text(encoding="utf-8").strip()
    assert text, f"{path.name} says nothing"
    assert not text.startswith(("- ", "* ", "#")), f"{path.name}: sentences, without a bullet or a heading"


def test_fragments_become_a_changelog_in_our_style() -> None:
    answer = CliRunner().invoke(
        _main, ["--draft", "--version", "9.9.9", "--date", "2030-01-01", "--dir", str(ROOT)]
    )
    assert answer.exit_code == 0, answer.output
    assert "## 9.9.9 (2030-01-01)" in answer.output
    assert FRAGMENTS or "- " not in answer.output.partition("## 9.9.9")[2]
    for path in FRAGMENTS:
        words = path.read_text(encoding="utf-8").split()
        assert "- " + words[0] in answer.output
        assert " ".join(words) in " ".join(answer.output.split()), path.name


def test_commit_subjects_are_short() -> None:
    faults = script("check_subject").faults
    since = git("log", "--format=%h %s", "--no-merges", f"{BEFORE}..HEAD") or git(
        "log", "-1", "--format=%h %s"
    )
    if not since:
        pytest.skip("not a git checkout")
    wrong = {line: found for line in since.splitlines() if (found := faults(line.partition(" ")[2]))}
    assert not wrong


@pytest.mark.parametrize(
    ("message", "count"),
    [
        ("Say what is different", 0),
        ("x" * 72, 0),
        ("x" * 73, 1),
        ("", 1),
        ("Ends with a stop.", 1),
        ("One\ntwo", 1),
        ("One\n\ntwo is as long as it likes " + "x" * 90, 0),
        ("Merge branch of somebody with a name that is much longer than anybody would want to read", 0),
        ("# only a comment", 1),
    ],
)
def test_the_hook_tells_good_subjects_from_bad(message: str, count: int) -> None:
    assert len(script("check_subject").faults(message)) == count


def test_hooks_are_ours_and_fetch_nothing() -> None:
    held = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in held["repos"]] == ["local"]
    hooks = held["repos"][0]["hooks"]
    assert {"ruff-format", "ruff", "mypy", "page", "subject"} <= {hook["id"] for hook in hooks}
    assert {hook["language"] for hook in hooks} == {"system"}


def test_an_upper_bound_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    asked = re.findall(r'^ *"([\w.\[\]-]+>=[^"]*)"(.*)$', text, re.M)
    assert len(asked) > 40
    for needed, after in asked:
        assert "<" not in needed or "#" in after, f"{needed}: an upper bound needs its reason in a comment"


def test_locks_name_no_host() -> None:
    locks = sorted(ROOT.glob("requirements*.lock"))
    assert len(locks) >= 3
    for lock in locks:
        assert "://" not in lock.read_text(encoding="utf-8"), lock.name


def test_no_test_leaves_an_audit_hook_in_its_process() -> None:
    """A hook stays to the end of the process and, up to Python 3.11, kills threads that start traced."""
    tests = sorted((ROOT / "tests").rglob("test_*.py"))
    assert len(tests) > 150
    name = "sys.add" + "audithook"
    assert [path.name for path in tests if name in path.read_text(encoding="utf-8")] == []
