"""Hand-written networks about network ACLs."""

from __future__ import annotations

from tests.networks.builder import Scenario
from tests.networks.cases import case, healthy
from tests.networks.shapes import Json, acl_id, entry, open_entries

ALL_TRIGGER = ("trigger-a", "trigger-b", "trigger-c")
ALL_BROKER = ("broker-a", "broker-b", "broker-c")
ALL_ENDPOINT = ("endpoint-a", "endpoint-b")
FOUR_ENDPOINTS = ("lambda", "sts", "secretsmanager", "destination")


def _acl(subnets: tuple[str, ...], *entries: Json) -> Scenario:
    return healthy().acl("own", entries, subnets)


def _endpoints_in_a_trigger_subnet(*entries: Json) -> Scenario:
    scenario = healthy().trigger_subnets("trigger-a", "trigger-b")
    for service in ("lambda", "sts", "secretsmanager", "sqs"):
        scenario.without_endpoint(service).endpoint(service, ["trigger-a"])
    return scenario.acl("own", entries, ["trigger-b"])


def _endpoints(reason: str) -> dict[str, str]:
    return dict.fromkeys(FOUR_ENDPOINTS, reason)


OWN = acl_id("own")
OUT, IN = True, False
CASES = (
    case(
        "an ACL that is open in other words",
        lambda: _acl(
            ALL_TRIGGER,
            entry(7, "allow", egress=OUT, cidr="0.0.0.0/1"),
            entry(8, "allow", egress=OUT, cidr="128.0.0.0/1"),
            entry(9, "allow", egress=IN, ports=(1024, 40000)),
            entry(10, "allow", egress=IN, ports=(40001, 65535)),
        ),
    ),
    case(
        "the trigger subnets' ACL stops 443 on the way out",
        lambda: _acl(ALL_TRIGGER, entry(90, "deny", egress=OUT, ports=(443, 443)), *open_entries()),
        _endpoints("network-acl-denies"),
        blocker=OWN,
    ),
    case(
        "the endpoint subnets' ACL stops 443 on the way in",
        lambda: _acl(ALL_ENDPOINT, entry(90, "deny", egress=IN, ports=(443, 443)), *open_entries()),
        _endpoints("network-acl-denies"),
        blocker=OWN,
    ),
    case(
        "the endpoint subnets' ACL stops the answers",
        lambda: _acl(ALL_ENDPOINT, entry(90, "deny", egress=OUT, ports=(1024, 65535)), *open_entries()),
        _endpoints("network-acl-denies"),
        blocker=OWN,
    ),
    case(
        "the trigger subnets' ACL stops all answers",
        lambda: _acl(
            ALL_TRIGGER, entry(100, "allow", egress=OUT), entry(100, "allow", egress=IN, ports=(443, 443))
        ),
        {**_endpoints("network-acl-denies"), "broker_access": "network-acl-denies"},
        blocker=OWN,
    ),
    case(
        "the trigger subnets' ACL lets part of the return ports in",
        lambda: _acl(
            ALL_TRIGGER, entry(100, "allow", egress=OUT), entry(100, "allow", egress=IN, ports=(32768, 65535))
        ),
        {**_endpoints("partial"), "broker_access": "partial"},
        blocker=OWN,
    ),
    case(
        "one missing return port is partial",
        lambda: _acl(ALL_TRIGGER, entry(90, "deny", egress=IN, ports=(40000, 40000)), *open_entries()),
        {**_endpoints("partial"), "broker_access": "partial"},
        blocker=OWN,
    ),
    case(
        "an ACL of one trigger subnet of three is partial",
        lambda: _acl(("trigger-b",)),
        {**_endpoints("partial"), "broker_access": "partial"},
        blocker=OWN,
    ),
    case(
        "an ACL of one endpoint subnet of two is partial",
        lambda: _acl(("endpoint-b",)),
        _endpoints("partial"),
        blocker=OWN,
    ),
    case(
        "an ACL of one broker subnet closes one broker",
        lambda: _acl(("broker-c",)),
        {"broker_access": "network-acl-denies"},
        blocker=OWN,
    ),
    case(
        "the broker subnets' ACL stops the broker port",
        lambda: _acl(ALL_BROKER, entry(90, "deny", egress=IN, ports=(9000, 9100)), *open_entries()),
        {"broker_access": "network-acl-denies"},
        blocker=OWN,
    ),
    case(
        "a low deny covers only the part that it names",
        lambda: _acl(ALL_ENDPOINT, entry(90, "deny", egress=IN, cidr="10.0.0.8/29"), *open_entries()),
        _endpoints("partial"),
        blocker=OWN,
    ),
    case(
        "a low deny of other addresses does not matter",
        lambda: _acl(ALL_ENDPOINT, entry(90, "deny", egress=IN, cidr="10.0.0.128/25"), *open_entries()),
    ),
    case(
        "a deny with a high number comes too late",
        lambda: _acl(ALL_ENDPOINT, entry(200, "deny", egress=IN), *open_entries()),
    ),
    case(
        "the order in the file means nothing",
        lambda: _acl(ALL_ENDPOINT, *open_entries(), entry(50, "deny", egress=IN)),
        _endpoints("network-acl-denies"),
        blocker=OWN,
    ),
    case(
        "an ACL with nothing but the closing entries denies",
        lambda: _acl(ALL_BROKER),
        {"broker_access": "network-acl-denies"},
        blocker=OWN,
    ),
    case(
        "an ACL is not asked inside one subnet",
        lambda: _endpoints_in_a_trigger_subnet(*open_entries()).acl_of("default", ["trigger-a"]),
    ),
    case(
        "an ACL is asked between two trigger subnets",
        lambda: _endpoints_in_a_trigger_subnet(),
        {**_endpoints("partial"), "broker_access": "partial"},
        blocker=OWN,
    ),
    case(
        "udp and IPv6 entries of an ACL do not stop TCP over IPv4",
        lambda: _acl(
            ALL_ENDPOINT,
            entry(10, "deny", egress=IN, ports=(0, 65535), protocol="17"),
            entry(11, "deny", egress=OUT, cidr="::/0"),
            *open_entries(),
        ),
    ),
    case(
        "an ACL that allows IPv6 only denies IPv4",
        lambda: _acl(
            ALL_BROKER,
            entry(100, "allow", egress=OUT, cidr="::/0"),
            entry(100, "allow", egress=IN, cidr="::/0"),
        ),
        {"broker_access": "network-acl-denies"},
        blocker=OWN,
    ),
    case(
        "a subnet without association uses the default ACL",
        lambda: (
            healthy()
            .change(acl_id("default"), Associations=[])
            .acl_entry("default", entry(50, "deny", egress=OUT, cidr="10.0.0.128/25", ports=(9092, 9092)))
        ),
        {"broker_access": "network-acl-denies"},
        blocker=acl_id("default"),
    ),
)
