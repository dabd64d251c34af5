"""Writes the CloudFormation templates: `python -m deploy.generate` from the repository's root."""

from __future__ import annotations

from pathlib import Path

from deploy.templates.intrinsics import as_yaml
from deploy.templates.stacks import templates

FOLDER = Path(__file__).resolve().parent
HEAD = """Written by `make templates` from deploy/templates/, the rules and remediation/documents/.
Change those, not this file."""


def written() -> dict[str, str]:
    """Every template's text by its file's name."""
    return {name: as_yaml(template, HEAD) for name, template in templates().items()}


def main() -> None:
    """Write all templates beside this file."""
    for name, text in written().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
