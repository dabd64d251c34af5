"""Specification of following paths into other accounts: what is read decides as whole snapshots would."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.following import follow, merged
from kafka_trigger_guard.aws.snapshot import ApiError, Snapshot, from_document
from kafka_trigger_guard.evaluation import evaluate
from kafka_trigger_guard.rules.findings import Finding, Reason, Verdict
from tests.aws.canned_aws import KEYS, LISTS, REGION, Fault
from tests.aws.canned_organization import CannedOrganization, Place
from tests.networks.healthy import healthy
from tests.networks.organization import (
    HUB_ACCOUNT,
    SERVICES,
    Organization,
    addresses,
    central_egress,
    central_endpoints,
    dns_name,
    shared_vpc,
)
from tests.networks.shapes import ACCOUNT, endpoint_id, vpc_id

BROKER_ACCESS = "kafka-trigger-broker-access"
NAMES_ACCOUNT = "888877776666"
NARROWED = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
SHAPES: dict[str, Callable[[], Organization]] = {
    "central endpoints behind a transit gateway": lambda: central_endpoints().over_transit(),
    "central endpoints behind a peering": lambda: central_endpoints().peered(),
    "central egress": central_egress,
    "shared VPC": shared_vpc,
}


@pytest.fixture(autouse=True)
def _without_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


@pytest.fixture(params=SHAPES, ids=lambda name: name.replace(" ", "-"))
def organization(request: pytest.FixtureRequest) -> Organization:
    """Two accounts; the trigger is in the spoke."""
    return SHAPES[request.param]()


def collected(canned: CannedOrganization) -> Snapshot:
    """The spoke alone, as the collector reads it."""
    return collect(canned.session(ACCOUNT), REGION, account=ACCOUNT)


def followed(canned: CannedOrganization) -> tuple[Snapshot, ...]:
    """The spoke and all that its triggers need of the hub."""
    return follow([collected(canned)], canned.session)


def judged(*snapshots: Snapshot) -> dict[str, Finding]:
    """The findings of the spoke's trigger."""
    return {finding.rule: finding for finding in evaluate(snapshots)[0].triggers[0].findings}


def reasons(*snapshots: Snapshot) -> dict[str, tuple[str, str]]:
    """Verdict and reason of each rule."""
    return {rule: (f.verdict.value, f.reason.value) for rule, f in judged(*snapshots).items()}


def canned_as(organization: Organization) -> CannedOrganization:
    """The two accounts on the wire."""
    return CannedOrganization().add(*organization.documents())


def test_what_is_followed_decides_as_whole_snapshots_do(organization: Organization) -> None:
    whole = reasons(*(from_document(document) for document in organization.documents()))
    assert reasons(*followed(canned_as(organization))) == whole


def test_before_following_the_far_side_is_unknown_and_names_the_account(organization: Organization) -> None:
    canned = canned_as(organization)
    unknown = [f for f in judged(collected(canned)).values() if f.verdict is Verdict.UNKNOWN]
    assert unknown
    after = judged(*followed(canned))
    assert [after[f.rule].verdict for f in unknown] != [f.verdict for f in unknown]


def test_what_an_account_denies_is_recorded_and_never_judged_otherwise(organization: Organization) -> None:
    """Whatever one operation hides, a finding is what it would be, or unknown."""
    canned = canned_as(organization)
    spoke = collected(canned)
    whole = reasons(*follow([spoke], canned.session))
    for operation in canned.calls_of(HUB_ACCOUNT):
        for fault in (Fault.DENIED, Fault.THROTTLED):
            faulty = canned_as(organization)
            faulty.places[HUB_ACCOUNT, REGION].faults[operation] = fault
            found = follow([spoke], faulty.session)
            assert operation in {name.split(" ")[0] for name in found[1].errors}
            for rule, (verdict, reason) in reasons(*found).items():
                assert verdict == "UNKNOWN" or (verdict, reason) == whole[rule], (operation, rule, reason)


