"""Specification of writing results: a file is whole or not there."""

import os
from pathlib import Path

import pytest

from kafka_trigger_guard.report.writing import WriteError, check_writable, write


def test_a_file_is_replaced_as_a_whole_and_nothing_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    path.write_text("old")
    write(path, "new ✓\n")
    assert path.read_text("utf-8") == "new ✓\n"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interruption_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "findings.json"
    path.write_text("old")

    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="is a directory"):
        check_writable(tmp_path)


def test_a_missing_directory_is_named(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match=r"there is no directory .*absent"):
        write(tmp_path / "absent" / "findings.json", "")


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    link.symlink_to(target)
    write(link, "text")
    assert link.is_symlink()
    assert target.read_text() == "text"


def test_text_that_is_not_unicode_is_still_written(tmp_path: Path) -> None:
    write(tmp_path / "out", "a\ud800b")
    assert (tmp_path / "out").read_text() == "a?b"
