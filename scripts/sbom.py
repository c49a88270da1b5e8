"""Write the software bill of materials of the server and its page, in CycloneDX: `python scripts/sbom.py FILE`.

It lists the packages of requirements.txt with the hashes of their files, and the JavaScript in static/vendor/. Licences
come from the packages that are installed. The same checkout makes the same file.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parent.parent
VENDORED = "@stablelib/sha256"
"""The package of which static/vendor/ holds a copy, with what that needs."""

Component = dict[str, Any]


def cyclonedx(*arguments: str) -> dict[str, Any]:
    """Run cyclonedx-py at the top of the checkout; returns the bill that it writes."""
    options = ["--pyproject=pyproject.toml", "--output-reproducible", "--no-validate", "--output-file=-"]
    command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", *arguments, *options]
    bill: dict[str, Any] = json.loads(subprocess.run(command, cwd=TOP, capture_output=True, check=True).stdout)
    return bill


def spelled(name: str) -> str:
    """Return the name of a Python package as registries compare it."""
    return name.lower().replace("_", "-").replace(".", "-")


def python_components(listed: list[Component], installed: list[Component]) -> list[Component]:
    """Return the packages of requirements.txt, with the licences of those that are installed."""
    licenses = {spelled(component["name"]): component.get("licenses", []) for component in installed}
    return [
        {
            "type": "library",
            "bom-ref": component["purl"],
            "name": component["name"],
            "version": component["version"],
            "purl": component["purl"],
            "licenses": licenses.get(spelled(component["name"]), []),
            "externalReferences": component["externalReferences"],
        }
        for component in listed
    ]


def vendored_components(name: str, packages: dict[str, Any]) -> list[Component]:
    """Return a package of package-lock.json and all that it needs."""
    package = packages[f"node_modules/{name}"]
    algorithm, _, digest = package["integrity"].partition("-")
    purl = f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"
    found = {
        "type": "library",
        "bom-ref": purl,
        "name": name,
        "version": package["version"],
        "purl": purl,
        "licenses": [{"license": {"id": package["license"]}}],
        "hashes": [{"alg": algorithm.upper().replace("SHA", "SHA-"), "content": base64.b64decode(digest).hex()}],
    }
    needs = [vendored_components(need, packages) for need in package.get("dependencies", {})]
    return [found, *(component for components in needs for component in components)]


def bill_of_materials() -> dict[str, Any]:
    """Return the bill as CycloneDX writes it in JSON."""
    bill = cyclonedx("requirements", "requirements.txt")
    packages = json.loads((TOP / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    components = python_components(bill["components"], cyclonedx("environment")["components"])
    components += vendored_components(VENDORED, packages)
    root = bill["metadata"]["component"]["bom-ref"]
    bill["components"] = components
    bill["dependencies"] = [{"ref": root, "dependsOn": [component["bom-ref"] for component in components]}]
    return bill


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill_of_materials(), indent=2) + "\n", encoding="utf-8")
