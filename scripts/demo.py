"""What `make demo` runs: the commands of the main job on an example, one after the other in one process.

Report and snapshot both ask for V of all sets of commitments; here it is worked out once. Each command says
the same when it is run by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from milepost.cli import run
from milepost.programme import Programme

COMMANDS = (
    ("new", "{folder}", "--example", "{name}"),
    ("check", "{folder}"),
    ("report", "{folder}", "--to", "{folder}.html"),
    ("brief", "{folder}", "--to", "{home}/brief.pdf"),
    ("snapshot", "{folder}", "--to", "{home}/corridor.html"),
)
_made: dict[object, Any] = {}
_plain = Programme.__dict__["game"].func


def _game(programme: Programme) -> Any:
    """The game of a programme, made once for equal records."""
    key = (programme.records.fingerprint, programme.known_on, programme.applied, programme.counts)
    if key not in _made:
        _made[key] = _plain(programme)
    return _made[key]


def main(name: str, home: Path) -> int:
    """Run them; the exit code of the first that fails."""
    Programme.game = property(_game)  # type: ignore[assignment, method-assign]
    for command in COMMANDS:
        words = [word.format(folder=home / name, home=home, name=name) for word in command]
        print(f"$ milepost {' '.join(words)}", flush=True)
        if code := run(words):
            return code
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1], Path(sys.argv[2])))
