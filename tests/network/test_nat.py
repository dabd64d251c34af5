"""Whether a NAT carries: state, type, its own way out, Block Public Access, the ACLs on both subnets."""

from __future__ import annotations

import pytest

from tests.networks.builder import TRIGGER_SUBNETS, Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import findings, reasons
from tests.networks.shapes import (
    Json,
    acl_id,
    entry,
    group_id,
    interface_id,
    internet_gateway_id,
    nat_gateway_id,
    open_entries,
    permission,
    route_table_id,
    subnet_id,
    vpc_id,
)


def behind_nat(**fields: object) -> Scenario:
    """The healthy trigger without an endpoint for sts, beside a NAT gateway."""
    return healthy().without_endpoint("sts").nat(**fields)  # type: ignore[arg-type]


def behind_instance() -> Scenario:
    """The same with a NAT instance."""
    scenario = healthy().without_endpoint("sts").internet_gateway()
    scenario.group(
        "nat", ingress=[permission(cidrs=["10.0.0.0/24"])], egress=[permission(cidrs=["0.0.0.0/0"])]
    )
    scenario.interface("nat-instance", "public-a", "10.0.0.245", ["nat"])
    public = {"PublicIp": "54.1.2.3", "IpOwnerId": "111122223333"}
    scenario.change(interface_id("nat-instance"), SourceDestCheck=False, Association=public)
    return scenario.route("private", "0.0.0.0/0", NetworkInterfaceId=interface_id("nat-instance"))


def sts(scenario: Scenario) -> str:
    return reasons(scenario)["sts"]


def test_a_working_nat_gateway_carries() -> None:
    """Small services may use it by default, and may be told not to."""
    assert sts(behind_nat()) == "nat-allowed"
    assert reasons(behind_nat(), {"AllowNat": "false"})["sts"] == "nat-path"


@pytest.mark.parametrize("state", ["pending", "failed", "deleting", "deleted"])
def test_only_an_available_one_carries(state: str) -> None:
    """And the gateway is to blame."""
    finding = findings(behind_nat(State=state))["sts"]
    assert (finding.reason.value, finding.blockers[0].id) == ("no-path", nat_gateway_id())


def test_a_private_nat_gateway_leads_to_no_internet() -> None:
    """No `ConnectivityType` is a public one."""
    assert sts(behind_nat(ConnectivityType="private")) == "no-path"
    assert sts(behind_nat().forget(nat_gateway_id(), "ConnectivityType")) == "nat-allowed"


def test_its_own_subnet_must_lead_to_an_attached_internet_gateway() -> None:
    """No route, a blackhole, another VPC's gateway, or none."""
    without_route = behind_nat()
    without_route.item(route_table_id("public"))["Routes"].pop()
    blackhole = behind_nat()
    blackhole.item(route_table_id("public"))["Routes"][-1]["State"] = "blackhole"
    detached = behind_nat().change(internet_gateway_id(), Attachments=[])
    elsewhere = behind_nat().change(
        internet_gateway_id(), Attachments=[{"State": "available", "VpcId": vpc_id("x")}]
    )
    detaching = behind_nat().change(
        internet_gateway_id(), Attachments=[{"State": "detaching", "VpcId": vpc_id()}]
    )
    assert {sts(each) for each in (without_route, blackhole, detached, elsewhere, detaching)} == {"no-path"}


@pytest.mark.parametrize("state", ["available", "attached", "Attached"])
def test_an_attachment_is_written_in_two_ways(state: str) -> None:
    """On the wire and in the model."""
    scenario = behind_nat().change(internet_gateway_id(), Attachments=[{"State": state, "VpcId": vpc_id()}])
    assert sts(scenario) == "nat-allowed"


@pytest.mark.parametrize(
    ("subnets", "closed"),
    [
        (TRIGGER_SUBNETS, entry(1, "deny", egress=True, ports=(443, 443))),
        (TRIGGER_SUBNETS, entry(1, "deny", egress=False, ports=(1024, 65535))),
        (("public-a",), entry(1, "deny", egress=False, ports=(443, 443))),
        (("public-a",), entry(1, "deny", egress=True, ports=(443, 443))),
        (("public-a",), entry(1, "deny", egress=False, ports=(1024, 65535))),
        (("public-a",), entry(1, "deny", egress=True, ports=(1024, 65535))),
    ],
    ids=["out", "answers in", "into the NAT's subnet", "out of it", "answers into it", "answers out of it"],
)
def test_the_acls_on_both_subnets_must_pass(subnets: tuple[str, ...], closed: Json) -> None:
    """Six legs."""
    scenario = behind_nat().acl("guard", [closed, *open_entries()], subnets)
    finding = findings(scenario)["sts"]
    assert (finding.reason.value, finding.blockers[0].id) == ("no-path", acl_id("guard"))


