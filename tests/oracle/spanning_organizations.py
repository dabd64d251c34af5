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
    route_item,
)

APP, NET, DATA, NAMES = "100000000001", "200000000002", "300000000003", "400000000004"
CIDRS = {"spoke": "10.1.0.0/16", "hub": "10.2.0.0/16", "data": "10.3.0.0/16"}
SERVICES = ("lambda", "sts")
WORK = {"a": "10.1.1.0/24", "b": "10.1.2.0/24"}
SECOND = "100.64.0.0/16"


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
    trigger_zones: str = "ab"
    routes: str = "blocks"
    own_sts: bool = False
    second_block: bool = False
    twin: bool = False
    appliance: bool = False
    egress: bool = False


def plans() -> st.SearchStrategy[Plan]:
    """Every plan there is."""
    admits = st.sampled_from(["cidr", "cidr", "subnets", "group"])
    return st.builds(
        Plan,
        shared=st.booleans(),
        own_link_subnets=st.booleans(),
        hub_by=st.sampled_from(["transit", "transit", "peering", "two gateways"]),
        data_by=st.sampled_from(["transit", "peering", "two gateways", "spoke"]),
        hub_zones=st.sampled_from(["ab", "ab", "bc", "c", "a", "abc"]),
        data_zones=st.sampled_from(["ab", "b", "c"]),
        names=st.sampled_from(NAMINGS),
        endpoint_admits=admits,
        broker_admits=admits,
        trigger_lets_out=st.sampled_from(["all", "all", "cidr", "group"]),
        references=st.booleans(),
        trigger_zones=st.sampled_from(["ab", "ab", "a", "b"]),
        routes=st.sampled_from(["blocks", "blocks", "default", "prefix list"]),
        own_sts=st.booleans(),
        second_block=st.booleans(),
        twin=st.booleans(),
        appliance=st.booleans(),
        egress=st.booleans(),
    )


def build(plan: Plan) -> Estate:
    """The organization of a plan."""
    estate = Estate()
    estate.responses(APP)
    owner = NET if plan.shared else APP
    estate.vpc("spoke", owner, CIDRS["spoke"]).vpc("hub", NET, CIDRS["hub"])
    estate.vpc("data", DATA, CIDRS["data"], *([SECOND] if plan.second_block else []))
    for zone, cidr in WORK.items():
        estate.subnet(f"work-{zone}", "spoke", cidr, zone, shared_with=APP if plan.shared else "")
    for zone in plan.hub_zones:
        estate.subnet(f"ends-{zone}", "hub", f"10.2.{'abc'.index(zone)}.0/24", zone)
    for zone in plan.data_zones:
        estate.subnet(f"kafka-{zone}", "data", f"{_kafka(plan)}.{'abc'.index(zone)}.0/24", zone)
    _groups(estate, plan)
    _endpoints(estate, plan)
    servers = _brokers(estate, plan)
    _names(estate, plan)
    _joins(estate, plan)
    if plan.twin:
        _twin(estate)
    if plan.egress:
        _egress(estate, plan)
    return estate.trigger(APP, [f"work-{zone}" for zone in plan.trigger_zones], "poller", servers)


def _kafka(plan: Plan) -> str:
    """Where the brokers' subnets are numbered."""
    return "100.64" if plan.second_block else "10.3"


def _egress(estate: Estate, plan: Plan) -> None:
    """A VPC with a NAT gateway a zone, to which the spoke's default route leads over the hub's gateway.
    vpc/latest/tgw/transit-gateway-nat-igw"""
    if not estate.all("DescribeTransitGateways"):
        estate.gateway("org", NET, "spokes", "shared", references=plan.references)
        _attach(estate, plan, "org", "spoke", "spokes", ["shared"])
    estate.vpc("egress", NET, "10.4.0.0/16").internet_gateway("egress")
    for n, zone in enumerate("ab"):
        estate.subnet(f"nat-{zone}", "egress", f"10.4.{n}.0/24", zone).nat(zone, f"nat-{zone}", f"10.4.{n}.9")
        estate.subnet(f"egress-link-{zone}", "egress", f"10.4.255.{16 * n}/28", zone)
        estate.table(f"egress-link-{zone}", "egress", f"egress-link-{zone}")
        estate.route(f"egress-link-{zone}", "0.0.0.0/0", f"nat-{zone}")
    estate.route("egress", "0.0.0.0/0", "igw-egress").route("egress", CIDRS["spoke"], "tgw-org")
    estate.attach("org", "egress", ["egress-link-a", "egress-link-b"], "shared", [])
    estate.transit_route("spokes", "0.0.0.0/0", "org", "egress")
    (table,) = estate.found("DescribeRouteTables", "rtb-spoke")
    if not any(each.get("DestinationCidrBlock") == "0.0.0.0/0" for each in table["Routes"]):
        estate.route("spoke", "0.0.0.0/0", "tgw-org")


