"""Files that come along with the package: the SSM documents, the templates, and what builds the Lambda zip.

In an installed wheel they lie in `bundled/` inside the package; in a checkout, where they are written.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_INSTALLED = _PACKAGE / "bundled"
_CHECKOUT = _PACKAGE.parents[1]


def documents() -> Path:
    """The folder of the SSM Automation documents and their policies."""
    return _folder("remediation/documents")


def deploy() -> Path:
    """The folder of the CloudFormation templates and the Lambda package's builder."""
    return _folder("deploy")


def _folder(name: str) -> Path:
    installed = _INSTALLED / name
    return installed if installed.is_dir() else _CHECKOUT / name
