"""Places where moto behaves unlike AWS, each replaced while the sandbox runs and only then."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch


@dataclass(frozen=True, slots=True)
class _Correction:
    owner: Any
    name: str
    replacement: Any


_CORRECTIONS: list[_Correction] = []


def correct(owner: Any, name: str) -> Callable[[Any], Any]:
    """Register a replacement for an attribute of a moto class or module."""

    def register(replacement: Any) -> Any:
        _CORRECTIONS.append(_Correction(owner, name, replacement))
        return replacement

    return register


def corrections() -> Iterator[AbstractContextManager[Any]]:
    """One context manager per correction; it holds while the context is entered."""
    for correction in _CORRECTIONS:
        yield patch.object(correction.owner, correction.name, correction.replacement)