def test_an_account_that_may_not_be_read_stays_unknown(organization: Organization) -> None:
    canned = canned_as(organization)
    spoke = collected(canned)
    assert follow([spoke], lambda _account: None) == (spoke,)
    assert not canned.calls_of(HUB_ACCOUNT)


def test_an_account_whose_credentials_are_refused_ends_nothing(organization: Organization) -> None:
    canned = canned_as(organization)
    hub = canned.places[HUB_ACCOUNT, REGION]
    hub.faults = dict.fromkeys((*LISTS, *KEYS), Fault.EXPIRED)
    assert len(follow([collected(canned)], canned.session)) == 1


def test_a_trigger_whose_network_is_its_own_leads_nowhere() -> None:
    canned = CannedOrganization().add(healthy().document())
    spoke = collected(canned)
    before = canned.calls.total()
    assert follow([spoke], canned.session) == (spoke,)
    assert canned.calls.total() == before


def test_routes_that_no_needed_address_takes_are_not_followed() -> None:
    """Endpoints and brokers are in the trigger's own VPC; the transit gateway serves others."""
    organization = Organization(healthy()).over_transit()
    canned = canned_as(organization)
    assert len(followed(canned)) == 1
    assert not canned.calls_of(HUB_ACCOUNT)


def test_brokers_behind_a_transit_gateway_are_followed_to_their_own_vpc() -> None:
    organization = Organization(healthy()).over_transit()
    organization.spoke.bootstrap_servers("10.1.0.9:9092")
    canned = canned_as(organization)
    assert judged(collected(canned))[BROKER_ACCESS].verdict is Verdict.UNKNOWN
    assert judged(*followed(canned))[BROKER_ACCESS].reason is Reason.BROKER_MISSING


def test_addresses_in_a_zone_lead_to_the_endpoint_that_has_them() -> None:
    organization = central_endpoints().over_transit()
    for service in SERVICES:
        interfaces = organization.hub.item(endpoint_id(service))["NetworkInterfaceIds"]
        found = [organization.hub.item(each)["PrivateIpAddress"] for each in interfaces]
        organization.zone(service, [addresses(dns_name(service), *found)])
    assert_all_green(followed(canned_as(organization)))


def test_profiles_lead_to_the_owners_of_their_zones() -> None:
    canned = canned_as(central_endpoints().over_transit().profile_of_zones())
    owned_by_hub(canned)
    assert_all_green(followed(canned))


def test_profiles_lead_to_the_owners_of_their_endpoints() -> None:
    organization = central_endpoints().over_transit()
    for service in SERVICES:
        organization.without_zone(service)
    arn = f"arn:aws:ec2:{REGION}:{HUB_ACCOUNT}:vpc-endpoint"
    organization.profile(*(f"{arn}/{endpoint_id(service)}" for service in SERVICES))
    assert_all_green(followed(canned_as(organization)))


@pytest.mark.parametrize("way", [Organization.over_transit, Organization.peered])
def test_an_endpoint_that_its_zones_owner_does_not_have_is_looked_for_behind_the_routes(
    way: Callable[[Organization], Organization],
) -> None:
    """Zones in an account for names, endpoints in one for networks."""
    canned = canned_as(way(central_endpoints()))
    zones = "route53:ListResourceRecordSets"
    canned.places[NAMES_ACCOUNT, REGION] = Place(
        answers={zones: canned.places[HUB_ACCOUNT, REGION].answers.pop(zones)}
    )
    listed = canned.places[ACCOUNT, REGION].answers["route53:ListHostedZonesByVPC"][vpc_id()]
    for zone in listed["HostedZoneSummaries"]:
        zone["Owner"] = {"OwningAccount": NAMES_ACCOUNT}
    found = followed(canned)
    assert_all_green(found)
    assert {snapshot.account for snapshot in found} == {ACCOUNT, HUB_ACCOUNT, NAMES_ACCOUNT}


