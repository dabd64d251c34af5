"""Which endpoint serves a name, where it listens, and what is not known of it."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.rules.findings import Verdict
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.organization import (
    HUB_SUBNETS,
    Organization,
    addresses,
    alias,
    central_endpoints,
    dns_name,
    endpoint_name,
)
from tests.networks.shapes import (
    Json,
    endpoint_id,
    group_id,
    identify,
    interface_id,
    permission,
    subnet_id,
    vpc_id,
)

REGIONAL = "com.amazonaws.us-east-1.lambda"


def with_bucket() -> Scenario:
    return healthy().without_endpoint("sqs").with_destination(triggers.BUCKET_ARN)


def test_private_dns_of_the_endpoint_and_both_attributes_of_the_vpc_are_needed() -> None:
    """Each of the three switches makes its own defect."""
    off: Json = {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": False}}
    without_hostnames = healthy()
    without_hostnames.responses["ec2:DescribeVpcAttribute"][vpc_id()] = off
    assert reasons(without_hostnames)["lambda"] == "vpc-dns-disabled"
    without_private_dns = healthy().change(endpoint_id("lambda"), PrivateDnsEnabled=False)
    assert reasons(without_private_dns)["lambda"] == "private-dns-disabled"
    assert reasons(healthy())["lambda"] == "endpoint"


@pytest.mark.parametrize("service", [f"{REGIONAL}-fips", "com.amazonaws.eu-west-1.lambda", f"x.{REGIONAL}"])
def test_a_service_name_is_matched_as_a_whole(service: str) -> None:
    """A name that contains the right one is another service's."""
    assert reasons(healthy().change(endpoint_id("lambda"), ServiceName=service))["lambda"] == "no-path"


def test_attributes_that_were_not_read_leave_private_dns_unknown() -> None:
    """UNKNOWN, naming the operation and the VPC; never guessed to be AWS's default."""
    finding = findings(healthy().absent("ec2:DescribeVpcAttribute", vpc_id()))["lambda"]
    assert finding.verdict is Verdict.UNKNOWN
    assert f"ec2:DescribeVpcAttribute {vpc_id()}" in finding.annotation


def test_an_s3_endpoint_for_on_premises_clients_does_not_hide_the_gateway_endpoint() -> None:
    """Routes lead to the gateway endpoint whatever an interface endpoint without private DNS does."""
    scenario = with_bucket().endpoint("s3", PrivateDnsEnabled=False).s3_gateway()
    assert reasons(scenario)["destination"] == "endpoint"


def test_an_s3_interface_endpoint_without_private_dns_is_blamed_where_no_gateway_is_routed() -> None:
    """The one endpoint that could serve is the one to repair."""
    finding = findings(with_bucket().endpoint("s3", PrivateDnsEnabled=False).s3_gateway(tables=()))[
        "destination"
    ]
    assert (finding.reason.value, finding.blockers[0].id) == ("private-dns-disabled", endpoint_id("s3"))


def test_of_two_gateway_endpoints_the_routed_one_serves() -> None:
    """A second gateway endpoint for other subnets' tables takes nothing away."""
    scenario = with_bucket().s3_gateway()
    other = dict(
        scenario.item(endpoint_id("s3-gateway")), VpcEndpointId=endpoint_id("s3-other"), RouteTableIds=[]
    )
    scenario.items("ec2:DescribeVpcEndpoints").insert(0, other)
    assert reasons(scenario)["destination"] == "endpoint"


def _garbled(scenario: Scenario, operation: str, subnet: str) -> Scenario:
    """What an operation told of one subnet makes no sense."""
    items = scenario.items(operation)
    items[:] = [{"SubnetId": subnet} if each["SubnetId"] == subnet else each for each in items]
    return scenario


def test_an_endpoint_of_which_one_zone_was_not_read_is_not_called_reached() -> None:
    """The ACL of the zone that is missing may deny, so the answer is UNKNOWN and not COMPLIANT."""
    finding = findings(_garbled(healthy(), "ec2:DescribeSubnets", subnet_id("endpoint-b")))["lambda"]
    assert (finding.verdict, finding.reason.value) == (Verdict.UNKNOWN, "not-collected")
    assert "ec2:DescribeSubnets" in finding.annotation


def test_an_interface_that_was_not_read_may_have_any_address_of_its_subnet() -> None:
    """What holds for all of them holds for it: open or closed."""
    assert (
        reasons(_garbled(healthy(), "ec2:DescribeNetworkInterfaces", subnet_id("endpoint-b")))["lambda"]
        == "endpoint"
    )
    closed = healthy().acl("closed", [], ["endpoint-b"])
    closed = _garbled(closed, "ec2:DescribeNetworkInterfaces", subnet_id("endpoint-b"))
    assert reasons(closed)["lambda"] == "partial"


