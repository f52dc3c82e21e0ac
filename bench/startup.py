"""How long a person waits before anything happens: a fresh interpreter each time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import milepost

STARTS = (
    ("an interpreter that does nothing", ("-c", "pass"), ""),
    ("`import milepost`", ("-c", "import milepost"), "to be below 0.3 s"),
    ("`milepost --help`", ("-m", "milepost", "--help"), "to be below 0.4 s"),
    (
        "`milepost check` on the example ridge",
        ("-m", "milepost", "check", str(milepost.example("ridge"))),
        "",
    ),
)


def rows(
    median_ms: Callable[[Callable[[], object], int], float], times: int = 15
) -> list[tuple[str, str, str]]:
    """(work, time, remark)."""
    answer = []
    for work, arguments, remark in STARTS:
        command = [sys.executable, *arguments]
        took = median_ms(lambda c=command: subprocess.run(c, check=True, capture_output=True), times)  # type: ignore[misc]
        answer.append((work, f"{took / 1000:.2f} s", remark))
    return answer


if __name__ == "__main__":
    from run import median_ms

    for row in rows(median_ms):
        print(*row, sep="\t")
