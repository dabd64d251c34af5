"""Every red finding says who must do what; and what is printed is what a shell and the AWS CLI would take."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.explanation import explanations
from kafka_trigger_guard.report.explanation_text import command_lines
from kafka_trigger_guard.rules.explaining.explanation import Explanation
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from tests.laws.profile import networks_tried
from tests.networks.aws_cli_syntax import parsed, statements
from tests.networks.cases import Case
from tests.networks.catalogue import CASES
from tests.networks.judging import documents
from tests.networks.landscape import landscape
from tests.networks.landscape_cases import CHANGES, Change
from tests.networks.shapes import Json
from tests.networks.strategies import Network, networks
from tests.rules.remedying import Fault, explained
from tests.rules.test_remedies import FAULTS
from tests.rules.test_remedies_of_every_kind import FAULTS as OTHERS


class _Anything(dict[str, str]):
    """Shell variables, as if all had been set."""

    def __missing__(self, name: str) -> str:
        return f"{name.lower()}-0123456789abcdef0"


def explained_all(snapshots: list[Json], parameters: Mapping[str, str]) -> Iterator[Explanation]:
    read = [from_document(each) for each in snapshots]
    listed = (each["responses"].get("lambda:ListEventSourceMappings", {}) for each in snapshots)
    uuids = {mapping["UUID"] for answer in listed for mapping in answer.get("EventSourceMappings", [])}
    for uuid in sorted(uuids):
        yield from explanations(read, uuid, parameters=parameters)


def check(found: Explanation) -> None:
    """The two laws, of one explanation."""
    told = {rule for remedy in found.remedies for rule in remedy.rules}
    for finding in found.findings:
        is_red = finding.verdict is Verdict.NON_COMPLIANT
        assert not is_red or finding.remediation is not None or finding.rule in told, finding
        assert is_red or finding.rule not in told, finding
    for remedy in found.remedies:
        check_one(remedy)


def check_one(remedy: Remedy) -> None:
    assert remedy.account.isdecimal(), remedy
    assert len(remedy.account) == 12, remedy
    assert remedy.commands or remedy.advice, remedy
    assert not remedy.advice or remedy.advice.endswith("."), remedy
    for command in remedy.commands:
        if statements(command) is None:
            call = parsed(command, _Anything())
            assert call.service == "route53" or call.options["region"], command


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_of_the_catalogue(case: Case) -> None:
    for found in explained_all(documents(case.build()), case.parameters):
        check(found)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_of_the_landing_zone(change: Change) -> None:
    snapshots = landscape()
    change.make(snapshots)
    for found in explained_all(list(snapshots.values()), {}):
        check(found)


@pytest.mark.parametrize("fault", [*FAULTS.values(), *OTHERS.values()], ids=[*FAULTS, *OTHERS])
def test_of_organizations(fault: Fault) -> None:
    for found in explained_all(documents(fault.network()), fault.parameters):
        check(found)


@networks_tried(60)
@given(networks())
def test_of_generated_networks(network: Network) -> None:
    for found in explained_all([network.document], network.parameters):
        check(found)


# -- what nobody may break out of ----------------------------------------------------------------------------

HOSTILE = (
    "x'; exit 1; '",
    "--profile=x",
    "$(id)`id`",
    "x\n--endpoint-url evil",
    "x}],IpRanges=[{CidrIp=6.6.6.6",
    "x,UserId=1,Description=y",
    '{"a":1}"$HOME"',
)
IDS = {
    "endpoint group": "GroupId",
    "network ACL": "NetworkAclId",
    "group and network ACL of brokers": "GroupId",
    "route to central endpoints": "RouteTableId",
    "gateway endpoint": "RouteTableId",
    "no endpoint in a shared VPC": "VpcId",
    "zone without record": "HostedZoneId",
    "endpoint policy": "VpcEndpointId",
    "Profile": "ProfileId",
    "static route over a peering of gateways": "TransitGatewayAttachmentId",
}


def poisoned(snapshots: list[Json], key: str, hostile: str) -> list[Json]:
    """The documents with hostile text behind every id of a kind, wherever it stands."""
    text = json.dumps(snapshots)
    for identifier in sorted(set(_values(snapshots, key))):
        text = text.replace(identifier, identifier + json.dumps(hostile)[1:-1])
    found: list[Json] = json.loads(text)
    return found


def _values(value: object, key: str = "") -> Iterator[str]:
    """The texts under a key, or all texts, wherever they stand."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and key in ("", name):
                yield each
            yield from _values(each, key)
    elif isinstance(value, list):
        for each in value:
            if isinstance(each, str) and not key:
                yield each
            yield from _values(each, key)


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("fault", IDS)
def test_an_id_that_somebody_made_up_stays_one_value(fault: str, hostile: str) -> None:
    """Options, and the structures inside them, are those of the same command with an honest id."""
    snapshots = poisoned(documents({**FAULTS, **OTHERS}[fault].network()), IDS[fault], hostile)
    lines = [line for remedy in explained(snapshots).remedies for line in remedy.commands]
    calls = [parsed(line, _Anything()) for line in lines if statements(line) is None]
    assert any(hostile in each for call in calls for each in _values(call.parameters))
    for call in calls:
        assert not {"profile", "endpoint-url"} & call.options.keys()
        assert "6.6.6.6" not in _values(call.parameters, "CidrIp")
        assert "1" not in _values(call.parameters, "UserId")


@pytest.mark.parametrize("width", [40, 80, 133])
@pytest.mark.parametrize("hostile", HOSTILE[:3])
def test_a_shell_reads_the_same_words_however_narrow_the_page(width: int, hostile: str) -> None:
    """By a real shell: what is printed over several lines is the command on one."""
    word = shlex.quote("Key=[{A=b}]," * 9 + hostile)
    command = f"printf %s\\\\n --a-long-option {word} --other $(printf %s 'a b')"
    shown = "\n".join(command_lines(command, width))
    assert max(map(len, shown.splitlines())) <= width
    run = [
        subprocess.run(["sh", "-c", text], capture_output=True, check=True, env={}).stdout
        for text in (command, shown)
    ]
    assert run[0] == run[1]
    assert hostile.encode() in run[0]
