"""The demo's story: six triggers, each with what is the matter with it and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import aws
from kafka_trigger_guard.sandbox.story.triggers import Story, build
from tests.sandbox.account import Account
from tests.sandbox.answers import check_answers

Told = tuple[Account, Story]


@pytest.fixture(scope="module")
def told() -> Iterator[Told]:
    """The story in ap-northeast-1, built once."""
    with aws("ap-northeast-1") as running:
        session = check_answers(running.session())
        yield Account(session), build(session)


def mapping(told: Told, uuid: str) -> dict[str, Any]:
    """A trigger of the story."""
    answer: dict[str, Any] = told[0].functions.get_event_source_mapping(UUID=uuid)
    return answer


def network_of(told: Told, name: str) -> dict[str, Any]:
    """The VPC of that name."""
    named = [{"Name": "tag:Name", "Values": [name]}]
    answer: dict[str, Any] = told[0].ec2.describe_vpcs(Filters=named)["Vpcs"][0]
    return answer


def endpoints_of(told: Told, name: str) -> list[dict[str, Any]]:
    """The endpoints in the VPC of that name."""
    wanted = [{"Name": "vpc-id", "Values": [network_of(told, name)["VpcId"]]}]
    found: list[dict[str, Any]] = told[0].ec2.describe_vpc_endpoints(Filters=wanted)["VpcEndpoints"]
    return found


def services_of(told: Told, name: str) -> set[str]:
    """The services that have an endpoint in the VPC of that name."""
    return {endpoint["ServiceName"].rsplit(".", 1)[1] for endpoint in endpoints_of(told, name)}


def test_the_account_holds_the_six_triggers_and_their_networks_alone(told: Told) -> None:
    account, story = told
    listed = account.functions.list_event_source_mappings()["EventSourceMappings"]
    assert [item["UUID"] for item in listed] == [
        story.orders_through_nat,
        story.payments_without_sts,
        story.shipments_refused_by_endpoint,
        story.clickstream_provisioned,
        story.invoices_healthy,
        story.returns_denied_by_network_acl,
    ]
    names = {tag["Value"] for vpc in account.ec2.describe_vpcs()["Vpcs"] for tag in vpc["Tags"]}
    assert names == {"orders", "payments", "shipments", "clickstream", "invoices", "returns"}
    assert not any(vpc["IsDefault"] for vpc in account.ec2.describe_vpcs()["Vpcs"])


def test_orders_are_read_from_three_brokers_in_three_zones_through_a_nat_gateway(told: Told) -> None:
    account, story = told
    trigger = mapping(told, story.orders_through_nat)
    servers = trigger["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"]
    vpc_id = network_of(told, "orders")["VpcId"]
    brokers = {
        item["PrivateIpAddress"]: item["AvailabilityZone"]
        for item in account.interfaces(vpc_id, interface_type="interface")
    }
    assert [server.split(":")[0] for server in servers] == list(brokers)
    assert len(set(brokers.values())) == 3
    assert services_of(told, "orders") == set()
    gateways = account.ec2.describe_nat_gateways()["NatGateways"]
    assert [(item["VpcId"], item["State"]) for item in gateways] == [(vpc_id, "available")]


def test_payments_have_an_endpoint_for_lambda_and_none_for_sts(told: Told) -> None:
    assert ":cluster/payments/" in mapping(told, told[1].payments_without_sts)["EventSourceArn"]
    assert services_of(told, "payments") == {"lambda"}


def test_shipments_have_endpoints_whose_group_does_not_admit_the_trigger(told: Told) -> None:
    account, story = told
    access = mapping(told, story.shipments_refused_by_endpoint)["SourceAccessConfigurations"]
    trigger_group = access[-1]["URI"].removeprefix("security_group:")
    assert services_of(told, "shipments") == {"lambda", "sts"}
    for endpoint in endpoints_of(told, "shipments"):
        ids = [group["GroupId"] for group in endpoint["Groups"]]
        groups = account.ec2.describe_security_groups(GroupIds=ids)["SecurityGroups"]
        pairs = [
            pair for group in groups for rule in group["IpPermissions"] for pair in rule["UserIdGroupPairs"]
        ]
        assert trigger_group not in {pair["GroupId"] for pair in pairs}


def test_the_clickstream_is_read_in_provisioned_mode_without_endpoints(told: Told) -> None:
    trigger = mapping(told, told[1].clickstream_provisioned)
    assert trigger["ProvisionedPollerConfig"] == {"MinimumPollers": 1, "MaximumPollers": 10}
    assert services_of(told, "clickstream") == set()


def test_invoices_have_an_endpoint_for_every_service_their_poller_calls(told: Told) -> None:
    trigger = mapping(told, told[1].invoices_healthy)
    assert trigger["SourceAccessConfigurations"][0]["Type"] == "SASL_SCRAM_512_AUTH"
    assert services_of(told, "invoices") == {"lambda", "sts", "secretsmanager"}
    assert all(endpoint["PrivateDnsEnabled"] for endpoint in endpoints_of(told, "invoices"))


def test_returns_have_endpoints_in_a_subnet_whose_network_acl_lets_no_https_in(told: Told) -> None:
    (subnet_id,) = {item for endpoint in endpoints_of(told, "returns") for item in endpoint["SubnetIds"]}
    of_subnet = [{"Name": "association.subnet-id", "Values": [subnet_id]}]
    (acl,) = told[0].ec2.describe_network_acls(Filters=of_subnet)["NetworkAcls"]
    first = min((entry for entry in acl["Entries"] if not entry["Egress"]), key=lambda e: e["RuleNumber"])
    assert (first["RuleAction"], first["PortRange"]) == ("deny", {"From": 443, "To": 443})
    access = mapping(told, told[1].returns_denied_by_network_acl)["SourceAccessConfigurations"]
    assert f"subnet:{subnet_id}" not in {item["URI"] for item in access}
    assert services_of(told, "returns") == {"lambda", "sts"}


def test_it_can_be_told_in_several_regions_of_an_account_also_with_two_zones() -> None:
    with aws() as running:
        for region in ("us-west-1", "eu-central-1"):
            session = running.session(region)
            build(session)
            functions: Any = session.client("lambda")
            assert len(functions.list_event_source_mappings()["EventSourceMappings"]) == 6
