"""Documents that differ in names and numbers only, stored once: thousands of triggers share a few shapes.

In a shape every word that holds a digit (ids, addresses, ports, ARNs) is replaced by its place in a list of
the document's own words, so that any digits left in a shape's texts are such a place.
"""

from __future__ import annotations

import json
import re

from kafka_trigger_guard.report.untrusted import printable

Json = dict[str, object]
_WORD = re.compile(r"(?<![A-Za-z0-9_.:/@-])(?=[A-Za-z_.:/@-]*[0-9])[A-Za-z0-9_.:/@-]+")
"""A whole word that holds a digit."""
_DIGIT = re.compile(r"[0-9]")
OWN_NAME = 0
"""The place of the document's own name, which stands in no list."""


class Shapes:
    """Shapes, words and details as the page keeps them; `details` are pairs of a shape and its words."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.shapes: list[object] = []
        self.details: list[list[object]] = []
        self._words: dict[str, int] = {}
        self._shapes: dict[str, int] = {}
        self._details: dict[tuple[int, ...], int] = {}

    def add(self, document: Json, own_name: str) -> int:
        """Store a document; its place among the details."""
        own: dict[str, int] = {printable(own_name): OWN_NAME}
        shape = _shaped(document, own)
        text = json.dumps(shape)
        number = self._shapes.get(text)
        if number is None:
            number = self._shapes[text] = len(self.shapes)
            self.shapes.append(shape)
        words = [self._word(word) for word, place in own.items() if place != OWN_NAME]
        key = (number, *words)
        found = self._details.get(key)
        if found is None:
            found = self._details[key] = len(self.details)
            self.details.append([number, words])
        return found

    def _word(self, word: str) -> int:
        known = self._words.get(word)
        if known is None:
            known = self._words[word] = len(self.words)
            self.words.append(word)
        return known


def _shaped(value: object, own: dict[str, int]) -> object:
    """The value with a place instead of each word that holds a digit; new words are added to `own`."""
    if isinstance(value, str):
        text = printable(value)
        return (
            text if _DIGIT.search(text) is None else _WORD.sub(lambda word: _placed(word.group(), own), text)
        )
    if isinstance(value, dict):
        return {name: _shaped(each, own) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shaped(each, own) for each in value]
    return value


def _placed(run: str, own: dict[str, int]) -> str:
    """The word's place, with the punctuation behind it."""
    word = run.rstrip(".:/@-")
    return f"{own.setdefault(word, len(own))}{run[len(word) :]}"
