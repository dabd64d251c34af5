"""Writes the Automation documents: outlines with their scripts, fragments and shared parameters put in.

`python remediation/build.py` writes `remediation/documents/`; `--check` exits 1 if a document differs from
what would be written.
"""

from __future__ import annotations

import argparse
import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent
if __name__ == "__main__":
    sys.path.insert(0, str(ROOT.parent))

from remediation.bundling import bundle  # noqa: E402
from remediation.packing import packed, shortened, unpacked  # noqa: E402
from remediation.policies import policy_of  # noqa: E402

OUTLINES = ROOT / "outlines"
FRAGMENTS = OUTLINES / "fragments"
DOCUMENTS = ROOT / "documents"
PREFIX = "KafkaTriggerGuard-"
RUNTIME = (3, 11)
_UNDONE_WHEN_CANCELLED = ("aws:executeAwsApi", "aws:executeScript", "aws:waitForAwsResourceProperty")
LONGEST_BYTES = 63_500
"""AWS takes 64 KB, parameters of an execution included. general/latest/gr/ssm"""


class _Dumper(yaml.SafeDumper):
    """Scripts as block literals, so that the document can be read."""

    def ignore_aliases(self, _data: Any) -> bool:
        """Never an anchor: whether SSM reads them is not documented."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def document_of(outline: Path) -> dict[str, Any]:
    """The document of one outline."""
    document = {"document": PREFIX + outline.stem}
    content: dict[str, Any] = yaml.safe_load(_replaced(outline.read_text(encoding="utf-8"), document))
    shared = yaml.safe_load((FRAGMENTS / "parameters.yaml").read_text(encoding="utf-8"))
    content["parameters"] = {
        parameter: own or shared[parameter] for parameter, own in content["parameters"].items()
    }
    content["mainSteps"] = [_filled(step) for step in _steps(content["mainSteps"], document)]
    return content


def text_of(outline: Path) -> str:
    """The text of an outline's document; its longest scripts packed until it is short enough."""
    content = document_of(outline)
    scripted = [step for step in content["mainSteps"] if step["action"] == "aws:executeScript"]
    for step in sorted(scripted, key=lambda step: len(step["inputs"]["Script"]), reverse=True):
        if len(_dumped(content, outline).encode()) <= LONGEST_BYTES:
            break
        step["inputs"]["Script"] = packed(step["inputs"]["Script"])
    return _dumped(content, outline)


def _dumped(content: dict[str, Any], outline: Path) -> str:
    header = f"# Written by remediation/build.py from outlines/{outline.name}; change that and its scripts.\n"
    return header + yaml.dump(content, Dumper=_Dumper, sort_keys=False, width=10_000, default_flow_style=None)


def readable(text: str) -> dict[str, Any]:
    """A document's content with its scripts unpacked."""
    content = _loaded(text)
    for step in _scripted_steps(content):
        step["inputs"]["Script"] = unpacked(step["inputs"]["Script"])
    return content