@pytest.mark.parametrize("silent", [("ec2:DescribeSubnets",), ("ec2:DescribeSubnets", "ec2:DescribeVpcs")])
def test_a_central_endpoint_of_which_nothing_but_its_id_was_read_is_unknown(silent: tuple[str, ...]) -> None:
    """Neither the rule of the service nor the one of its groups is green about addresses nobody knows."""
    organization = central_endpoints().peered()
    for operation in (*silent, "ec2:DescribeNetworkInterfaces"):
        organization.hub.not_collected(operation)
    found = findings(organization)
    assert found["lambda"].verdict is Verdict.UNKNOWN
    assert found["egress"].verdict is Verdict.COMPLIANT


def test_an_endpoint_without_groups_whose_default_group_was_not_read_is_unknown() -> None:
    """No group listed means the default group, not a closed one."""
    organization = central_endpoints().peered()
    for item in organization.hub.items("ec2:DescribeVpcEndpoints"):
        item["Groups"] = []
    for item in organization.hub.items("ec2:DescribeNetworkInterfaces"):
        item["Groups"] = []
    organization.hub.not_collected("ec2:DescribeSecurityGroups")
    assert reasons(organization)["endpoint_ingress"] == "not-collected"


class TestPrivateHostedZones:
    """A hosted zone or Route 53 Profile answers for the service's name."""

    def test_an_alias_at_the_apex_serves(self) -> None:
        assert reasons(central_endpoints().peered())["lambda"] == "endpoint"

    @pytest.mark.parametrize(
        "name", ["lambda.us-east-1.amazonaws.com", "us-east-1.amazonaws.com", "amazonaws.com"]
    )
    def test_address_records_serve_in_a_zone_of_any_depth(self, name: str) -> None:
        hub_addresses = [f"10.1.0.{16 * number + 4}" for number in range(len(HUB_SUBNETS))]
        records = [addresses(dns_name("lambda"), *hub_addresses)]
        assert reasons(central_endpoints().zone("lambda", records, name).peered())["lambda"] == "endpoint"

    def test_a_wildcard_serves(self) -> None:
        records = [alias(r"\052.us-east-1.amazonaws.com", endpoint_name("lambda"))]
        organization = central_endpoints().zone("lambda", records, "us-east-1.amazonaws.com").peered()
        assert reasons(organization)["lambda"] == "endpoint"

    def test_the_longest_zone_answers_even_with_nothing(self) -> None:
        """A zone without a record for the name says that there is no such name: nothing else is asked."""
        organization = central_endpoints().zone("lambda", []).peered()
        organization.spoke.nat()
        finding = findings(organization, {"AllowNat": "true"})["lambda"]
        assert (finding.reason.value, finding.blockers[0].id) == ("no-path", "Z0LAMBDA")

    def test_a_zone_that_is_not_associated_with_the_spoke_does_not_answer(self) -> None:
        assert reasons(central_endpoints().without_zone("lambda").peered())["lambda"] == "no-path"

    def test_an_alias_to_another_service_s_endpoint_does_not_serve(self) -> None:
        organization = central_endpoints().zone("lambda", [alias(dns_name("lambda"), endpoint_name("sts"))])
        assert reasons(organization.peered())["lambda"] == "no-path"

    def test_aliases_that_lead_round_in_circles_lead_nowhere(self) -> None:
        one, two = dns_name("lambda"), f"two.{dns_name('lambda')}"
        organization = central_endpoints().zone("lambda", [alias(one, two), alias(two, one)]).peered()
        organization.spoke.nat()
        assert reasons(organization, {"AllowNat": "true"})["lambda"] == "no-path"

    def test_weighted_aliases_to_the_zones_of_one_endpoint_serve(self) -> None:
        records = [alias(dns_name("lambda"), endpoint_name("lambda", f"-us-east-1{zone}")) for zone in "ab"]
        assert reasons(central_endpoints().zone("lambda", records).peered())["lambda"] == "endpoint"

    def test_weighted_aliases_to_two_endpoints_are_unknown(self) -> None:
        """Only one of them is of the right service; nobody knows which a poller gets."""
        records = [alias(dns_name("lambda"), endpoint_name(service)) for service in ("lambda", "sts")]
        assert reasons(central_endpoints().zone("lambda", records).peered())["lambda"] == "not-modelled"

    def test_an_address_beside_the_endpoint_s_own_is_not_called_reached(self) -> None:
        """DNS hands out both, and at one of them stands nothing."""
        records = [addresses(dns_name("lambda"), "10.1.0.4", "10.1.0.14")]
        finding = findings(central_endpoints().zone("lambda", records).peered())["lambda"]
        assert (finding.reason.value, finding.blockers[0].id) == ("partial", "Z0LAMBDA")
        assert "10.1.0.14" in finding.annotation

    def test_an_address_beside_the_endpoint_s_own_is_unknown_where_interfaces_were_not_read(self) -> None:
        """Whatever stands there may serve."""
        records = [addresses(dns_name("lambda"), "10.1.0.4", "10.7.0.14")]
        finding = findings(central_endpoints().zone("lambda", records).peered())["lambda"]
        assert finding.verdict is Verdict.UNKNOWN
        assert "10.7.0.14" in finding.annotation

    def test_a_zone_of_stale_addresses_only_keeps_the_name_from_everything(self) -> None:
        """The VPC they lie in was read, and no interface has them."""
        records = [addresses(dns_name("lambda"), "10.1.0.14")]
        finding = findings(central_endpoints().zone("lambda", records).peered())["lambda"]
        assert (finding.reason.value, finding.blockers[0].id) == ("no-path", "Z0LAMBDA")

    def test_an_address_that_no_endpoint_was_read_to_have_is_unknown(self) -> None:
        records = [addresses(dns_name("lambda"), "10.7.0.4")]
        assert reasons(central_endpoints().zone("lambda", records).peered())["lambda"] == "not-collected"

    def test_zonal_names_tell_which_zone_s_group_decides(self) -> None:
        """An alias to zone b's name leaves the closed interface in zone a out."""
        organization = central_endpoints().peered()
        organization.hub.acl("closed", [], ["hub-a"])
        organization.hub.item(identify("acl", "closed"))["VpcId"] = vpc_id("hub")
        assert reasons(organization)["lambda"] == "partial"
        organization.zone("lambda", [alias(dns_name("lambda"), endpoint_name("lambda", "-us-east-1b"))])
        assert reasons(organization)["lambda"] == "endpoint"


