"""The remediation law: what a document decides about a red, green or unknown rule, and what its calls do."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping

from kafka_trigger_guard.aws.snapshot import from_document
from kafka_trigger_guard.evaluation import TriggerFindings, evaluate
from kafka_trigger_guard.rules.findings import Finding
from remediation.scripts.broker_ingress import diagnose_broker_ingress
from remediation.scripts.diagnosis import Decision, Diagnosis, EndpointPlan
from remediation.scripts.egress import diagnose_egress
from remediation.scripts.endpoint import diagnose_endpoint
from remediation.scripts.endpoint_ingress import diagnose_endpoint_ingress
from tests.networks.shapes import Json
from tests.remediation.scripts.applying import OWN_GROUP, Action, actions_of, applied
from tests.remediation.scripts.snapshot_aws import SnapshotAws

_SERVICES = ("lambda", "sts", "secretsmanager", "destination")
DIAGNOSES = {
    "kafka-trigger-egress": diagnose_egress,
    "kafka-trigger-endpoint-ingress": diagnose_endpoint_ingress,
    "kafka-trigger-broker-access": diagnose_broker_ingress,
    **{f"kafka-trigger-{service}-endpoint": diagnose_endpoint for service in _SERVICES},
}
"""The diagnosis of each rule that has a document."""
ALLOWED = {"AllowInternetEgress": "true", "AllowVpcDnsChange": "true", "IngressScope": "vpc"}
_RANK = {"NON_COMPLIANT": 0, "UNKNOWN": 1, "COMPLIANT": 2, "NOT_APPLICABLE": 2}

Tally = Counter[tuple[str, str, str]]
"""How often a document decided what, by the rule's name, its reason code and the decision."""


def diagnosed(document: Json, rule: str, parameters: Mapping[str, str], uuid: str) -> Diagnosis:
    """What the rule's document says of the account, with all that it may do allowed."""
    inputs = {"EventSourceMappingId": uuid, "Rule": rule, "AllowNat": parameters.get("AllowNat", "")}
    return DIAGNOSES[rule](SnapshotAws(document).client, inputs | ALLOWED)


def judged(document: Json, parameters: Mapping[str, str]) -> TriggerFindings:
    """What the engine says of the account's first trigger."""
    return evaluate([from_document(document)], parameters=parameters)[0].triggers[0]


def expected(finding: Finding) -> Decision:
    """What a document must decide."""
    if finding.verdict.value in ("COMPLIANT", "NOT_APPLICABLE"):
        return Decision.NOTHING
    return Decision.APPLY if finding.remediation is not None else Decision.PERSON


def tally_of(document: Json, parameters: Mapping[str, str]) -> Tally:
    """Hold every document to the law on one account; what they decided."""
    tally: Tally = Counter()
    found = judged(document, parameters)
    if found.trigger.disabled and parameters.get("IncludeDisabled") == "true":
        return tally  # no document acts on what does not poll
    for finding in found.findings:
        if finding.rule in DIAGNOSES and finding.reason.value != "exempt":
            diagnosis = diagnosed(document, finding.rule, parameters, found.uuid)
            assert diagnosis.decision is expected(finding), (finding, diagnosis)
            assert diagnosis.sentence, finding
            tally[finding.rule, finding.reason.value, diagnosis.decision.value] += 1
            if diagnosis.decision is Decision.APPLY:
                hold_to_its_plan(document, parameters, found, finding.rule, diagnosis)
    return tally


def hold_to_its_plan(
    document: Json,
    parameters: Mapping[str, str],
    found: TriggerFindings,
    rule: str,
    diagnosis: Diagnosis,
) -> None:
    """The plan turns its rule green and makes no other worse; twice is once; nothing can be left out."""
    actions = actions_of(diagnosis)
    after = applied(document, actions)
    before, then = _verdicts(found.findings), _verdicts(judged(after, parameters).findings)
    assert then[rule] == "COMPLIANT", (rule, then[rule], diagnosis)
    worse = _worse(before, then)
    if diagnosis.endpoint is not None and _turns_names_on(diagnosis.endpoint):
        # Brokers' names resolve at last, maybe two of them to one address.
        worse = [each for each in worse if before[each] != "UNKNOWN" and not each.endswith("-redundancy")]
    assert not worse, (worse, diagnosis)
    again = diagnosed(after, rule, parameters, found.uuid)
    assert again.decision is Decision.NOTHING, (diagnosis, again)
    for action in actions:
        rest = [each for each in actions if each is not action]
        assert _is_missed(document, parameters, rule, (rest, then, diagnosis)), (action[0], diagnosis)


def _turns_names_on(plan: EndpointPlan) -> bool:
    return plan.enable_dns_support or plan.enable_dns_hostnames


def _is_missed(
    document: Json,
    parameters: Mapping[str, str],
    rule: str,
    plan: tuple[list[Action], Mapping[str, str], Diagnosis],
) -> bool:
    """Whether without an action the rule stays red, another gets worse, or neighbours are shut out."""
    rest, whole, diagnosis = plan
    left = applied(document, rest)
    verdicts = _verdicts(judged(left, parameters).findings)
    if verdicts[rule] != "COMPLIANT" or _worse(whole, verdicts):
        return True
    return diagnosis.endpoint is not None and not lets_the_vpc_in(left, diagnosis.endpoint)


def _verdicts(findings: Iterable[Finding]) -> dict[str, str]:
    return {finding.rule: finding.verdict.value for finding in findings}


def _worse(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return [rule for rule in before if _RANK[after[rule]] < _RANK[before[rule]]]


def lets_the_vpc_in(document: Json, plan: EndpointPlan) -> bool:
    """Whether the endpoint's groups admit all of the VPC on 443, whoever else is in it."""
    responses = document["responses"]
    serving = [
        each
        for each in responses["ec2:DescribeVpcEndpoints"]["VpcEndpoints"]
        if each["VpcEndpointId"] == plan.endpoint_id or (not plan.endpoint_id and _is_own(each, plan))
    ]
    carried = {group["GroupId"] for each in serving for group in each["Groups"]}
    groups = responses["ec2:DescribeSecurityGroups"]["SecurityGroups"]
    blocks = [
        ipaddress.IPv4Network(entry["CidrIp"])
        for group in groups
        if group["GroupId"] in carried
        for permission in group["IpPermissions"]
        if permission["IpProtocol"] == "-1"
        or (
            permission["IpProtocol"] != "udp"
            and permission.get("FromPort", 0) <= 443 <= permission.get("ToPort", 65535)
        )
        for entry in permission.get("IpRanges", [])
    ]
    vpcs = responses["ec2:DescribeVpcs"]["Vpcs"]
    whole = [ipaddress.IPv4Network(vpc["CidrBlock"]) for vpc in vpcs if vpc["VpcId"] == plan.vpc_id]
    admitted = list(ipaddress.collapse_addresses(blocks))
    return all(any(block.subnet_of(each) for each in admitted) for block in whole)


def _is_own(endpoint: Json, plan: EndpointPlan) -> bool:
    named = {group["GroupId"] for group in endpoint["Groups"]}
    return endpoint["ServiceName"] == plan.service_name and bool({OWN_GROUP, plan.group_id} & named)
