"""The suites of random cases at their full number, with new seeds round after round, until the minutes are
over.

Each round says its seed, by which it can be repeated, and how many tests and cases it was. Ends with 1 at the
first round in which something fails, and says how to repeat it.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(minutes: float) -> int:
    """Rounds until the time is over, one at least; the exit code."""
    until, rounds, tests, cases = time.monotonic() + 60 * minutes, 0, 0, 0
    while not rounds or time.monotonic() < until:
        seed = secrets.randbelow(2**31)
        command = [".venv/bin/pytest", "-n", "2", "--dist", "worksteal", "-m", "torture"]
        command += [f"--hypothesis-seed={seed}"]
        environment = {**os.environ, "MILEPOST_TORTURE": os.environ.get("MILEPOST_TORTURE") or "1"}
        environment["MILEPOST_SEED"] = str(seed)
        start = time.monotonic()
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False
        )
        found = re.search(r"^torture: (\d+) tests, (\d+) cases", done.stdout, re.M)
        if done.returncode or not found:
            print(done.stdout)
            again = f"MILEPOST_TORTURE={environment['MILEPOST_TORTURE']} MILEPOST_SEED={seed}"
            print(f"To repeat: {again} {' '.join(command)}")
            return 1
        rounds, tests, cases = rounds + 1, tests + int(found[1]), cases + int(found[2])
        print(
            f"seed {seed}: {found[1]} tests, {found[2]} cases, {time.monotonic() - start:.0f} s", flush=True
        )
    print(f"{rounds} rounds, {tests} tests, {cases} cases, and nothing failed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0))
