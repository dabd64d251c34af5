"""Hub-and-spoke organizations to try: a spoke's poller, a hub with central endpoints, brokers elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.networks.corpora_estate import Estate
from tests.networks.corpora_shapes import (
    BROKER_PORT,
    REGION,
    admit,
    alias,
    dns_name,
    endpoint_id,
    endpoint_name,
    record,
)

APP, NET, DATA, NAMES = "100000000001", "200000000002", "300000000003", "400000000004"
CIDRS = {"spoke": "10.1.0.0/16", "hub": "10.2.0.0/16", "data": "10.3.0.0/16"}
SERVICES = ("lambda", "sts")
WORK = {"a": "10.1.1.0/24", "b": "10.1.2.0/24"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How an organization is built; every plan is healthy until something is changed."""

    shared: bool = False
    own_link_subnets: bool = True
    hub_by: str = "transit"
    data_by: str = "transit"
    hub_zones: str = "ab"
    data_zones: str = "ab"
    names: str = "alias"
    endpoint_admits: str = "cidr"
    broker_admits: str = "cidr"
    trigger_lets_out: str = "all"
    references: bool = True


def plans() -> st.SearchStrategy[Plan]:
    """Every plan there is."""
    admits = st.sampled_from(["cidr", "cidr", "subnets", "group"])
    return st.builds(
        Plan,
        shared=st.booleans(),
        own_link_subnets=st.booleans(),
        hub_by=st.sampled_from(["transit", "transit", "peering", "two gateways"]),
        data_by=st.sampled_from(["transit", "peering", "two gateways", "spoke"]),
        hub_zones=st.sampled_from(["ab", "ab", "bc", "c", "a"]),
        data_zones=st.sampled_from(["ab", "b", "c"]),
        names=st.sampled_from(NAMINGS),
        endpoint_admits=admits,
        broker_admits=admits,
        trigger_lets_out=st.sampled_from(["all", "all", "cidr", "group"]),
        references=st.booleans(),
    )


def build(plan: Plan) -> Estate:
    """The organization of a plan."""
    estate = Estate()
    estate.responses(APP)
    owner = NET if plan.shared else APP
    estate.vpc("spoke", owner, CIDRS["spoke"]).vpc("hub", NET, CIDRS["hub"]).vpc("data", DATA, CIDRS["data"])
    for zone, cidr in WORK.items():
        estate.subnet(f"work-{zone}", "spoke", cidr, zone, shared_with=APP if plan.shared else "")
    for zone in plan.hub_zones:
        estate.subnet(f"ends-{zone}", "hub", f"10.2.{'abc'.index(zone)}.0/24", zone)
    for zone in plan.data_zones:
        estate.subnet(f"kafka-{zone}", "data", f"10.3.{'abc'.index(zone)}.0/24", zone)
    _groups(estate, plan)
    _endpoints(estate, plan)
    servers = _brokers(estate, plan)
    _names(estate, plan)
    _joins(estate, plan)
    return estate.trigger(APP, [f"work-{zone}" for zone in WORK], "poller", servers)


def _groups(estate: Estate, plan: Plan) -> None:
    letting_in = {
        "cidr": ([CIDRS["spoke"]], []),
        "subnets": (list(WORK.values()), []),
        "group": ([], ["poller"]),
    }
    blocks, groups = letting_in[plan.endpoint_admits]
    estate.group("ends", "hub", [admit(443, *blocks, groups=groups)])
    blocks, groups = letting_in[plan.broker_admits]
    home = "spoke" if plan.data_by == "spoke" else "data"
    estate.group("kafka", home, [admit(BROKER_PORT, *blocks, groups=groups)])
    out = {
        "all": [admit()],
        "cidr": [admit(443, CIDRS["hub"]), admit(BROKER_PORT, CIDRS[home])],
        "group": [admit(443, groups=["ends"]), admit(BROKER_PORT, groups=["kafka"])],
    }
    estate.group("poller", "spoke", [], out[plan.trigger_lets_out], by=APP)


def _endpoints(estate: Estate, plan: Plan) -> None:
    for n, service in enumerate(SERVICES):
        seats = {f"ends-{zone}": f"10.2.{'abc'.index(zone)}.{10 + n}" for zone in plan.hub_zones}
        estate.endpoint(service, "hub", seats, "ends")


def _brokers(estate: Estate, plan: Plan) -> list[str]:
    """Brokers at the twentieth address of their subnets."""
    zones, stem, base = plan.data_zones, "kafka", "10.3"
    if plan.data_by == "spoke":
        zones, stem, base = "ab", "work", "10.1"
    servers = []
    for zone in zones:
        number = "abc".index(zone) + (1 if stem == "work" else 0)
        address = f"{base}.{number}.20"
        estate.interface(f"broker-{zone}", f"{stem}-{zone}", address, "kafka")
        servers.append(f"{address}:{BROKER_PORT}")
    return servers


