"""What a broker's host name resolves to inside a VPC."""

from __future__ import annotations

import pytest

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.ranges import dotted
from tests.networks.builder import Scenario
from tests.networks.healthy import healthy
from tests.networks.judging import reach
from tests.networks.shapes import Json, interface_id, vpc_id


def resolved(scenario: Scenario, host: str) -> list[str]:
    """The addresses of a host name; empty if it does not resolve."""
    found = reach(scenario)
    addresses = found.names.addresses_of_host(found.network.parts.vpcs[vpc_id()], host)
    return [] if isinstance(addresses, Doubt) else [dotted(number) for number in addresses]


def zoned(name: str, *records: Json, scenario: Scenario | None = None) -> Scenario:
    """The healthy network with a private hosted zone of the VPC."""
    scenario = scenario or healthy()
    zones = scenario.responses["route53:ListHostedZonesByVPC"][vpc_id()]["HostedZoneSummaries"]
    zones.append(
        {"HostedZoneId": f"Z{len(zones)}", "Name": f"{name}.", "Owner": {"OwningAccount": "111122223333"}}
    )
    sets = scenario.responses["route53:ListResourceRecordSets"]
    sets[f"Z{len(zones) - 1}"] = {"ResourceRecordSets": list(records)}
    return scenario


def a(name: str, *values: str) -> Json:
    return {
        "Name": f"{name}.",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": each} for each in values],
    }


def cname(name: str, target: str) -> Json:
    return {"Name": f"{name}.", "Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": f"{target}."}]}


def test_an_address_is_itself() -> None:
    """Written as people write it."""
    assert resolved(healthy(), "10.0.0.132") == ["10.0.0.132"]
    assert resolved(healthy(), "10.0.0.332") == []


@pytest.mark.parametrize("host", ["ip-10-0-0-132.ec2.internal", "IP-10-0-0-132.EC2.INTERNAL."])
def test_an_ec2_private_name_is_its_interface_s_address(host: str) -> None:
    """Names have no case, and may end in a dot."""
    assert resolved(healthy(), host) == ["10.0.0.132"]


def test_an_ec2_private_name_carries_its_address_even_if_nothing_has_it() -> None:
    """us-east-1 and the other Regions write it differently."""
    assert resolved(healthy(), "ip-10-0-0-99.ec2.internal") == ["10.0.0.99"]
    assert resolved(healthy(), "ip-10-0-0-99.eu-west-1.compute.internal") == ["10.0.0.99"]
    assert resolved(healthy(), "ip-10-0-0-999.ec2.internal") == []


def test_a_resource_name_is_its_instance_s_address() -> None:
    """EC2 resource-based names."""
    scenario = healthy().change(interface_id("broker-a"), Attachment={"InstanceId": "i-0abc"})
    assert resolved(scenario, "i-0abc.us-east-1.compute.internal") == ["10.0.0.132"]


def test_a_record_of_a_private_zone_answers_with_all_its_addresses() -> None:
    """Every one is a broker's."""
    assert resolved(zoned("internal", a("kafka.internal", "10.0.0.132", "10.0.0.148")), "kafka.internal") == [
        "10.0.0.132",
        "10.0.0.148",
    ]


def test_a_cname_is_followed_also_into_another_zone() -> None:
    """As long as private zones answer."""
    scenario = zoned("internal", cname("kafka.internal", "one.kafka.local"))
    assert resolved(
        zoned("kafka.local", a("one.kafka.local", "10.0.0.132"), scenario=scenario), "kafka.internal"
    ) == ["10.0.0.132"]


def test_a_cname_to_a_public_name_does_not_resolve() -> None:
    """Public zones are not read."""
    assert resolved(zoned("internal", cname("kafka.internal", "kafka.example.com")), "kafka.internal") == []


def test_wildcards_answer_for_names_without_records_of_their_own() -> None:
    """Route 53 writes the star in octal."""
    scenario = zoned("internal", a(r"\052.internal", "10.0.0.132"), a("b.internal", "10.0.0.148"))
    assert resolved(scenario, "a.internal") == ["10.0.0.132"]
    assert resolved(scenario, "x.y.internal") == ["10.0.0.132"]
    assert resolved(scenario, "b.internal") == ["10.0.0.148"]
    assert resolved(scenario, "internal") == []


def test_the_longest_zone_wins_even_with_nothing() -> None:
    """A zone without a record says that there is no such name."""
    scenario = zoned("internal", a("x.kafka.internal", "10.0.0.132"))
    assert resolved(scenario, "x.kafka.internal") == ["10.0.0.132"]
    assert resolved(zoned("kafka.internal", scenario=scenario), "x.kafka.internal") == []


def test_a_zone_is_matched_by_whole_labels() -> None:
    """`xinternal` is not in `internal`."""
    assert resolved(zoned("internal", a("kafka.xinternal", "10.0.0.132")), "kafka.xinternal") == []


def test_without_dns_support_private_zones_do_not_answer() -> None:
    """The VPC's resolver is off."""
    scenario = zoned("internal", a("kafka.internal", "10.0.0.132"))
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()]["EnableDnsSupport"] = {"Value": False}
    assert resolved(scenario, "kafka.internal") == []


def test_zones_that_a_service_owns_are_not_the_customer_s() -> None:
    """Endpoints' own private DNS shows up as zones of `vpce.amazonaws.com`."""
    scenario = zoned("kafka.internal")
    scenario.responses["route53:ListHostedZonesByVPC"][vpc_id()]["HostedZoneSummaries"][0]["Owner"] = {
        "OwningService": "vpce.amazonaws.com"
    }
    zoned("internal", a("kafka.internal", "10.0.0.132"), scenario=scenario)
    scenario.responses["route53:ListResourceRecordSets"]["Z1"]["ResourceRecordSets"] = [
        a("kafka.internal", "10.0.0.132")
    ]
    assert resolved(scenario, "kafka.internal") == ["10.0.0.132"]


def test_records_that_were_not_read_are_named() -> None:
    """With the zone and the account that owns it."""
    scenario = zoned("internal").absent("route53:ListResourceRecordSets", "Z0")
    found = reach(scenario)
    doubt = found.names.addresses_of_host(found.network.parts.vpcs[vpc_id()], "kafka.internal")
    assert isinstance(doubt, Doubt)
    assert doubt.kind is DoubtKind.UNRESOLVED
    assert "route53:ListResourceRecordSets Z0" in doubt.text


def test_an_endless_chain_of_cnames_ends() -> None:
    """In nothing."""
    scenario = zoned("internal", cname("a.internal", "b.internal"), cname("b.internal", "a.internal"))
    assert resolved(scenario, "a.internal") == []
