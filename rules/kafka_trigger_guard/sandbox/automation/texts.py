"""The texts of SSM documents: each parsed once, which takes moto longest, and refused where AWS would.

https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateDocument.html
"""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import yaml
from moto.ssm import models

from kafka_trigger_guard.sandbox.automation.documents import InvalidRunbook, runbook_of
from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.operations import Refusal

_LARGEST = 64 * 1024
_moto_init: Any = models.Document.__init__
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Any:
    return yaml.load(text, _LOADER)


correct(models, "yaml")(SimpleNamespace(safe_load=_parsed, dump=yaml.dump, YAMLError=yaml.YAMLError))


@correct(models.Document, "__init__")
def _init(document: Any, *arguments: Any, **named: Any) -> None:
    _moto_init(document, *arguments, **named)
    if len(str(document.content).encode()) > _LARGEST:
        raise Refusal("MaxDocumentSizeExceeded", "The size limit of a document is 64 KB.")
    if document.document_type != "Automation":
        return
    try:
        runbook_of(document.name, document.document_version, document.content_json)
    except (InvalidRunbook, KeyError, TypeError, ValueError) as error:
        raise Refusal(
            "InvalidDocumentContent", f"The content for the document is not valid: {error}"
        ) from None
