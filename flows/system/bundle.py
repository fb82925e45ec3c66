"""What a machine without a network is given: wheels, fonts, checksums, a bill of materials, and how
to install them.

    python -m flows.system.bundle sbom FILE      # from requirements.lock alone
    python -m flows.system.bundle wheels FOLDER  # by pip, from wherever it is configured to look

Standard library only, and run in the project's folder. Wheels are for this machine's Python and
kind of processor.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LOCK: Final = Path("requirements.lock")
PROJECT: Final = Path("pyproject.toml")
FONTS: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC")
NAMED: Final = re.compile(r"[A-Za-z0-9._-]+")
INSTALL: Final = """# Kelou without a network

For {python} on {machine}. Needs from the system: Python, Pango and HarfBuzz (on Debian `python3`,
`libpango-1.0-0`, `libpangoft2-1.0-0`, `libharfbuzz-subset0`, `fontconfig`).

    sha256sum --check --quiet SHA256SUMS
    python3 -m venv /opt/kelou
    /opt/kelou/bin/pip install --no-index --find-links wheels --no-deps --require-hashes \\
        --requirement requirements.txt
    mkdir -p ~/.local/share/fonts && cp fonts/* ~/.local/share/fonts/ && fc-cache
    /opt/kelou/bin/kelou doctor

`sbom.json` (CycloneDX) lists what is in it.
"""


@dataclass(frozen=True)
class Locked:
    """A package of the lock: its hashes, the packages that ask for it, and the text of its
    requirement, markers included."""

    name: str
    version: str
    hashes: tuple[str, ...]
    via: tuple[str, ...]
    requirement: str


def locked(text: str) -> list[Locked]:
    """The packages of a lock as `uv pip compile --generate-hashes` writes it."""
    found = []
    for block in re.split(r"^(?=[a-zA-Z0-9])", text, flags=re.MULTILINE):
        if head := re.match(r"([A-Za-z0-9._-]+)(?:\[.*?\])?==([^ ;\\]+)", block):
            via = re.findall(r"^ +#(?: via)? +(\S+)", block, flags=re.MULTILINE)
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", block)
            requirement = block.partition("\\")[0].strip()
            found.append(Locked(head[1], head[2], tuple(hashes), tuple(via), requirement))
    return found


def names_of(requirements: list[str]) -> set[str]:
    """The packages that requirements of a project name."""
    return {_plain(found[0]) for each in requirements if (found := NAMED.match(each))}


def asked_of(project: dict[str, Any]) -> list[str]:
    """What a project asks for to run, with all of its extras but what its developers need."""
    extras = project["optional-dependencies"]
    more = (name for extra, names in extras.items() if extra != "dev" for name in names)
    return [*project["dependencies"], *more]


def needed_to_run(packages: list[Locked], asked: set[str]) -> list[Locked]:
    """Those that the program needs, by what asks for what: `asked` for by the project itself."""
    names = set(asked)
    while more := [
        p.name for p in packages if p.name not in names and names & set(map(_plain, p.via))
    ]:
        names |= set(more)
    return [package for package in packages if package.name in names]


def sbom(packages: list[Locked], asked_for: set[str], name: str, version: str) -> dict[str, Any]:
    """A CycloneDX 1.5 document: every package with its hashes, and what asks for it; `asked_for` by
    the project itself."""
    refs: dict[str, list[str]] = {}
    hashes: dict[str, dict[str, None]] = {}
    for package in packages:  # one name stands there twice where systems or Pythons differ
        ref = f"pkg:pypi/{package.name}@{package.version}"
        refs.setdefault(package.name, []).append(ref)
        hashes.setdefault(ref, {}).update(dict.fromkeys(package.hashes))
    root = f"pkg:pypi/{name}@{version}"
    asked: dict[str, set[str]] = {each: set() for each in (root, *hashes)}
    for package in packages:
        if package.name in asked_for:
            asked[root].update(refs[package.name])
        for by in package.via:
            for parent in refs.get(_plain(by), ()):
                asked[parent].update(refs[package.name])
    component = {"type": "application", "name": name, "version": version, "bom-ref": root}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": component},
        "components": [
            {
                "type": "library",
                "name": ref.partition("/")[2].partition("@")[0],
                "version": ref.partition("@")[2],
                "bom-ref": ref,
                "purl": ref,
                "hashes": [{"alg": "SHA-256", "content": each} for each in found],
            }
            for ref, found in hashes.items()
        ],
        "dependencies": [{"ref": by, "dependsOn": sorted(on)} for by, on in asked.items()],
    }


def main() -> None:
    what, place = sys.argv[1], Path(sys.argv[2])
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    text = LOCK.read_text("utf-8")
    asked = names_of(asked_of(project))
    packages = needed_to_run(locked(text), asked)
    bill = json.dumps(sbom(packages, asked, project["name"], project["version"]), indent=1) + "\n"
    if what == "sbom":
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(bill, "utf-8")
    else:
        _bundle(place, packages, bill)
    print(place)


def _bundle(folder: Path, packages: list[Locked], bill: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    asked = folder / "asked.txt"
    asked.write_text("".join(map(_requirement, packages)), "utf-8")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(wheels)]
    subprocess.run([*pip, "--require-hashes", "--requirement", str(asked)], check=True)
    subprocess.run([*pip, "--no-build-isolation", "."], check=True)
    asked.unlink()
    (folder / "requirements.txt").write_text(_hashed(wheels), "utf-8")
    (folder / "sbom.json").write_text(bill, "utf-8")
    _copy_fonts(folder / "fonts")
    version = f"Python {sys.version_info.major}.{sys.version_info.minor}"
    told = INSTALL.format(python=version, machine=" ".join(_machine()))
    (folder / "INSTALL.md").write_text(told, "utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{_sha256(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), "utf-8")


def _requirement(package: Locked) -> str:
    hashes = "".join(f" --hash=sha256:{each}" for each in package.hashes)
    return f"{package.requirement}{hashes}\n"


def _hashed(wheels: Path) -> str:
    """What is to be installed, by the hash of the wheel that lies there."""
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, version = wheel.name.split("-")[:2]
        lines.append(f"{_plain(name)}=={version} --hash=sha256:{_sha256(wheel)}\n")
    return "".join(lines)


def _copy_fonts(folder: Path) -> None:
    """The files of the report's fonts, as this machine has them."""
    folder.mkdir()
    for family in FONTS:
        asked = ["fc-list", "-f", "%{file}\n", family]
        found = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        for path in found.splitlines():
            if re.search("Regular|Bold[.]", path):
                shutil.copyfile(path, folder / Path(path).name)


def _machine() -> tuple[str, str]:
    return platform.system(), platform.machine()


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
