"""A disk that takes no more than so many bytes of a file: each command that writes says so in one sentence,
and leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from milepost.store.folder import copy_example

# SIGXFSZ is ignored by Python, so a write beyond the limit is refused as one to a full disk is
PROGRAM = """
import contextlib, io, json, resource, sys
from pathlib import Path
from milepost.cli import run
home, most = Path(sys.argv[1]), int(sys.argv[2])
folder = str(home / "ridge")
asked = [
    ["export", folder, str(home / "x.xlsx")], ["export", folder, str(home / "x.db")],
    ["export", folder, str(home / "x")], ["report", folder, "--to", str(home / "r.html")],
    ["backup", folder, str(home / "b.zip")], ["calendar", folder, "--to", str(home / "c.ics")],
    ["edit", folder, "commitments", "R1", "note=x", "--by", "me", "--reason", "r"],
    ["people", "add", "anna", "--people", str(home / "p.db"), "--role", "reader", "--password-stdin"],
]
def ignored(told):  # openpyxl's own files beside are of no concern; ours are
    if "zipfile" in getattr(told.object, "__module__", "") or "ZipFile" in repr(told.object):
        print(json.dumps(["ignored", 0, repr(told.object)]), flush=True)


sys.unraisablehook = ignored
resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
for one in asked:
    said = io.StringIO()
    sys.stdin = io.StringIO("a horse that staples 91 batteries\\n")
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = run(one)
    print(json.dumps([one[0] + " " + one[-1], code, said.getvalue()]), flush=True)
"""


def test_a_disk_that_is_full_is_one_sentence(tmp_path: Path) -> None:
    for most in (0, 3_000):
        home = tmp_path / str(most)
        copy_example("ridge", home / "ridge")
        held = {p.name for p in home.rglob("*")}
        # -B: Python keeps the half of a compiled module that such a disk takes, and later imports of it fail
        done = subprocess.run(
            [sys.executable, "-B", "-W", "error", "-c", PROGRAM, str(home), str(most)],
            capture_output=True,
            text=True,
            check=True,
        )
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert len(found) == 8, found
        for command, code, said in found:
            assert code == 2 or (most and not code), (most, command, said)
            assert "our fault" not in said, (most, command, said)
            assert "raceback" not in said, (most, command, said)
            assert code == 0 or len(said.splitlines()) <= 3, (most, command, said)
        done_names = {Path(command).name for command, code, _ in found if not code}
        left = {p.name for p in home.iterdir()} - held - done_names
        assert {name for name in left if not name.startswith("p.db")} == set(), most
