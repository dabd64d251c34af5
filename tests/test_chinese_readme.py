"""README.zh-CN.md says what README.md says: section by section the same commands, tables, links and names.

Prose is compared by what must not be translated: code, link targets and numbers. A failure names the section
and what differs, so that a translator knows where to look.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ENGLISH, CHINESE = "README.md", "README.zh-CN.md"
EACH_OTHER = {ENGLISH, CHINESE}
"""The two link to each other."""
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#+) +(.*)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_NUMBER = re.compile(r"(?<![\w.])\d[\d.,]*\d|(?<![\w.])\d")
_HAN = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True)
class Section:
    """A heading with what stands below it up to the next one."""

    level: int
    title: str
    text: str

    @property
    def blocks(self) -> list[str]:
        return [block.strip("`\n") for block in _FENCE.findall(self.text)]

    @property
    def prose(self) -> str:
        return _FENCE.sub("", self.text)

    @property
    def commands(self) -> list[str]:
        """The lines of code blocks, without comments, which are translated."""
        lines = (line.split(" #")[0].rstrip() for block in self.blocks for line in block.splitlines())
        return [line for line in lines if line]

    @property
    def links(self) -> list[str]:
        return [target for target in _LINK.findall(self.prose) if target not in EACH_OTHER]

    @property
    def names(self) -> list[str]:
        """Inline code."""
        return _CODE.findall(self.prose)

    @property
    def numbers(self) -> list[str]:
        plain = _CODE.sub("", _LINK.sub("]", self.prose))
        return _NUMBER.findall(plain)

    @property
    def rows(self) -> list[str]:
        """Each row of a table by its number of cells and what is not translated in it."""
        lines = [line for line in self.prose.splitlines() if line.startswith("|")]
        return [f"{line.count('|') - 1} cells: {' '.join(_CODE.findall(line))}" for line in lines]


def sections(name: str) -> list[Section]:
    """The sections of a document; headings inside code blocks are none."""
    text = (ROOT / name).read_text(encoding="utf-8")
    hidden = _FENCE.sub(lambda block: re.sub(r"^#", " ", block[0], flags=re.MULTILINE), text)
    found = list(_HEADING.finditer(hidden))
    ends = [each.start() for each in found[1:]] + [len(text)]
    return [
        Section(len(each[1]), each[2], text[each.end() : end]) for each, end in zip(found, ends, strict=True)
    ]


def pairs() -> list[tuple[Section, Section]]:
    return list(zip(sections(ENGLISH), sections(CHINESE), strict=False))


def differences(part: Callable[[Section], Iterable[str]]) -> list[str]:
    """What only one of the two has, section by section."""
    found = []
    for english, chinese in pairs():
        ours, theirs = Counter(part(english)), Counter(part(chinese))
        where = f"{english.title} / {chinese.title}"
        found += [f"{where}: {CHINESE} lacks {each}" for each in (ours - theirs).elements()]
        found += [f"{where}: {ENGLISH} has no longer {each}" for each in (theirs - ours).elements()]
    return found


def test_both_have_the_same_sections() -> None:
    english, chinese = sections(ENGLISH), sections(CHINESE)
    outline = [[f"{each.level} {each.title}" for each in found] for found in (english, chinese)]
    assert [each.level for each in english] == [each.level for each in chinese], outline


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(lambda section: section.commands, id="commands"),
        pytest.param(lambda section: section.rows, id="tables"),
        pytest.param(lambda section: section.links, id="links"),
        pytest.param(lambda section: section.names, id="names"),
        pytest.param(lambda section: section.numbers, id="numbers"),
    ],
)
def test_every_section_has_the_same(part: Callable[[Section], list[str]]) -> None:
    found = differences(part)
    assert not found, "\n".join(found)


def test_commands_and_rows_stand_in_the_same_order() -> None:
    for english, chinese in pairs():
        assert chinese.commands == english.commands, english.title
        assert chinese.rows == english.rows, english.title


def test_it_is_chinese_from_beginning_to_end() -> None:
    """A section whose prose has more Latin words than Chinese characters was not translated."""
    for section in sections(CHINESE):
        prose = re.sub(r"`[^`]*`|\]\([^)]*\)|<!--.*?-->", "", section.prose)
        words = re.findall(r"[A-Za-z]{2,}", prose)
        assert len(_HAN.findall(prose)) >= len(words), section.title


def test_the_two_lead_to_each_other() -> None:
    assert f"]({CHINESE})" in (ROOT / ENGLISH).read_text(encoding="utf-8")
    assert f"]({ENGLISH})" in (ROOT / CHINESE).read_text(encoding="utf-8")


def test_every_link_leads_to_a_file() -> None:
    targets = _LINK.findall((ROOT / CHINESE).read_text(encoding="utf-8"))
    files = [target.split("#")[0] for target in targets if "://" not in target]
    assert [file for file in files if not (ROOT / file).exists()] == []
