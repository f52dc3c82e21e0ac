"""The documentation keeps its word: every block runs, every command and table is described, every link leads
somewhere.

Blocks of one page share one folder and one Python session, from top to bottom. ```python runs; ```console
runs each line after `$ milepost`, which must succeed, and compares what follows it, where `...` stands for
anything but not for all.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import milepost
from milepost.records import TABLES

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.M | re.S)
RUN = [page for page in PAGES if re.search(r"^```(python|console)$", page.read_text(encoding="utf-8"), re.M)]


def test_there_is_documentation_to_test() -> None:
    assert len(PAGES) >= 8
    assert ROOT / "README.md" in RUN
    assert len(RUN) >= 3


def served(line: str) -> str:
    """What a server says when it has started; then it is stopped. The port is a free one, shown as the usual
    one."""
    command = [sys.executable, "-m", "milepost", *shlex.split(line), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=60)
        finally:
            process.kill()  # a server that does not end is a failure, not a test without end
    return re.sub(r":\d+/", ":8420/", said)


def run_command(line: str) -> str:
    from milepost.cli import run

    if line.startswith("serve "):
        return served(line)

    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        code = run(shlex.split(line))
    assert code == 0, f"milepost {line} ended with {code}: {out.getvalue()}"
    return out.getvalue()


@pytest.mark.parametrize("page", RUN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_blocks_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    names: dict[str, object] = {"__name__": "docs"}
    ran = 0
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "python":
            out = io.StringIO()
            code, _, expected = text.partition("\n# prints\n")
            with contextlib.redirect_stdout(out):
                exec(compile(code, str(page), "exec"), names)
            if expected:
                compare(re.sub(r"^# ?", "", expected, flags=re.M), out.getvalue())
            ran += 1
        elif kind == "console":
            for command, expected in re.findall(r"^\$ (.+)\n((?:(?!\$ ).*\n)*)", text, re.M):
                if command.startswith("milepost "):
                    got = run_command(command.removeprefix("milepost "))
                    assert re.search(r"\w", expected), (
                        f"{page}: nothing is said of what 'milepost {command[9:]}' answers"
                    )
                    compare(expected, got)
                    ran += 1
                else:
                    assert command.split()[0] in {"make", "pip", "git", "cd"}, f"{page}: {command}"
    assert ran > 0


def compare(expected: str, got: str) -> None:
    tidy = [re.sub(r"[ \t]+$", "", text, flags=re.M).strip() + "\n" for text in (expected, got)]
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    assert doctest.OutputChecker().check_output(tidy[0], tidy[1], flags), (
        f"expected\n{tidy[0]}\ngot\n{tidy[1]}"
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not re.match(r"(https?|mailto):", target):
            assert (page.parent / target).exists(), f"{page.name} links to {target}, which is not there"


def test_the_readme_and_the_tree_agree_on_languages() -> None:
    names = {"ar": "Arabic", "en": "English", "fa": "Persian", "fr": "French", "ru": "Russian"}
    there = {path.stem for path in (ROOT / "src/milepost/languages/messages").glob("*.ftl")}
    assert there == set(names)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.search(r"in five\s+languages \(([^)]+)\)", text)
    assert named
    assert set(re.split(r",\s+", named[1])) == set(names.values())


def test_every_public_name_is_described() -> None:
    text = (ROOT / "docs/reference/api.md").read_text(encoding="utf-8")
    assert len(milepost.__all__) >= 10
    for name in milepost.__all__:
        assert hasattr(milepost, name)
        assert f"`milepost.{name}`" in text, f"docs/reference/api.md does not describe milepost.{name}"
    described = set(re.findall(r"`milepost\.(\w+)`", text))
    assert described == set(milepost.__all__), "docs/reference/api.md describes names that are not public"


def test_every_table_is_described() -> None:
    text = (ROOT / "docs/reference/tables.md").read_text(encoding="utf-8")
    assert len(TABLES) >= 15
    for name, row in TABLES.items():
        assert name in text
        for column in row.columns():
            assert column in text, f"docs/reference/tables.md does not describe {name}.{column}"


def test_the_command_reference_is_current() -> None:
    from milepost.cli import command_names
    from milepost.cli.reference import reference_page

    text = (ROOT / "docs/reference/cli.md").read_text(encoding="utf-8")
    assert {"new", "check", "status", "value", "shapley", "delay", "route", "report"} <= set(command_names())
    assert text == reference_page(), "run: make docs"


def test_nothing_in_the_tree_names_a_machine_or_a_registry() -> None:
    import subprocess

    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.split()
    if not listed:
        pytest.skip("not a git checkout")
    home = os.path.expanduser("~")
    forbidden = [str(ROOT.parent) + "/", home + "/", '"' + "resolved" + '":', "/".join(("", "simple", ""))]
    for name in listed:
        path = ROOT / name
        if not path.is_file() or path == Path(__file__):
            continue
        assert path.stat().st_size < 1_500_000, f"{name} is larger than 1.5 MB"
        text = path.read_text(encoding="utf-8", errors="ignore")
        for word in forbidden:
            assert word not in text, f"{name} names {word}"
