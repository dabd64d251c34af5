"""The documents hold: their commands run, their links lead somewhere, their policy is what is called."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from kafka_trigger_guard.aws.listings import LISTINGS
from kafka_trigger_guard.cli import run
from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.story import triggers as story
from tests.networks.builder import KEYED

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
REGION = "ap-northeast-1"
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4000-8000-[0-9a-f]{12}")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
DEPLOYED = ("deploy", "undeploy")
"""Commands that tests/deploy runs, in accounts that are ready for them."""
OTHERS = {"ec2:DescribeRegions", "ec2:DescribeVpcBlockPublicAccessOptions", "sts:GetCallerIdentity"}


def commands(document: Path) -> list[list[str]]:
    """The program's commands in a document's code blocks, without comments."""
    blocks = re.findall(r"```\w*\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    written = [shlex.split(line, comments=True) for line in lines if line.startswith("kafka-trigger-guard ")]
    return [words[1:] for words in written]


def test_the_readme_commands_run_in_the_order_in_which_they_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In an account with the demo's triggers and an organization of one account."""
    monkeypatch.chdir(tmp_path)
    told = [words for words in commands(ROOT / "README.md") if words[0] not in DEPLOYED]
    assert {words[0] for words in told} == {"evaluate", "explain", "report", "snapshot"}
    with aws(REGION) as sandbox:
        session = sandbox.session()
        session.client("organizations").create_organization(FeatureSet="ALL")
        uuid = story.build(session).orders_through_nat
        for words in told:
            code = run([UUID.sub(uuid, word) for word in words])
            said = capsys.readouterr()
            assert code in (0, 1), (words, said.err)


def test_snapshots_of_two_accounts_are_judged_together_as_documented(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The commands of the other documents read files that the first command may have written."""
    monkeypatch.chdir(tmp_path)
    (words,) = commands(ROOT / "docs" / "reading-an-account.md")
    files = [word for word in words if word.endswith(".json.gz")]
    for file, account in zip(files, ("111122223333", "444455556666"), strict=True):
        with aws(REGION) as sandbox:
            story.build(sandbox.session(account=account))
            snapshot_of(sandbox.session(account=account), Path(file))
    assert run(words) == 1


def snapshot_of(session: object, path: Path) -> None:
    """Record an account of the sandbox."""
    from kafka_trigger_guard.aws.collect import collect
    from kafka_trigger_guard.aws.snapshot import save

    save(collect(session, REGION), path)  # type: ignore[arg-type]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    targets = [target for target in LINK.findall(document.read_text(encoding="utf-8")) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_the_documented_policy_allows_what_is_called_and_nothing_else() -> None:
    text = (ROOT / "docs" / "reading-an-account.md").read_text(encoding="utf-8")
    block = next(found for found in re.findall(r"```json\n(.*?)```", text, re.DOTALL) if "Statement" in found)
    (statement,) = json.loads(block)["Statement"]
    assert set(statement["Action"]) == {*LISTINGS, *KEYED, *OTHERS}