def test_a_narrowed_policy_of_a_central_endpoint_asks_for_the_execution_role() -> None:
    organization = central_endpoints().over_transit()
    policy = json.dumps({"Statement": [NARROWED]})
    organization.hub.change(endpoint_id("sqs"), PolicyDocument=policy)
    canned = canned_as(organization)
    assert_all_green(followed(canned))
    assert canned.calls_of(ACCOUNT)["lambda:GetFunctionConfiguration"] == 1


def test_everything_is_asked_for_once(organization: Organization) -> None:
    """However many rounds it takes: endpoints are looked for by id before their VPC is read."""
    canned = canned_as(organization)
    followed(canned)
    by_key = {"ec2:SearchTransitGatewayRoutes", "route53:ListResourceRecordSets", "ec2:DescribeVpcAttribute"}
    twice = {"ec2:DescribeVpcEndpoints", "ec2:DescribeSecurityGroups"}
    calls = canned.calls_of(HUB_ACCOUNT)
    assert {operation for operation, count in calls.items() if count > 1} <= by_key | twice
    assert max(calls[operation] for operation in twice) <= 2


def test_an_account_with_triggers_of_its_own_is_read_on_in_the_same_snapshot() -> None:
    organization = central_endpoints().over_transit()
    canned = canned_as(organization)
    hub = canned.places[HUB_ACCOUNT, REGION]
    hub.items["lambda:ListEventSourceMappings"] = [outside_a_vpc()]
    snapshots = [collected(canned), collect(canned.session(HUB_ACCOUNT), REGION, account=HUB_ACCOUNT)]
    found = follow(snapshots, canned.session)
    assert [snapshot.account for snapshot in found] == [ACCOUNT, HUB_ACCOUNT]
    assert_all_green(found)
    assert len(evaluate(found)[1].triggers) == 1


def test_a_listing_that_fails_in_a_later_reading_counts_as_not_collected() -> None:
    groups = "ec2:DescribeSecurityGroups"
    first = a_snapshot({groups: {"SecurityGroups": [{"GroupId": "sg-1"}]}})
    second = a_snapshot({}, {groups: ApiError("Throttling", "slow down")})
    assert merged(first, second) == a_snapshot({}, {groups: ApiError("Throttling", "slow down")})


def test_two_readings_of_one_account_are_one_with_everything_once() -> None:
    groups, zones = "ec2:DescribeSecurityGroups", "route53:ListResourceRecordSets"
    first = a_snapshot({groups: {"SecurityGroups": [{"GroupId": "sg-1"}]}, zones: {"Z1": {}}})
    second = a_snapshot(
        {groups: {"SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]}, zones: {"Z2": {}}}
    )
    united = {"SecurityGroups": [{"GroupId": "sg-1"}, {"GroupId": "sg-2"}]}
    assert merged(first, second) == a_snapshot({groups: united, zones: {"Z1": {}, "Z2": {}}})


def a_snapshot(responses: dict[str, Any], errors: dict[str, ApiError] | None = None) -> Snapshot:
    return Snapshot(ACCOUNT, REGION, "2026-01-01T00:00:00Z", responses, errors or {})


def assert_all_green(snapshots: tuple[Snapshot, ...]) -> None:
    assert {
        rule: f.annotation for rule, f in judged(*snapshots).items() if f.verdict is not Verdict.COMPLIANT
    } == {}


def outside_a_vpc() -> dict[str, Any]:
    """A trigger of brokers on the internet."""
    return healthy().without_vpc().trigger


def owned_by_hub(canned: CannedOrganization) -> None:
    """AWS names the owner of each of a Profile's resources."""
    resources = canned.places[ACCOUNT, REGION].answers["route53profiles:ListProfileResourceAssociations"]
    for item in resources["rp-1"]["ProfileResourceAssociations"]:
        item["OwnerId"] = HUB_ACCOUNT
