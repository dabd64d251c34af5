"""The landing zone with one change each, and what every rule that is not green then says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.networks.changes_of_landscapes import (
    ENDPOINT_ARNS,
    EVERYTHING_TO_LAMBDA,
    IN_PARENT,
    ZONAL,
    ZONE_ARNS,
    associated_with,
    attachment_of,
    both,
    broker_in_hub,
    brokers_in_hub,
    canonical,
    dns_off,
    endpoint_group,
    endpoint_state,
    hairpin,
    named_brokers,
    nat_state,
    parent_zone,
    peered,
    policy,
    references_off,
    servers,
    shared_profile,
    suffix_zone,
    with_acl,
    with_profile,
    with_transit_route,
    without_kafka,
    without_route,
    without_transit_route,
    without_zones,
    zone_of,
)
from tests.networks.landscape import addresses, alias, endpoint_id, zone_id
from tests.networks.landscape_shapes import (
    CIDRS,
    NAMES,
    NETWORK,
    REGION,
    SERVICES,
    SHARED,
    SPOKE,
    SPOKES,
    TGW,
    UUID,
    Landscape,
    admit,
    entry,
)

ENDPOINTS = ("lambda-endpoint", "sts-endpoint", "secretsmanager-endpoint")
Expected = tuple[str, str, str]
"""Reason code, the first blocker's id and its account (both empty where there is none)."""


@dataclass(frozen=True)
class Change:
    """One change and what each rule that is not green then says."""

    make: Callable[[Landscape], object]
    expected: Mapping[str, Expected] = field(default_factory=dict)


def of_endpoints(reason: str, blocker: str, account: str) -> dict[str, Expected]:
    """The same for the three services."""
    return dict.fromkeys(ENDPOINTS, (reason, blocker, account))


NO_ZONES = without_zones(*SERVICES)
NO_DEFAULT = without_route("spoke", "rtb-spoke", "0.0.0.0/0")
NO_ENDPOINT = {"endpoint-ingress": ("no-endpoint", "", "")}
CENTRAL = {"lambda-endpoint": ("central-egress", TGW, NETWORK), "endpoint-ingress": ("no-endpoint", "", "")}


def in_doubt(blocker: str) -> dict[str, Expected]:
    """The small services, whose NAT was not seen to work."""
    return dict.fromkeys(ENDPOINTS[1:], ("not-modelled", blocker, NETWORK)) | CENTRAL


