"""Specification of the snapshot file."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from kafka_trigger_guard.aws.snapshot import (
    ApiError,
    Snapshot,
    SnapshotError,
    from_document,
    load,
    save,
    to_document,
)

DOCUMENT: dict[str, Any] = {
    "format": 1,
    "account": "111122223333",
    "region": "eu-west-1",
    "captured_at": "2026-01-01T00:00:00Z",
    "responses": {"lambda:ListEventSourceMappings": {"EventSourceMappings": []}},
    "errors": {"ec2:DescribeNetworkAcls": {"code": "UnauthorizedOperation", "message": "You are not…"}},
}


def changed(**changes: Any) -> dict[str, Any]:
    """The document with some top-level parts replaced."""
    return DOCUMENT | changes


def without(name: str) -> dict[str, Any]:
    """The document with one top-level part left out."""
    return {key: value for key, value in DOCUMENT.items() if key != name}


def test_a_document_becomes_a_snapshot_and_back_unchanged() -> None:
    snapshot = from_document(DOCUMENT)
    assert snapshot.account == "111122223333"
    assert snapshot.errors == {"ec2:DescribeNetworkAcls": ApiError("UnauthorizedOperation", "You are not…")}
    assert to_document(snapshot) == DOCUMENT


@pytest.mark.parametrize("name", ["account.json", "account.json.gz"])
def test_what_was_saved_is_loaded_again(tmp_path: Path, name: str) -> None:
    snapshot = from_document(DOCUMENT)
    save(snapshot, tmp_path / name)
    assert load(tmp_path / name) == snapshot


def test_a_gz_suffix_means_a_compressed_file_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    save(from_document(DOCUMENT), tmp_path / "one.json.gz")
    save(from_document(DOCUMENT), tmp_path / "two.json.gz")
    assert json.loads(gzip.decompress((tmp_path / "one.json.gz").read_bytes())) == DOCUMENT
    assert (tmp_path / "one.json.gz").read_bytes() == (tmp_path / "two.json.gz").read_bytes()


def test_a_compressed_file_is_recognised_under_any_name(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_bytes(gzip.compress(json.dumps(DOCUMENT).encode()))
    assert load(path) == from_document(DOCUMENT)


def test_errors_may_be_absent() -> None:
    assert from_document(without("errors")).errors == {}


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(DOCUMENT).encode())
    assert load(path) == from_document(DOCUMENT)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ([], "a JSON object is expected, this is a list"),
        ("text", "a JSON object is expected, this is a text"),
        (None, "a JSON object is expected, this is nothing"),
        (3, "a JSON object is expected, this is a number"),
        (without("format"), "names no `format`"),
        (changed(format=2), "format 2 is not supported; this version reads format 1"),
        (changed(format="1"), 'format "1" is not supported'),
        (changed(format=True), "format true is not supported"),
        (without("account"), "`account` is missing"),
        (changed(account=111122223333), "`account` is missing or no text"),
        (changed(account="1111"), "`account` must be 12 digits"),
        (changed(account="11112222333\u0663"), "`account` must be 12 digits"),
        (without("region"), "`region` is missing"),
        (changed(region=""), "`region` is missing"),
        (without("captured_at"), "`captured_at` is missing"),
        (changed(captured_at="yesterday"), "`captured_at` must be an ISO 8601 time"),
        (without("responses"), "`responses` must be an object, not nothing"),
        (changed(responses=[]), "`responses` must be an object, not a list"),
        (changed(errors=[]), "`errors` must be an object, not a list"),
        (changed(errors=True), "`errors` must be an object, not true or false"),
        (changed(errors={"ec2:DescribeVpcs": "denied"}), '`errors` entry "ec2:DescribeVpcs" needs'),
        (changed(errors={"ec2:DescribeVpcs": {"code": 403, "message": ""}}), "needs texts"),
        (changed(errors={"ec2:DescribeVpcs": {"code": "Denied"}}), "needs texts"),
    ],
)
def test_a_document_of_another_shape_is_refused_in_one_line(document: object, said: str) -> None:
    with pytest.raises(SnapshotError) as refused:
        from_document(document)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_what_is_malformed_inside_a_response_is_left_to_its_reader() -> None:
    document = changed(responses={"ec2:DescribeVpcs": "not an object"})
    assert from_document(document).responses["ec2:DescribeVpcs"] == "not an object"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", b"", "not JSON"),
        ("a.json", b'{"format": 1,', "not JSON"),
        ("a.json", b'{"format": "\xff"}', "not UTF-8"),
        ("a.json", b"[" * 200_000, "not a snapshot"),
        ("a.json", b"1" * 10_000, "not a snapshot"),
        ("a.json", b"\x1f\x8b\x08 cut", "damaged or cut short"),
        ("a.json.gz", gzip.compress(b"{}" * 100, mtime=0)[:-9], "damaged or cut short"),
        ("a.json.gz", b"{}", "not a gzip file"),
        ("a.json", b"[]", "not a snapshot"),
    ],
)
def test_a_file_that_is_no_snapshot_is_named_in_one_line(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(SnapshotError) as refused:
        load(tmp_path / name)
    assert str(refused.value).startswith(f"{tmp_path / name}: ")
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_missing_file_and_a_directory_are_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="no such file"):
        load(tmp_path / "absent.json")
    with pytest.raises(SnapshotError, match="cannot be read"):
        load(tmp_path)


def test_saving_where_nothing_can_be_written_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="cannot be written"):
        save(from_document(DOCUMENT), tmp_path / "absent" / "account.json")
    with pytest.raises(SnapshotError, match="cannot be written"):
        save(from_document(DOCUMENT), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_save_keeps_the_old_file_and_leaves_nothing_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "account.json"
    save(from_document(DOCUMENT), path)
    before = path.read_bytes()

    def interrupt(_descriptor: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save(from_document(changed(region="eu-west-2")), path)
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


def test_saving_through_a_link_keeps_the_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_text("old")
    link.symlink_to(target)
    save(from_document(DOCUMENT), link)
    assert link.is_symlink()
    assert load(target) == from_document(DOCUMENT)


def test_text_outside_ascii_survives(tmp_path: Path) -> None:
    error = ApiError("Denied", "キー\ud800")
    snapshot = Snapshot("111122223333", "eu-west-1", "2026-01-01T00:00:00Z", {"x": {"y": "ü"}}, {"op": error})
    save(snapshot, tmp_path / "a.json")
    assert load(tmp_path / "a.json") == snapshot
