"""MSK VPC connections end to end: subnets and groups of the connection, the cluster in another account."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Finding, Verdict
from tests.networks.landscape import answers, landscape
from tests.networks.landscape_shapes import NETWORK, REGION, SPOKE, Json, Landscape, admit, group

CONNECTION = f"arn:aws:kafka:{REGION}:{SPOKE}:vpc-connection/{NETWORK}/pay/aaaa-1"
CLUSTER = f"arn:aws:kafka:{REGION}:{NETWORK}:cluster/pay/bbbb-2"
HOSTS = ",".join(f"b-{n}.pay.kafka.{REGION}.amazonaws.com:1400{n}" for n in (1, 2, 3))
BOOTSTRAP = {CLUSTER: {"BootstrapBrokerStringVpcConnectivitySaslScram": HOSTS}}


def connected(first: int = 14001, last: int = 14100, state: str = "AVAILABLE") -> Landscape:
    """The spoke's trigger on the network account's cluster, whose group `conn` lets itself in."""
    found = landscape()
    spoke = found["spoke"]
    mapping = answers(spoke, "lambda:ListEventSourceMappings")[0]
    del mapping["SelfManagedEventSource"]
    mapping["EventSourceArn"] = CONNECTION
    access = mapping["SourceAccessConfigurations"]
    access[:] = [each for each in access if not each["Type"].startswith("VPC_")]
    own: Json = admit(first, groups=["sg-conn"]) | {"ToPort": last}
    answers(spoke, "ec2:DescribeSecurityGroups").append(group("conn", "spoke", SPOKE, [own]))
    spoke["responses"] |= {
        "kafka:ListClustersV2": {"ClusterInfoList": []},
        "kafka:GetBootstrapBrokers": dict(BOOTSTRAP),
        "kafka:DescribeVpcConnection": {
            CONNECTION: {
                "VpcConnectionArn": CONNECTION,
                "TargetClusterArn": CLUSTER,
                "State": state,
                "Authentication": "SASL_SCRAM",
                "VpcId": "vpc-spoke",
                "Subnets": ["subnet-spoke-work-a", "subnet-spoke-work-c"],
                "SecurityGroups": ["sg-conn"],
            }
        },
    }
    return found


def judged(found: Landscape) -> Mapping[str, Finding]:
    evaluations = evaluate([from_document(document) for document in found.values()])
    (trigger,) = (trigger for evaluation in evaluations for trigger in evaluation.triggers)
    return {finding.rule.removeprefix("kafka-trigger-"): finding for finding in trigger.findings}


def test_a_connection_with_central_endpoints_is_green() -> None:
    assert {f.verdict for f in judged(connected()).values()} <= {Verdict.COMPLIANT, Verdict.NOT_APPLICABLE}


def test_each_broker_s_own_port_must_be_open() -> None:
    """Multi-VPC brokers differ by port."""
    finding = judged(connected(14001, 14002))["broker-access"]
    assert (finding.reason.value, finding.blockers[0].id) == ("broker-ingress-denied", "sg-conn")
    assert "14003" in finding.annotation


def test_the_cluster_s_owner_tells_the_ports_too() -> None:
    """Where the trigger's account may not ask for them, and the owner's snapshot is there."""
    found = connected(14001, 14003)
    found["spoke"]["responses"]["kafka:GetBootstrapBrokers"] = {}
    assert judged(found)["broker-access"].reason.value == "not-collected"
    found["network"]["responses"]["kafka:GetBootstrapBrokers"] = dict(BOOTSTRAP)
    assert judged(found)["broker-access"].reason.value == "allowed"


def test_ports_that_nobody_tells_are_no_doubt_where_all_are_open() -> None:
    """msk/latest/developerguide/mvpc-cross-account-user-action: 14001 to 14100."""
    found = connected()
    found["spoke"]["responses"]["kafka:GetBootstrapBrokers"] = {}
    assert judged(found)["broker-access"].reason.value == "allowed"


@pytest.mark.parametrize("state", ["INACTIVE", "DELETING", "FAILED", "REJECTED"])
def test_a_connection_that_does_not_carry_is_red(state: str) -> None:
    finding = judged(connected(state=state))["broker-access"]
    assert (finding.verdict, finding.blockers[0].id) == (Verdict.NON_COMPLIANT, CONNECTION)
    assert f"is {state}" in finding.annotation


def test_a_connection_that_is_gone_is_a_missing_source() -> None:
    found = connected()
    found["spoke"]["responses"]["kafka:DescribeVpcConnection"] = {}
    found["spoke"]["errors"][f"kafka:DescribeVpcConnection {CONNECTION}"] = {
        "code": "NotFoundException",
        "message": "gone",
    }
    assert judged(found)["broker-access"].reason.value == "source-missing"