def test_an_acl_that_lets_only_some_public_addresses_pass_is_unknown() -> None:
    """Where the service's addresses lie is not known."""
    half = entry(1, "deny", egress=True, cidr="52.0.0.0/8")
    assert sts(behind_nat().acl("guard", [half, *open_entries()], TRIGGER_SUBNETS)) == "not-modelled"


class TestBlockPublicAccess:
    """Bidirectional blocks stop NAT, unless the VPC or the NAT's subnet is excluded."""

    @pytest.mark.parametrize(
        ("mode", "expected"),
        [("off", "nat-allowed"), ("block-ingress", "nat-allowed"), ("block-bidirectional", "no-path")],
    )
    def test_only_the_bidirectional_mode_stops_nat(self, mode: str, expected: str) -> None:
        assert sts(_blocked(behind_nat(), mode)) == expected

    @pytest.mark.parametrize("excluded", [f"vpc/{vpc_id()}", f"subnet/{subnet_id('public-a')}"])
    @pytest.mark.parametrize(
        ("state", "expected"), [("create-complete", "nat-allowed"), ("delete-complete", "no-path")]
    )
    def test_exclusions_in_force_let_it_out(self, excluded: str, state: str, expected: str) -> None:
        scenario = _blocked(behind_nat(), "block-bidirectional")
        exclusion = {
            "ExclusionId": "vpcbpa-exclude-1",
            "InternetGatewayExclusionMode": "allow-egress",
            "ResourceArn": f"arn:aws:ec2:us-east-1:111122223333:{excluded}",
            "State": state,
        }
        assert sts(scenario.add("ec2:DescribeVpcBlockPublicAccessExclusions", exclusion)) == expected

    def test_settings_that_nobody_asked_for_are_off(self) -> None:
        assert sts(behind_nat().absent("ec2:DescribeVpcBlockPublicAccessOptions")) == "nat-allowed"

    def test_settings_that_were_refused_are_unknown(self) -> None:
        assert sts(behind_nat().not_collected("ec2:DescribeVpcBlockPublicAccessOptions")) == "not-collected"


class TestRegionalGateways:
    """A regional NAT gateway has no subnet, but may have a route table of its own."""

    def test_it_needs_an_attached_internet_gateway(self) -> None:
        regional = behind_nat().forget(nat_gateway_id(), "SubnetId")
        assert sts(regional) == "nat-allowed"
        assert sts(regional.change(internet_gateway_id(), Attachments=[])) == "no-path"

    def test_its_own_route_table_counts_where_it_was_read(self) -> None:
        regional = behind_nat(RouteTableId=route_table_id("nat")).forget(nat_gateway_id(), "SubnetId")
        regional.route_table("nat", [])
        assert sts(regional) == "no-path"
        assert sts(regional.route("nat", "0.0.0.0/0", GatewayId=internet_gateway_id())) == "nat-allowed"


class TestNatInstances:
    """A route to an interface or an instance."""

    def test_one_that_forwards_carries(self) -> None:
        assert sts(behind_instance()) == "nat-allowed"

    @pytest.mark.parametrize("fields", [{"SourceDestCheck": True}, {"Association": None}])
    def test_it_needs_a_public_address_and_no_source_destination_check(self, fields: Json) -> None:
        finding = findings(behind_instance().change(interface_id("nat-instance"), **fields))["sts"]
        assert (finding.reason.value, finding.blockers[0].id) == ("no-path", interface_id("nat-instance"))

    def test_its_own_groups_must_admit_the_poller_and_let_it_out(self) -> None:
        assert sts(behind_instance().ingress("nat")) == "no-path"
        assert sts(behind_instance().egress("nat")) == "no-path"
        assert (
            sts(behind_instance().ingress("nat", permission(443, groups=[group_id("trigger")])))
            == "nat-allowed"
        )

    def test_it_may_be_routed_to_by_the_instance_s_id(self) -> None:
        scenario = behind_instance().change(interface_id("nat-instance"), Attachment={"InstanceId": "i-1"})
        scenario.item(route_table_id("private"))["Routes"][-1] = {
            "DestinationCidrBlock": "0.0.0.0/0",
            "InstanceId": "i-1",
            "State": "active",
        }
        assert sts(scenario) == "nat-allowed"

    def test_one_that_does_not_exist_carries_nothing(self) -> None:
        assert sts(behind_instance().remove(interface_id("nat-instance"))) == "no-path"


def _blocked(scenario: Scenario, mode: str) -> Scenario:
    options = scenario.responses["ec2:DescribeVpcBlockPublicAccessOptions"]["VpcBlockPublicAccessOptions"]
    options["InternetGatewayBlockMode"] = mode
    return scenario