CHANGES: dict[str, Change] = {
    "nothing": Change(both()),
    # the way there and back
    "no return route in the hub": Change(
        without_route("network", "rtb-hub", "10.0.0.0/8"), of_endpoints("no-route", "rtb-hub", NETWORK)
    ),
    "the spoke's default route alone": Change(without_route("spoke", "rtb-spoke", "10.0.0.0/8")),
    "no route in the spoke": Change(
        without_route("spoke", "rtb-spoke", "10.0.0.0/8", "0.0.0.0/0"),
        of_endpoints("no-route", "rtb-spoke", SPOKE),
    ),
    "hub not propagated, default to egress": Change(
        without_transit_route(SPOKES, CIDRS["hub"]), of_endpoints("no-route", SPOKES, NETWORK)
    ),
    "spokes' table empty": Change(
        without_transit_route(SPOKES, CIDRS["hub"], "0.0.0.0/0"), of_endpoints("no-route", SPOKES, NETWORK)
    ),
    "static blackhole over a propagated route": Change(
        with_transit_route(SPOKES, CIDRS["hub"], "static", "blackhole"),
        of_endpoints("no-route", SPOKES, NETWORK),
    ),
    "wider blackhole": Change(with_transit_route(SPOKES, "10.0.0.0/8", "static", "blackhole")),
    "spoke not propagated back": Change(
        without_transit_route(SHARED, CIDRS["spoke"]), of_endpoints("no-route", SHARED, NETWORK)
    ),
    "attachment in the other table": Change(
        associated_with(SHARED), of_endpoints("no-route", SHARED, NETWORK)
    ),
    "attachment in no table": Change(
        associated_with(None), of_endpoints("no-route", "tgw-attach-spoke", SPOKE)
    ),
    "spoke's attachment in one zone": Change(
        attachment_of("spoke", SubnetIds=["subnet-spoke-tgw-a"]),
        of_endpoints("partial", "tgw-attach-spoke", SPOKE),
    ),
    "hub's attachment in one zone": Change(
        attachment_of("hub", SubnetIds=["subnet-hub-tgw-a"]),
        of_endpoints("partial", "tgw-attach-hub", NETWORK),
    ),
    "spoke's attachment waiting": Change(
        attachment_of("spoke", State="pendingAcceptance"),
        of_endpoints("no-route", "tgw-attach-spoke", SPOKE),
    ),
    "ACL around the hub's attachment": Change(
        with_acl(
            "network",
            "hub-tgw",
            "hub",
            NETWORK,
            entry(9, "deny", egress=True, block="10.0.0.0/20"),
            "subnet-hub-tgw-a",
            "subnet-hub-tgw-c",
        ),
        of_endpoints("network-acl-denies", "acl-hub-tgw", NETWORK),
    ),
    "ACL around the spoke's attachment, answers": Change(
        with_acl(
            "spoke",
            "spoke-tgw",
            "spoke",
            SPOKE,
            entry(9, "deny", egress=True, block="10.20.0.0/16"),
            "subnet-spoke-tgw-a",
            "subnet-spoke-tgw-c",
        ),
        of_endpoints("network-acl-denies", "acl-spoke-tgw", SPOKE),
    ),
    "ACL around one endpoint subnet": Change(
        with_acl(
            "network",
            "vpce",
            "hub",
            NETWORK,
            entry(9, "deny", egress=False, block="10.20.0.0/16"),
            "subnet-hub-vpce-c",
        ),
        of_endpoints("partial", "acl-vpce", NETWORK),
    ),
    "inspected on the way": Change(hairpin, of_endpoints("not-modelled", "vpc-insp", NETWORK)),
    # the endpoint
    "endpoint group by reference": Change(
        endpoint_group(admit(443, groups=["sg-trigger"])),
        {"endpoint-ingress": ("endpoint-ingress-denied", "sg-vpce", NETWORK)},
    ),
    "endpoint group admits one subnet": Change(
        endpoint_group(admit(443, "10.20.1.0/24")), {"endpoint-ingress": ("partial", "sg-vpce", NETWORK)}
    ),
    "endpoint policy for the organization": Change(
        policy({"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
        {"lambda-endpoint": ("endpoint-policy-denies", endpoint_id("lambda"), NETWORK)},
    ),
    "endpoint policy for the spoke's VPC": Change(
        policy({"StringEquals": {"aws:SourceVpc": "vpc-spoke"}}),
        {"lambda-endpoint": ("endpoint-policy-denies", endpoint_id("lambda"), NETWORK)},
    ),
    "endpoint policy for the hub's VPC": Change(policy({"StringEquals": {"aws:SourceVpc": "vpc-hub"}})),
    "failed endpoint": Change(
        endpoint_state("failed"),
        {"lambda-endpoint": ("endpoint-not-available", endpoint_id("lambda"), NETWORK)},
    ),
    # names
    "one zone not associated": Change(
        without_zones("lambda"), {"lambda-endpoint": ("central-egress", TGW, NETWORK)}
    ),
    "no zone and no default route": Change(
        both(without_zones("sts"), without_route("spoke", "rtb-spoke", "0.0.0.0/0")),
        {"sts-endpoint": ("no-path", zone_id("sts"), NAMES)},
    ),
    "one zone for all services": Change(parent_zone(*IN_PARENT)),
    "one zone without a record of lambda's": Change(
        parent_zone(*IN_PARENT[1:]), {"lambda-endpoint": ("no-path", zone_id("all"), NAMES)}
    ),
    "wildcard to one endpoint": Change(
        parent_zone(EVERYTHING_TO_LAMBDA),
        dict.fromkeys(ENDPOINTS[1:], ("no-path", zone_id("all"), NAMES)),
    ),
    "apex addresses": Change(zone_of("sts", addresses("sts", "10.0.1.11", "10.0.2.11"))),
    "apex without record": Change(zone_of("sts"), {"sts-endpoint": ("no-path", zone_id("sts"), NAMES)}),
    "one stale address": Change(
        zone_of("sts", addresses("sts", "10.0.1.11", "10.0.9.9")),
        {"sts-endpoint": ("partial", zone_id("sts"), NAMES)},
    ),
    "stale addresses only": Change(
        zone_of("sts", addresses("sts", "10.0.9.9")), {"sts-endpoint": ("no-path", zone_id("sts"), NAMES)}
    ),
    "alias to a zone's own name": Change(zone_of("sts", alias("sts", to=ZONAL))),
    "Profile of zones": Change(with_profile(*ZONE_ARNS)),
    "Profile of endpoints": Change(with_profile(*ENDPOINT_ARNS)),
    "Profile without one endpoint": Change(with_profile(*ENDPOINT_ARNS[:2])),
    "Profile that is not associated": Change(with_profile(*ZONE_ARNS, status="DELETING"), CENTRAL),
    "Profile that another account shares": Change(shared_profile),
    "address of another service's endpoint": Change(
        zone_of("lambda", addresses("lambda", "10.0.1.11")),
        {"lambda-endpoint": ("no-path", zone_id("lambda"), NAMES)},
    ),
    "addresses of two services' endpoints": Change(
        zone_of("lambda", addresses("lambda", "10.0.1.10", "10.0.2.11")),
        {"lambda-endpoint": ("partial", zone_id("lambda"), NAMES)},
    ),
    "alias to an endpoint that nobody has": Change(
        zone_of("lambda", alias("lambda", to=f"vpce-0f0f0f0f0f0f0f0f0-a.lambda.{REGION}.vpce.amazonaws.com")),
        dict.fromkeys(
            ("lambda-endpoint", "endpoint-ingress"), ("not-collected", "vpce-0f0f0f0f0f0f0f0f0", "")
        ),
    ),
    "one zone for all of AWS, by alias": Change(suffix_zone(*(alias(each) for each in SERVICES))),
    "one zone for all of AWS, by wildcard": Change(
        suffix_zone(alias("lambda", name="\\052.amazonaws.com.")),
        dict.fromkeys(ENDPOINTS[1:], ("no-path", zone_id("all"), NAMES)),
    ),
    "one zone for all of AWS, by CNAME": Change(
        suffix_zone(*(canonical(each) for each in SERVICES)),
        of_endpoints("no-path", zone_id("all"), NAMES) | NO_ENDPOINT,
    ),
    "DNS support of the spoke off": Change(
        both(dns_off("EnableDnsSupport"), NO_DEFAULT), of_endpoints("vpc-dns-disabled", "vpc-spoke", SPOKE)
    ),
    "DNS attributes of the spoke off, endpoint group closed": Change(
        both(dns_off("EnableDnsSupport", "EnableDnsHostnames"), NO_DEFAULT, endpoint_group()),
        of_endpoints("vpc-dns-disabled", "vpc-spoke", SPOKE)
        | {"endpoint-ingress": ("endpoint-ingress-denied", "sg-vpce", NETWORK)},
    ),
    "DNS host names of the spoke off, failed endpoint": Change(
        both(dns_off("EnableDnsHostnames"), NO_DEFAULT, endpoint_state("failed")),
        of_endpoints("vpc-dns-disabled", "vpc-spoke", SPOKE)
        | {"lambda-endpoint": ("endpoint-not-available", endpoint_id("lambda"), NETWORK)},
    ),
    # peering
    "peering": Change(peered),
    "peering and the endpoint's group by reference": Change(
        both(peered, endpoint_group(admit(443, groups=["sg-trigger"])))
    ),
    "peering without return route": Change(
        both(peered, without_route("network", "rtb-hub", CIDRS["spoke"])),
        of_endpoints("no-route", "rtb-hub", NETWORK),
    ),
    "peering that waits": Change(
        lambda found: peered(found, "pending-acceptance"), of_endpoints("no-route", "pcx-1", SPOKE)
    ),
    # central egress
    "central egress": Change(NO_ZONES, CENTRAL),
    "central egress, a NAT gateway failed": Change(
        both(NO_ZONES, nat_state("c", State="failed")), in_doubt("nat-c")
    ),
    "central egress, a private NAT gateway": Change(
        both(NO_ZONES, nat_state("a", ConnectivityType="private")), in_doubt("nat-a")
    ),
    "central egress, no way back to the spoke": Change(
        both(NO_ZONES, without_route("network", "rtb-egress-out", "10.0.0.0/8")), in_doubt("rtb-egress-out")
    ),
    "central egress, no transit route": Change(
        both(NO_ZONES, without_transit_route(SPOKES, "0.0.0.0/0")), in_doubt(SPOKES)
    ),
    # brokers
    "broker in the hub, group by reference": Change(broker_in_hub),
    "broker in the hub, references off at the gateway": Change(
        both(broker_in_hub, references_off), {"broker-access": ("broker-ingress-denied", "sg-kafka", NETWORK)}
    ),
    "broker in the hub, references off at an attachment": Change(
        both(broker_in_hub, attachment_of("spoke", Options={"SecurityGroupReferencingSupport": "disable"})),
        {"broker-access": ("broker-ingress-denied", "sg-kafka", NETWORK)},
    ),
    "broker in the hub, gone": Change(
        both(broker_in_hub, without_kafka), {"broker-access": ("broker-missing", "vpc-hub", NETWORK)}
    ),
    "brokers in the hub, two zones": Change(brokers_in_hub("a", "c")),
    "brokers in the hub, one zone": Change(
        brokers_in_hub("a", "a"), {"broker-redundancy": ("single-zone", UUID, SPOKE)}
    ),
    "brokers in the hub, no way to know": Change(
        both(lambda found: servers(found, "10.99.0.1", "10.99.0.2"), NO_DEFAULT),
        {
            "broker-access": ("no-route", SPOKES, NETWORK),
            "broker-redundancy": ("not-collected", "10.99.0.1:9094", ""),
        },
    ),
    "brokers by name": Change(named_brokers),
    "broker in the hub, no transit route": Change(
        both(broker_in_hub, without_transit_route(SPOKES, CIDRS["hub"])),
        of_endpoints("no-route", SPOKES, NETWORK) | {"broker-access": ("no-route", SPOKES, NETWORK)},
    ),
}
