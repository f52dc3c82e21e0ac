"""The wheel carries the built page, and serves it from wherever it is installed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx2

ROOT = Path(__file__).resolve().parent.parent
STATIC = "milepost/web/static/"


def test_the_wheel_carries_the_page_and_serves_it(tmp_path: Path) -> None:
    assert (ROOT / "src" / STATIC / "index.html").is_file(), "build the page: make page"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("*.whl"))
    home = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(home)
    built = {
        f"{STATIC}{f.relative_to(ROOT / 'src' / STATIC)}"
        for f in (ROOT / "src" / STATIC).rglob("*")
        if f.is_file()
    }
    assert built <= set(names)
    assert not [n for n in names if "node_modules" in n or n.startswith("page/") or n.endswith(".ts")]
    assert {"milepost/examples/ridge/programme.toml", "milepost/languages/messages/fa.ftl"} <= set(names)
    # not compiled: what is served here is the page, and a wheel in a new place has no compiled code yet
    environment = {**os.environ, "PYTHONPATH": str(home), "NUMBA_DISABLE_JIT": "1"}
    command = [
        sys.executable,
        "-m",
        "milepost",
        "serve",
        str(home / "milepost/examples/ridge"),
        "--port",
        "0",
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path
    ) as process:
        try:
            found = re.search(r"http://\S+?:\d+", process.stdout.readline() if process.stdout else "")
            assert found
            page = httpx2.get(f"{found[0]}/", timeout=30).text
            assets = re.findall(r'(?:src|href)="[./]*(assets/[^"]+)"', page)
            assert assets
            for name in assets:
                assert (
                    httpx2.get(f"{found[0]}/{name}", timeout=30).content
                    == (home / STATIC / name).read_bytes()
                )
            where = subprocess.run(
                [sys.executable, "-c", "import milepost; print(milepost.__file__)"],
                env=environment,
                cwd=tmp_path,
                check=True,
                capture_output=True,
                text=True,
            )
            assert Path(where.stdout.strip()).is_relative_to(home), "it was the wheel, not the checkout"
        finally:
            process.terminate()
            process.wait(30)
