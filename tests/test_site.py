"""The documentation as a site: built strictly, and it asks no other host for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import milepost

ROOT = Path(__file__).resolve().parent.parent


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Zensical over a copy of the documentation."""
    command = [sys.executable, "-m", "zensical", "build", "--strict", "--clean"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    (folder / "src").symlink_to(ROOT / "src")
    shutil.copy(ROOT / "zensical.toml", folder)
    done = build(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / ".site"


def test_every_page_is_built_and_the_menu_leads_to_the_guides(site: Path) -> None:
    sources = list((ROOT / "docs").rglob("*.md"))
    assert len(sources) > 30
    for source in sources:
        page = site / source.relative_to(ROOT / "docs").with_suffix(".html")
        page = page.with_name("index.html") if source.name == "README.md" else page
        assert page.is_file(), source.name
    menu = str(tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"])
    for source in sources:
        name = source.relative_to(ROOT / "docs").as_posix()
        assert name in menu or name.startswith("decisions/"), f"{name} is in no menu"


def test_public_names_are_shown_with_their_docstrings(site: Path) -> None:
    text = (site / "reference/python.html").read_text(encoding="utf-8")
    words = " ".join(re.findall(r"\w+", re.sub(r"<[^>]+>", " ", text)))
    names = [n for n in milepost.__all__ if n != "__version__"]
    assert len(names) > 10
    for name in names:
        assert f'id="milepost.{name}"' in text, f"docs/reference/python.md does not show milepost.{name}"
        first = re.findall(r"\w+", str(getattr(milepost, name).__doc__))[:3]
        assert " ".join(first) in words, f"{name}: {first}"


def test_no_page_asks_another_host(site: Path) -> None:
    loads = re.compile(
        r"""<(?:script|img|iframe|source)[^>]+src=["']?(?:https?:)?//|<link[^>]+href=["']?https?://"""
    )
    pages = list(site.rglob("*.html"))
    assert len(pages) > 30
    for page in pages:
        for found in loads.findall(page.read_text(encoding="utf-8")):
            assert 'rel="canonical"' in found, f"{page.name}: {found}"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*[\"']?https?://", sheet.read_text(encoding="utf-8")), (
            sheet.name
        )


def test_a_broken_link_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/index.md").write_text("# One\n\n[gone](gone.md)\n", encoding="utf-8")
    text = '[project]\nsite_name = "x"\ndocs_dir = "docs"\n[project.validation]\ninvalid_links = true\n'
    (tmp_path / "zensical.toml").write_text(text, encoding="utf-8")
    assert build(tmp_path).returncode != 0