class TestProfiles:
    """Route 53 Profiles bring zones, or endpoints directly."""

    def test_zones_of_a_profile_answer(self) -> None:
        assert reasons(central_endpoints().peered().profile_of_zones())["lambda"] == "endpoint"

    def test_an_endpoint_of_a_profile_serves(self) -> None:
        organization = _profile_of_endpoints(central_endpoints().peered())
        assert reasons(organization)["lambda"] == "endpoint"

    def test_an_endpoint_of_a_profile_that_was_not_read_is_unknown_and_named(self) -> None:
        organization = _profile_of_endpoints(central_endpoints().peered())
        finding = findings(organization.documents(with_hub=False))["lambda"]
        assert finding.verdict is Verdict.UNKNOWN
        assert endpoint_id("lambda") in finding.annotation

    def test_the_vpc_s_own_zone_wins_over_the_profile_s(self) -> None:
        organization = _profile_of_endpoints(central_endpoints().peered()).zone("lambda", [])
        assert reasons(organization)["lambda"] == "no-path"

    def test_an_association_that_was_not_read_is_unknown(self) -> None:
        organization = central_endpoints().peered().profile_of_zones()
        organization.spoke.not_collected("route53profiles:ListProfileAssociations")
        assert reasons(organization)["lambda"] == "not-collected"


def _profile_of_endpoints(organization: Organization) -> Organization:
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        organization.without_zone(service)
    arn = "arn:aws:ec2:us-east-1:999988887777:vpc-endpoint/"
    return organization.profile(
        *(arn + endpoint_id(each) for each in ("lambda", "sts", "secretsmanager", "sqs"))
    )


def test_an_endpoint_s_group_may_name_single_spoke_addresses_only_in_part() -> None:
    """The poller may get any address of its subnet."""
    organization = central_endpoints().peered()
    organization.hub.ingress("hub-endpoint", permission(443, cidrs=["10.0.0.4/32"]))
    finding = findings(organization)["endpoint_ingress"]
    assert (finding.reason.value, finding.blockers[0].id) == ("partial", group_id("hub-endpoint"))


def test_interfaces_tell_the_groups_where_the_endpoint_lists_none() -> None:
    """Real answers leave `Groups` out."""
    scenario = healthy()
    for each in scenario.items("ec2:DescribeVpcEndpoints"):
        each["Groups"] = []
    assert reasons(scenario)["endpoint_ingress"] == "allowed"
    assert scenario.item(interface_id("lambda-endpoint-a"))["Groups"]