def _loaded(text: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return content


def _scripted_steps(content: dict[str, Any]) -> list[dict[str, Any]]:
    return [step for step in content["mainSteps"] if "Script" in step["inputs"]]


def _steps(given: list[dict[str, Any]], values: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Steps, and for each mention of a fragment the fragment's steps, `<n>` being the number of the time."""
    for step in given:
        if "fragment" in step:
            text = (FRAGMENTS / f"{step['fragment']}.yaml").read_text(encoding="utf-8")
            for number in range(1, step.get("times", 1) + 1):
                filling = {**values, "n": str(number), **step.get("with", {})}
                yield from _loaded_list(_replaced(text, filling))
        else:
            yield step


def _loaded_list(text: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = yaml.safe_load(text)
    return steps


def _replaced(text: str, values: dict[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"<{name}>", value)
    return text


def _filled(step: dict[str, Any]) -> dict[str, Any]:
    """A step with its script, and with what an outline leaves out since it is always so."""
    reaction = step.get("onFailure", "")
    if reaction.startswith("step:"):
        # The step that it leads to decides how the execution ends, also after a time-out.
        step = {**step, "isCritical": False}
    if reaction and step["action"] in _UNDONE_WHEN_CANCELLED:
        step = {**step, "onCancel": "step:RollBack"}
    return _scripted(step) if step["action"] == "aws:executeScript" else step


def _scripted(step: dict[str, Any]) -> dict[str, Any]:
    """With its script, and with its outputs, which an outline lists by type, written out."""
    inputs = {"Runtime": "python3.11", "Handler": "handler", **step["inputs"]}
    inputs["Script"] = bundle(inputs["Script"])
    outputs = [
        {"Name": name, "Selector": f"$.Payload.{name}", "Type": kind}
        for kind, names in step.get("outputs", {}).items()
        for name in names
    ]
    return {**step, "inputs": inputs, **({"outputs": outputs} if outputs else {})}


def written() -> dict[Path, str]:
    """The path and the text of every document and of its role's policy."""
    texts = {}
    for outline in sorted(OUTLINES.glob("*.yaml")):
        texts[_path(outline)] = text_of(outline)
        texts[_policy_path(outline)] = json.dumps(policy_of(outline.stem), indent=2) + "\n"
    return texts


def drifted() -> list[str]:
    """Names of files that are not as they would be written, or that no outline stands for."""
    outlines = sorted(OUTLINES.glob("*.yaml"))
    stale = [f"{PREFIX}{outline.stem}.yaml" for outline in outlines if not _is_current(outline)]
    stale += [_policy_path(outline).name for outline in outlines if not _has_policy(outline)]
    known = {path for outline in outlines for path in (_path(outline), _policy_path(outline))}
    return stale + [path.name for path in DOCUMENTS.iterdir() if path not in known]


def _is_current(outline: Path) -> bool:
    """Whether the document means the same, whichever zlib and Python wrote it."""
    if not _path(outline).exists():
        return False
    committed, content = _loaded(_path(outline).read_text(encoding="utf-8")), document_of(outline)
    pairs = list(zip(_scripted_steps(committed), _scripted_steps(content), strict=False))
    for old, new in pairs:
        script = old["inputs"]["Script"]
        wanted = new["inputs"]["Script"]
        wanted = shortened(wanted) if unpacked(script) != script else wanted
        old["inputs"]["Script"], new["inputs"]["Script"] = _meaning(unpacked(script)), _meaning(wanted)
    return committed == content


def _meaning(script: str) -> str:
    return ast.dump(ast.parse(script))


def _has_policy(outline: Path) -> bool:
    path = _policy_path(outline)
    return path.exists() and json.loads(path.read_text(encoding="utf-8")) == policy_of(outline.stem)


def _path(outline: Path) -> Path:
    return DOCUMENTS / f"{PREFIX}{outline.stem}.yaml"


def _policy_path(outline: Path) -> Path:
    return DOCUMENTS / f"{PREFIX}{outline.stem}.policy.json"


def _script_of(document: str, step_name: str) -> str:
    content = readable((DOCUMENTS / f"{document.removesuffix('.yaml')}.yaml").read_text(encoding="utf-8"))
    found = [step["inputs"]["Script"] for step in content["mainSteps"] if step["name"] == step_name]
    return str(found[0]) if found else f"{document} has no step {step_name}\n"


def main() -> int:
    """Write the documents, or tell which are stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a document is stale")
    parser.add_argument("--unpack", nargs=2, metavar=("DOCUMENT", "STEP"), help="print the script of a step")
    given = parser.parse_args()
    if given.unpack:
        print(_script_of(*given.unpack), end="")
        return 0
    if given.check:
        stale = drifted()
        for name in stale:
            print(f"{name} is stale: run python remediation/build.py", file=sys.stderr)
        return 1 if stale else 0
    if sys.version_info[:2] != RUNTIME:
        print("write the documents with Python 3.11, which their scripts run in", file=sys.stderr)
        return 2
    for path, text in written().items():
        path.write_text(text, encoding="utf-8")
        print(f"{path.name}: {len(text.encode())} bytes")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
