"""What milepost is made of when it runs: every locked library with its licence, and as a CycloneDX SBOM.

Run: .venv/bin/python scripts/parts.py licences     (a table; ends with 1 for a GPL, or a licence not known)
     .venv/bin/python scripts/parts.py sbom FILE    (CycloneDX 1.6, JSON, valid by the library's own schema)
"""

from __future__ import annotations

import re
import sys
import uuid
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# what libraries call their licence that have no SPDX expression -> SPDX, as their licence file has it
SPDX = {
    "Apache Software License": "Apache-2.0",
    "APL 2": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "BSD": "BSD-2-Clause",  # numba
    "BSD License": "BSD-3-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",  # python-dateutil
    "ISC License": "ISC",
    "LGPL": "LGPL-3.0-only",  # jalali-core
    "MIT": "MIT",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# of other machines only, so not installed here; read where they are published
ELSEWHERE = {"colorama": "BSD-3-Clause", "httpx2-jsfetch": "BSD-3-Clause"}
REFUSED = re.compile(r"\bA?GPL")  # not LGPL, which may be linked


@dataclass(frozen=True)
class Part:
    """A library that milepost runs with: its name, release, licence (SPDX) and SHA-256 of its files."""

    name: str
    version: str
    licence: str
    hashes: tuple[str, ...]


def runtime() -> tuple[Part, ...]:
    """Every library of the lock of what runs."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    found = {}
    for block in re.split(r"\n(?=\S)", text):
        named = re.match(r"([A-Za-z0-9_.-]+)==([^\s;\\]+)", block)
        if named:
            hashes = tuple(re.findall(r"sha256:([0-9a-f]{64})", block))
            found[named[1]] = Part(named[1], named[2], licence_of(named[1]), hashes)
    return tuple(sorted(found.values(), key=lambda p: p.name))


def licence_of(name: str) -> str:
    """The licence of an installed library as SPDX; "" for one that is not known."""
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE.get(name, "")
    if expression := about.get("License-Expression"):
        return str(expression)
    kinds = about.get_all("Classifier") or []
    told = [c.rpartition(" :: ")[2] for c in kinds if c.startswith("License")]
    for said in (*(about.get("License") or "").strip().split("\n")[:1], *told):
        if said in SPDX:
            return SPDX[said]
    return ""


def wrong(parts: tuple[Part, ...]) -> list[str]:
    """Libraries that may not be taken, in words."""
    unknown = [
        f"{p.name}: its licence is not known; read it, and add it to SPDX in scripts/parts.py"
        for p in parts
        if not p.licence
    ]
    return unknown + [f"{p.name}: {p.licence} is not taken" for p in parts if REFUSED.search(p.licence)]


def sbom(parts: tuple[Part, ...]) -> str:
    """The bill of materials, JSON: milepost, and each library with licence, purl and SHA-256 of its files."""
    from cyclonedx.contrib.license.factories import LicenseFactory
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.bom import Bom
    from cyclonedx.model.component import Component, ComponentType
    from cyclonedx.output.json import JsonV1Dot6
    from packageurl import PackageURL

    licence = LicenseFactory()
    version = metadata.version("milepost")
    whole = Component(
        name="milepost",
        version=version,
        type=ComponentType.APPLICATION,
        bom_ref=f"milepost=={version}",
        licenses=[licence.make_from_string("Apache-2.0")],
        purl=PackageURL("pypi", name="milepost", version=version),
    )
    made = Bom(serial_number=uuid.uuid5(uuid.NAMESPACE_URL, repr((version, parts))))
    made.metadata.component = whole
    libraries = [
        Component(
            name=p.name,
            version=p.version,
            type=ComponentType.LIBRARY,
            bom_ref=f"{p.name}=={p.version}",
            licenses=[licence.make_from_string(p.licence)],
            purl=PackageURL("pypi", name=p.name, version=p.version),
            hashes=[HashType(alg=HashAlgorithm.SHA_256, content=h) for h in p.hashes],
        )
        for p in parts
    ]
    for one in libraries:
        made.components.add(one)
    made.register_dependency(whole, libraries)
    return JsonV1Dot6(made).output_as_string(indent=1)


def faults(text: str) -> str:
    """What the schema of CycloneDX has against a bill; "" for nothing."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    return "" if found is None else str(found)[:500]


def main() -> int:
    """One of the two."""
    parts = runtime()
    bad = wrong(parts)
    if sys.argv[1:] in (["licences"], ["licences", "--quiet"]):
        if "--quiet" not in sys.argv:
            print("\n".join(f"{p.name:24}{p.version:14}{p.licence}" for p in parts))
    elif len(sys.argv) == 3 and sys.argv[1] == "sbom":
        text = sbom(parts)
        bad += [told] if (told := faults(text)) else []
        if not bad:
            target = Path(sys.argv[2])
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text + "\n", encoding="utf-8")
            print(f"{target}: {len(parts)} libraries")
    else:
        bad.append(str(__doc__))
    print("\n".join(bad), file=sys.stderr) if bad else None
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