# -- names ----------------------------------------------------------------------------------------------

NAMINGS = ("alias", "alias", "zonal", "addresses", "parent", "wildcard", "profile of zones", "profile")


def _names(estate: Estate, plan: Plan) -> None:
    if plan.names == "profile":
        arns = [f"arn:aws:ec2:{REGION}:{NET}:vpc-endpoint/{endpoint_id(each, 'hub')}" for each in SERVICES]
        estate.profile("central", "spoke", *arns)
        return
    if plan.names in ("parent", "wildcard"):
        _parent(estate, plan)
        return
    to = () if plan.names == "profile of zones" else ("spoke",)
    for service in SERVICES:
        found = alias(dns_name(service), _alias_target(plan, service))
        if plan.names == "addresses":
            values = [f"10.2.{'abc'.index(z)}.{10 + SERVICES.index(service)}" for z in plan.hub_zones]
            found = record(dns_name(service), "A", *values)
        estate.zone(service, NAMES, dns_name(service), [found], *to)
    if plan.names == "profile of zones":
        estate.profile("central", "spoke", *(f"arn:aws:route53:::hostedzone/Z{s.upper()}" for s in SERVICES))


def _alias_target(plan: Plan, service: str) -> str:
    return endpoint_name(service, "hub", plan.hub_zones[0] if plan.names == "zonal" else "")


def _parent(estate: Estate, plan: Plan) -> None:
    """One zone for all services of the Region; one of them may be what a wildcard answers."""
    domain = f"{REGION}.amazonaws.com"
    found = [alias(dns_name(service), endpoint_name(service, "hub")) for service in SERVICES]
    if plan.names == "wildcard":
        found[0] = alias(f"*.{domain}", endpoint_name(SERVICES[0], "hub"))
    estate.zone("all", NAMES, domain, found, "spoke")


# -- joins ----------------------------------------------------------------------------------------------


def _joins(estate: Estate, plan: Plan) -> None:
    ways = {"hub": plan.hub_by, "data": plan.data_by}
    over_transit = [vpc for vpc, by in ways.items() if by == "transit"]
    peered = [vpc for vpc, by in ways.items() if by == "peering"]
    beyond = [vpc for vpc, by in ways.items() if by == "two gateways"]
    if over_transit or beyond:
        estate.gateway("org", NET, "spokes", "shared", references=plan.references)
        _attach(estate, plan, "org", "spoke", "spokes", ["shared"])
    for vpc in over_transit:
        _attach(estate, plan, "org", vpc, "shared", ["spokes"])
        estate.route("spoke", CIDRS[vpc], "tgw-org").route(vpc, CIDRS["spoke"], "tgw-org")
    for vpc in peered:
        estate.peering(vpc, "spoke", vpc)
        estate.route("spoke", CIDRS[vpc], f"pcx-{vpc}").route(vpc, CIDRS["spoke"], f"pcx-{vpc}")
    if beyond:
        estate.gateway("far", DATA, "all", references=plan.references)
        estate.peer_gateways("org", "far", ("shared", "all"))
        estate.route_to_peer("all", CIDRS["spoke"], ("org", "far"), "org")
    for vpc in beyond:
        _attach(estate, plan, "far", vpc, "all", ["all"])
        estate.route_to_peer("spokes", CIDRS[vpc], ("org", "far"), "far")
        estate.route("spoke", CIDRS[vpc], "tgw-org").route(vpc, CIDRS["spoke"], "tgw-far")


def _attach(estate: Estate, plan: Plan, gateway: str, vpc: str, table: str, to: list[str]) -> None:
    """By subnets of their own, one a zone, or by the subnets in which everything else is."""
    stem = {"spoke": "work", "hub": "ends", "data": "kafka"}[vpc]
    zones = {"spoke": "ab", "hub": plan.hub_zones, "data": plan.data_zones}[vpc]
    names = [f"{stem}-{zone}" for zone in zones]
    if plan.own_link_subnets:
        names = [f"{vpc}-link-{zone}" for zone in zones]
        base = CIDRS[vpc].removesuffix(".0.0/16")
        for zone in zones:
            estate.subnet(f"{vpc}-link-{zone}", vpc, f"{base}.255.{16 * 'abc'.index(zone)}/28", zone)
    estate.attach(gateway, vpc, names, table, propagates=to)