def _twin(estate: Estate) -> None:
    """A further VPC with the hub's very block, peered with the spoke for one part of it.
    vpc/latest/peering/peering-configurations-partial-access"""
    estate.vpc("twin", DATA, CIDRS["hub"]).subnet("twin", "twin", "10.2.77.0/24")
    estate.interface("twin", "twin", "10.2.77.10", "twin")
    estate.group("twin", "twin", [admit()])
    estate.peering("twin", "spoke", "twin")
    estate.route("spoke", "10.2.77.0/24", "pcx-twin").route("twin", CIDRS["spoke"], "pcx-twin")


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
        "cidr": [admit(443, CIDRS["hub"], CIDRS["spoke"]), admit(BROKER_PORT, CIDRS[home], SECOND)],
        "group": [admit(443, groups=["ends", "own"]), admit(BROKER_PORT, groups=["kafka"])],
    }
    estate.group("poller", "spoke", [], out[plan.trigger_lets_out], by=APP)


def _endpoints(estate: Estate, plan: Plan) -> None:
    for n, service in enumerate(SERVICES):
        seats = {f"ends-{zone}": f"10.2.{'abc'.index(zone)}.{10 + n}" for zone in plan.hub_zones}
        estate.endpoint(service, "hub", seats, "ends")
    if plan.own_sts:
        estate.group("own", "spoke", [admit(443, groups=["poller"])])
        estate.endpoint("sts", "spoke", {"work-a": "10.1.1.11"}, "own", PrivateDnsEnabled=True)


def _brokers(estate: Estate, plan: Plan) -> list[str]:
    """Brokers at the twentieth address of their subnets."""
    zones, stem, base = plan.data_zones, "kafka", _kafka(plan)
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
    for service in SERVICES[:1] if plan.own_sts else SERVICES:
        found = alias(dns_name(service), _alias_target(plan, service))
        if plan.names == "addresses":
            values = [f"10.2.{'abc'.index(z)}.{10 + SERVICES.index(service)}" for z in plan.hub_zones]
            found = record(dns_name(service), "A", *values)
        estate.zone(service, NAMES, dns_name(service), [found], *to)
    if plan.names == "profile of zones":
        brought = SERVICES[:1] if plan.own_sts else SERVICES
        estate.profile("central", "spoke", *(f"arn:aws:route53:::hostedzone/Z{s.upper()}" for s in brought))


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
        _route(estate, plan, "spoke", vpc, "tgw-org")
        estate.route(vpc, CIDRS["spoke"], "tgw-org")
    for vpc in peered:
        estate.peering(vpc, "spoke", vpc)
        _route(estate, plan, "spoke", vpc, f"pcx-{vpc}")
        estate.route(vpc, CIDRS["spoke"], f"pcx-{vpc}")
    if beyond:
        estate.gateway("far", DATA, "all", references=plan.references)
        estate.peer_gateways("org", "far", ("shared", "all"))
        estate.route_to_peer("all", CIDRS["spoke"], ("org", "far"), "org")
    for vpc in beyond:
        _attach(estate, plan, "far", vpc, "all", ["all"])
        for block in _blocks(plan, vpc):
            estate.route_to_peer("spokes", block, ("org", "far"), "far")
        _route(estate, plan, "spoke", vpc, "tgw-org")
        estate.route(vpc, CIDRS["spoke"], "tgw-far")


def _blocks(plan: Plan, vpc: str) -> list[str]:
    return [CIDRS[vpc], SECOND] if vpc == "data" and plan.second_block else [CIDRS[vpc]]


def _route(estate: Estate, plan: Plan, table: str, vpc: str, target: str) -> None:
    """By the far VPC's blocks, by a prefix list of them, or to a gateway by default."""
    blocks = _blocks(plan, vpc)
    (found,) = estate.found("DescribeRouteTables", f"rtb-{table}")
    if plan.routes == "default" and target.startswith("tgw-"):
        blocks = ["0.0.0.0/0"]
    if plan.routes == "prefix list":
        name = f"pl-{vpc}"
        estate.prefix_list(vpc, found["OwnerId"], *blocks)
        route = route_item("", target) | {"DestinationPrefixListId": name}
        del route["DestinationCidrBlock"]
        found["Routes"].append(route)
        return
    written = {each.get("DestinationCidrBlock") for each in found["Routes"]}
    for block in blocks:
        if block not in written:
            estate.route(table, block, target)


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
    for each in estate.found("DescribeTransitGatewayVpcAttachments", f"tgw-attach-{gateway}-{vpc}"):
        each["Options"]["ApplianceModeSupport"] = "enable" if plan.appliance else "disable"
