"""The software bill of materials: it is valid, and lists what a server runs on, as it is pinned."""

import json
import re
import subprocess
import sys
from pathlib import Path

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from tests.sources import TOP


def spelled(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_bill_lists_every_pinned_package_with_its_hashes_and_what_the_page_holds(tmp_path: Path) -> None:
    command = [sys.executable, str(TOP / "scripts" / "sbom.py"), str(tmp_path / "sbom.json")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = (tmp_path / "sbom.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    components = json.loads(text)["components"]

    pins = re.findall(r"^([\w.-]+)==([\w.]+)(.*(?:\n    .*)*)", (TOP / "requirements.txt").read_text(), re.MULTILINE)
    pinned = {(spelled(name), version): set(re.findall(r"--hash=sha256:(\w+)", rest)) for name, version, rest in pins}
    assert len(pinned) >= 10
    python = {
        (spelled(component["name"]), component["version"]): {
            digest["content"] for reference in component["externalReferences"] for digest in reference.get("hashes", [])
        }
        for component in components
        if component["purl"].startswith("pkg:pypi/")
    }
    assert python == pinned
    unlicensed = {component["name"] for component in components if not component["licenses"]}
    assert unlicensed <= {"backports-zstd"}, "only what this Python does not need is not installed"
    vendored = {component["name"]: component["version"] for component in components if "hashes" in component}
    wanted = json.loads((TOP / "package.json").read_text())["devDependencies"]["@stablelib/sha256"]
    assert vendored["@stablelib/sha256"] == wanted
    assert "@stablelib/sha256" in (TOP / "static" / "vendor" / "README.md").read_text()
