"""Build the page into the wheel, so that who installs it needs no Node; an editable install leaves that to
`make page`."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class PageHook(BuildHookInterface):
    """Run by hatchling before a wheel is made."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless it is there or not wanted (MILEPOST_NO_PAGE)."""
        root = Path(self.root)
        if (
            version == "editable"
            or (root / "src/milepost/web/static/index.html").exists()
            or os.environ.get("MILEPOST_NO_PAGE")
        ):
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "Building milepost from source needs Node 20 (npm) for the page; a released wheel does not. "
                "Set MILEPOST_NO_PAGE=1 to build without it."
            )
        for command in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([npm, *command], cwd=root / "page", check=True)
