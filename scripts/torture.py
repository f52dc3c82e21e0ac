"""The suites of random cases, a tenth of their full number a round, with new seeds round after round, until
the minutes are over: ten rounds are the full number.

Each round says its seed, by which it can be repeated, and how many tests and cases it was; at the end stands
what each suite looked at. When the time is over nothing is begun any more, and what then does not end within
some minutes hangs. Ends with 1 at the first round in which something fails, and says how to repeat it.
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 600.0  # for what was begun: the longest takes two minutes of a core


def main(minutes: float) -> int:
    """Rounds until the time is over; the exit code."""
    until = time.time() + 60 * minutes
    rounds, tests, cases = 0, Counter[str](), Counter[str]()
    while not rounds or time.time() < until:
        seed, start = secrets.randbelow(2**31), time.time()
        command = [".venv/bin/pytest", "-n", "2", "--dist", "worksteal", "-m", "torture"]
        command += [f"--hypothesis-seed={seed}"]
        asked = {"MILEPOST_TORTURE": os.environ.get("MILEPOST_TORTURE") or "0.1", "MILEPOST_SEED": str(seed)}
        code, said = _run(command, {**asked, "MILEPOST_UNTIL": str(until)}, until + GRACE_SECONDS)
        left = re.search(r"^torture: (\d+) left", said, re.M)
        if code or not left:
            print(said)
            print("To repeat:", *(f"{name}={value}" for name, value in asked.items()), *command)
            return 1
        seen = re.findall(r"^torture: (\S+\.py) (\d+) (\d+)$", said, re.M)
        tests.update({file: int(n) for file, n, _ in seen})
        cases.update({file: int(n) for file, _, n in seen})
        rounds += 1
        done = f"{sum(int(n) for _, n, _ in seen)} tests, {sum(int(n) for *_, n in seen)} cases"
        cut = f"; the time was over before {left[1]} tests" if int(left[1]) else ""
        load = os.getloadavg()[1]
        print(f"seed {seed}: {done}, {time.time() - start:.0f} s, load average {load:.1f}{cut}", flush=True)
    for file in sorted(tests):
        print(f"{file}: {tests[file]} tests, {cases[file]} cases")
    print(f"{rounds} rounds, {tests.total()} tests, {cases.total()} cases, and nothing failed.")
    return 0


def _run(command: list[str], asked: dict[str, str], until: float) -> tuple[int, str]:
    """Exit code and words of one round, which is ended with all that it started when it hangs."""
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **asked},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            said, _ = process.communicate(timeout=max(until - time.time(), 1.0))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return 1, f"{process.communicate()[0]}\nA test hangs: it was begun in time and did not end."
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGINT)
            raise
    return process.returncode, said


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 30.0))
