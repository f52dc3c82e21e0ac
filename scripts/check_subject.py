"""The subject of a commit, checked: 1 to 72 characters, no full stop, an empty line before what follows.

As a hook of git (``pre-commit install`` puts it there) it is given the file of the message.
"""

from __future__ import annotations

import sys
from pathlib import Path

LONGEST = 72


def faults(message: str) -> list[str]:
    """What is wrong with a message, in sentences; lines of comment do not count."""
    lines = [line for line in message.splitlines() if not line.startswith("#")] or [""]
    subject = lines[0]
    if subject.startswith(("fixup! ", "squash! ", "Merge ", "Revert ")):
        return []  # written by git
    found = []
    if not subject.strip():
        found.append("The subject is empty.")
    if len(subject) > LONGEST:
        found.append(f"The subject has {len(subject)} characters; at most {LONGEST}: {subject}")
    if subject.endswith("."):
        found.append(f"The subject ends with a full stop: {subject}")
    if len(lines) > 1 and lines[1].strip():
        found.append(f"The line after the subject is not empty: {lines[1]}")
    return found


if __name__ == "__main__":
    wrong = faults(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.exit("\n".join(wrong) if wrong else 0)
