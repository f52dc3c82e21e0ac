"""The smoke tests on each Python from 3.11 to 3.14 here, and once on the lowest dependencies allowed.

Each has an environment of its own in ``.smoke/``, installed from a lock with hashes and kept until that
changes. A Python for which a dependency has no wheel is passed over, with the reason. Exit code 1 if a test
failed anywhere, or nothing ran.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / ".smoke"
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
LATEST, LOWEST = ROOT / "requirements-smoke.lock", ROOT / "requirements-lowest.lock"
UV = ROOT / ".venv/bin/uv"


def interpreter(version: str) -> Path | None:
    """A Python of this version that starts: this one, on the path, or kept by pyenv or uv."""
    names: list[Path] = []
    if version == f"{sys.version_info.major}.{sys.version_info.minor}":
        names.append(Path(sys.executable))
    if found := shutil.which(f"python{version}"):
        names.append(Path(found))
    kept = (
        Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions",
        Path.home() / ".local/share/uv/python",
    )
    for folder in kept:
        names += sorted(folder.glob(f"*{version}*/bin/python{version}"), reverse=True)
    ask = "import sys, ssl, sqlite3, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
    for name in names:
        try:
            said = subprocess.run([name, "-c", ask], capture_output=True, text=True, timeout=60, check=False)
        except OSError:
            continue
        if said.returncode == 0 and said.stdout.strip() == version:
            return name
    return None


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command in the checkout, what it says kept."""
    return subprocess.run(
        [str(word) for word in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def installed(python: Path, folder: Path, lock: Path) -> str:
    """Make the environment unless it is there, from this lock; returns why that cannot be, or nothing."""
    digest = hashlib.sha256(lock.read_bytes() + str(python).encode()).hexdigest()
    mark = folder / "made-from"
    if mark.is_file() and mark.read_text(encoding="utf-8") == digest:
        return ""
    shutil.rmtree(folder, ignore_errors=True)
    made = run(python, "-m", "venv", "--without-pip" if UV.exists() else "--clear", folder)
    if made.returncode:
        return made.stderr.strip()[-300:]
    wheels = ("--require-hashes", "--only-binary", ":all:", "-r", lock)
    own = ("--no-deps", "--no-build-isolation", "-e", ROOT)
    tools = [(UV, "pip", "install", "--quiet", "--python", folder / "bin/python")] if UV.exists() else []
    tools.append((folder / "bin/python", "-m", "pip", "install", "--quiet", "--no-compile"))
    said: list[str] = []
    for tool in tools:
        if "pip" in tool[2:3] and not (folder / "bin/pip").exists():
            run(folder / "bin/python", "-m", "ensurepip")
        for what in (wheels, own):
            done = run(*tool, *what)
            if done.returncode:
                said.append(done.stderr.strip() or done.stdout.strip())
                break
        else:
            mark.write_text(digest, encoding="utf-8")
            return ""
    return said[0][-600:]


def smoke(name: str, version: str, lock: Path) -> tuple[str, bool]:
    """What to say of one environment, and whether it is well."""
    start = time.monotonic()
    python = interpreter(version)
    if python is None:
        return f"{name}: passed over, no Python {version} on this machine", True
    folder = HOME / name
    why = installed(python, folder, lock)
    if why:
        no_wheel = any(
            word in why for word in ("no usable wheels", "no wheels", "No matching distribution", "has no ")
        )
        return (
            f"{name}: {'passed over, a dependency has no wheel' if no_wheel else 'cannot install'}: {why}",
            no_wheel,
        )
    ready = time.monotonic()
    done = run(
        folder / "bin/python",
        *("-m", "pytest", "-q", "-m", "smoke", "tests/test_smoke.py"),
        *("-p", "no:cacheprovider", "-o", "addopts=", "-o", "filterwarnings=default"),
        SMOKE_PYTHON=version,
        NUMBA_DISABLE_JIT="1",  # the example is tiny; one test compiles, in a process of its own
        NUMBA_CACHE_DIR=str(folder / "compiled"),
        PYTHONDONTWRITEBYTECODE="",
    )
    took = f"{ready - start:.0f} s to install, {time.monotonic() - ready:.0f} s to run"
    if done.returncode:
        return f"{name}: FAILED ({took})\n{done.stdout}{done.stderr}", False
    return f"{name}: {done.stdout.strip().splitlines()[-1]} ({took})", True


def main() -> int:
    """All environments, two at a time."""
    wanted = sys.argv[1:]
    asked = [(v, v, LATEST) for v in VERSIONS] + [("lowest", "3.11", LOWEST)]
    HOME.mkdir(exist_ok=True)
    chosen = [one for one in asked if not wanted or one[0] in wanted]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda one: smoke(*one), chosen))
    print("\n".join(said for said, _ in answers))
    ran = [said for said, _ in answers if "passed over" not in said]
    return 0 if ran and all(good for _, good in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
