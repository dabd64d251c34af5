"""Text that comes from AWS may be written by anybody: here it becomes safe to show."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With their full-width forms, which some locales take for the same."""
_ASCII = str.maketrans({"…": "...", "“": '"', "”": '"', "→": "->"})


def printable(text: str) -> str:
    """One line without control, format or surrogate characters, which could steer a terminal or a reader."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def ascii_only(text: str) -> str:
    """The text for a terminal that knows nothing but ASCII."""
    return text if text.isascii() else text.translate(_ASCII).encode("ascii", "replace").decode("ascii")


def cell(text: str) -> str:
    """The text as a spreadsheet cell that is never taken for a formula.

    https://owasp.org/www-community/attacks/CSV_Injection
    """
    line = printable(text)
    return f"'{line}" if line.lstrip().startswith(_FORMULA_STARTS) else line


def _shown(character: str) -> str:
    if character.isprintable():
        return character
    return " " if character.isspace() else "\N{REPLACEMENT CHARACTER}"
