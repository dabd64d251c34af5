"""Work on several accounts side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_AT_ONCE: Final = 8
"""Accounts and Regions at a time; each has parallel calls of its own."""

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(work: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """The results in order of the items; the first error, or an interrupt, drops what was not begun."""
    pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="account")
    try:
        return list(pool.map(work, items))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
