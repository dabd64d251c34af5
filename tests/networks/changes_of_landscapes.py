"""Changes of the landing zone: each a fault, or a difference that is none, at one hop."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from tests.networks.landscape import (
    addresses,
    alias,
    answers,
    attachment,
    endpoint_id,
    endpoint_name,
    records,
    transit_route,
    vpc_attachment,
    zone_id,
    zone_summary,
)
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
    Json,
    Landscape,
    acl,
    admit,
    group,
    interface,
    route,
    subnets_of,
    table,
    vpc_of,
)

PARENT = f"{REGION}.amazonaws.com."


def tables(found: Landscape, side: str) -> dict[str, Json]:
    return {each["RouteTableId"]: each for each in answers(found[side], "ec2:DescribeRouteTables")}


def without_route(side: str, table_id: str, *blocks: str) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        routes = tables(found, side)[table_id]["Routes"]
        routes[:] = [each for each in routes if each["DestinationCidrBlock"] not in blocks]

    return make


def transit(found: Landscape, table: str) -> list[Json]:
    routes: list[Json] = found["network"]["responses"]["ec2:SearchTransitGatewayRoutes"][table]["Routes"]
    return routes


def without_transit_route(table: str, *blocks: str) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        routes = transit(found, table)
        routes[:] = [each for each in routes if each["DestinationCidrBlock"] not in blocks]

    return make


def with_transit_route(table: str, block: str, kind: str, state: str) -> Callable[[Landscape], None]:
    return lambda found: transit(found, table).append(transit_route(block, "hub", kind, state))


def associated_with(table: str | None) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        for each in answers(found["network"], "ec2:DescribeTransitGatewayAttachments"):
            if each["ResourceId"] == "vpc-spoke":
                each["Association"] = {"TransitGatewayRouteTableId": table, "State": "associated"}
                if table is None:
                    del each["Association"]

    return make


def attachment_of(vpc: str, **fields: object) -> Callable[[Landscape], None]:
    """Set fields of an attachment wherever it is listed."""

    def make(found: Landscape) -> None:
        for side in ("spoke", "network"):
            for each in answers(found[side], "ec2:DescribeTransitGatewayVpcAttachments"):
                if each["VpcId"] == f"vpc-{vpc}":
                    each.update(json.loads(json.dumps(fields)))
            for each in answers(found[side], "ec2:DescribeTransitGatewayAttachments"):
                if each["ResourceId"] == f"vpc-{vpc}" and "State" in fields:
                    each["State"] = fields["State"]

    return make


def endpoint_group(*permissions: Json) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        group = answers(found["network"], "ec2:DescribeSecurityGroups")[0]
        group["IpPermissions"] = json.loads(json.dumps(permissions))

    return make


def with_acl(
    side: str, name: str, vpc: str, owner: str, denying: Json, *subnets: str
) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        answers(found[side], "ec2:DescribeNetworkAcls").append(
            json.loads(json.dumps(acl(name, vpc, owner, [denying], subnets)))
        )

    return make


def policy(condition: Mapping[str, Mapping[str, str]]) -> Callable[[Landscape], None]:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*", "Condition": condition}

    def make(found: Landscape) -> None:
        endpoint = answers(found["network"], "ec2:DescribeVpcEndpoints")[0]
        endpoint["PolicyDocument"] = json.dumps({"Statement": [statement]})

    return make


def endpoint_state(state: str) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        answers(found["network"], "ec2:DescribeVpcEndpoints")[0]["State"] = state

    return make


# -- names ----------------------------------------------------------------------------------------------


def associated(found: Landscape) -> list[Json]:
    summaries: list[Json] = found["spoke"]["responses"]["route53:ListHostedZonesByVPC"]["vpc-spoke"][
        "HostedZoneSummaries"
    ]
    return summaries


def without_zones(*services: str) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        gone = {zone_id(service) for service in services}
        zones = associated(found)
        zones[:] = [each for each in zones if each["HostedZoneId"] not in gone]

    return make


def zone_of(service: str, *sets: Json) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        zones = found["names"]["responses"]["route53:ListResourceRecordSets"]
        zones[zone_id(service)] = json.loads(json.dumps(records(service, *sets)))

    return make


def parent_zone(*sets: Json) -> Callable[[Landscape], None]:
    """One zone for the whole Region's names in place of one for each service."""

    def make(found: Landscape) -> None:
        associated(found)[:] = [zone_summary("all", PARENT)]
        zones = {zone_id("all"): records("all", *sets, name=PARENT)}
        found["names"]["responses"]["route53:ListResourceRecordSets"] = json.loads(json.dumps(zones))

    return make


def with_profile(*arns: str, status: str = "COMPLETE") -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        associated(found).clear()
        association = {"Id": "rpassoc-1", "ProfileId": "rp-1", "ResourceId": "vpc-spoke", "Status": status}
        brought = [
            {
                "Id": f"rpr-{n}",
                "ProfileId": "rp-1",
                "ResourceArn": arn,
                "OwnerId": NAMES,
                "Status": "COMPLETE",
            }
            for n, arn in enumerate(arns)
        ]
        found["spoke"]["responses"] |= {
            "route53profiles:ListProfileAssociations": {"ProfileAssociations": [association]},
            "route53profiles:ListProfileResourceAssociations": {
                "rp-1": {"ProfileResourceAssociations": brought}
            },
        }

    return make


ZONE_ARNS = [f"arn:aws:route53:::hostedzone/{zone_id(service)}" for service in SERVICES]
ENDPOINT_ARNS = [
    f"arn:aws:ec2:{REGION}:{NETWORK}:vpc-endpoint/{endpoint_id(service)}" for service in SERVICES
]
IN_PARENT = [
    addresses(each, f"10.0.1.{10 + n}", f"10.0.2.{10 + n}", name=f"{each}.{PARENT}")
    for n, each in enumerate(SERVICES)
]
EVERYTHING_TO_LAMBDA = alias("lambda", name=f"\\052.{PARENT}")
ZONAL = endpoint_name("sts").replace("-q1w2e3r4.", f"-q1w2e3r4-{REGION}c.")

# -- other ways -----------------------------------------------------------------------------------------


def peered(found: Landscape, code: str = "active") -> None:
    """A peering of spoke and hub in place of the transit gateway."""
    sides = {
        name: {
            "VpcId": f"vpc-{vpc}",
            "OwnerId": owner,
            "Region": REGION,
            "CidrBlock": CIDRS[vpc],
            "CidrBlockSet": [{"CidrBlock": CIDRS[vpc]}],
        }
        for name, vpc, owner in (("RequesterVpcInfo", "spoke", SPOKE), ("AccepterVpcInfo", "hub", NETWORK))
    }
    for side, own, there in (("spoke", "rtb-spoke", "hub"), ("network", "rtb-hub", "spoke")):
        listed = answers(found[side], "ec2:DescribeVpcPeeringConnections")
        listed.append(
            {"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": code}, **json.loads(json.dumps(sides))}
        )
        routes = tables(found, side)[own]["Routes"]
        routes[:] = [each for each in routes if "TransitGatewayId" not in each]
        routes.append(route(CIDRS[there], VpcPeeringConnectionId="pcx-1"))


def both(*changes: Callable[[Landscape], object]) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        for change in changes:
            change(found)

    return make


def broker_in_hub(found: Landscape) -> None:
    """One broker in the hub beside that of the other zone, which admits the trigger's group by reference."""
    network, servers = found["network"], ["10.0.1.99:9094", "10.20.2.10:9094"]
    answers(network, "ec2:DescribeNetworkInterfaces").append(
        interface("kafka", "subnet-hub-vpce-a", "hub", NETWORK, "10.0.1.99", ["sg-kafka"], "interface")
    )
    answers(network, "ec2:DescribeSecurityGroups").append(
        group("kafka", "hub", NETWORK, [admit(9094, groups=["sg-trigger"])])
    )
    mapping = answers(found["spoke"], "lambda:ListEventSourceMappings")[0]
    mapping["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"] = servers


def references_off(found: Landscape) -> None:
    for side in ("spoke", "network"):
        for each in answers(found[side], "ec2:DescribeTransitGateways"):
            each["Options"]["SecurityGroupReferencingSupport"] = "disable"


def without_kafka(found: Landscape) -> None:
    interfaces = answers(found["network"], "ec2:DescribeNetworkInterfaces")
    interfaces[:] = [each for each in interfaces if each["NetworkInterfaceId"] != "eni-kafka"]


def nat_state(letter: str, **fields: str) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        for each in answers(found["network"], "ec2:DescribeNatGateways"):
            if each["NatGatewayId"] == f"nat-{letter}":
                each.update(fields)

    return make


def servers(found: Landscape, *hosts: str) -> None:
    mapping = answers(found["spoke"], "lambda:ListEventSourceMappings")[0]
    mapping["SelfManagedEventSource"]["Endpoints"]["KAFKA_BOOTSTRAP_SERVERS"] = [f"{h}:9094" for h in hosts]


def brokers_in_hub(*letters: str) -> Callable[[Landscape], None]:
    """All brokers in the hub, each in the subnet of one zone, behind a group that lets the spoke in."""

    def make(found: Landscape) -> None:
        network, hosts = found["network"], []
        for number, letter in enumerate(letters):
            hosts.append(f"10.0.{'ac'.index(letter) + 1}.{90 + number}")
            answers(network, "ec2:DescribeNetworkInterfaces").append(
                interface(
                    f"kafka-{number}",
                    f"subnet-hub-vpce-{letter}",
                    "hub",
                    NETWORK,
                    hosts[-1],
                    ["sg-kafka"],
                    "interface",
                )
            )
        answers(network, "ec2:DescribeSecurityGroups").append(
            group("kafka", "hub", NETWORK, [admit(9094, CIDRS["spoke"])])
        )
        servers(found, *hosts)

    return make


def named_brokers(found: Landscape) -> None:
    """The brokers of the landing zone under names of a private zone."""
    hosts = {f"{letter}.kafka.internal": f"10.20.{n + 1}.10" for n, letter in enumerate("ac")}
    associated(found).append(zone_summary("kafka", "kafka.internal."))
    zones = found["names"]["responses"]["route53:ListResourceRecordSets"]
    sets = [addresses("kafka", number, name=f"{host}.") for host, number in hosts.items()]
    zones[zone_id("kafka")] = records("kafka", *sets, name="kafka.internal.")
    servers(found, *hosts)


def dns_off(*names: str) -> Callable[[Landscape], None]:
    def make(found: Landscape) -> None:
        attributes = found["spoke"]["responses"]["ec2:DescribeVpcAttribute"]["vpc-spoke"]
        for name in names:
            attributes[name]["Value"] = False

    return make


def shared_profile(found: Landscape) -> None:
    """A Profile of zones whose owner alone tells what it holds."""
    with_profile(*ZONE_ARNS)(found)
    operation = "route53profiles:ListProfileResourceAssociations"
    found["network"]["responses"][operation] = found["spoke"]["responses"].pop(operation)


def suffix_zone(*sets: Json) -> Callable[[Landscape], None]:
    """One zone for all names of AWS, those of endpoints themselves too."""

    def make(found: Landscape) -> None:
        associated(found)[:] = [zone_summary("all", "amazonaws.com.")]
        zones = {zone_id("all"): records("all", *sets, name="amazonaws.com.")}
        found["names"]["responses"]["route53:ListResourceRecordSets"] = json.loads(json.dumps(zones))

    return make


def canonical(service: str, to: str = "") -> Json:
    """A CNAME to the endpoint of a service, which the resolver asks for anew."""
    value = {"Value": f"{to or endpoint_name(service)}."}
    return {"Name": f"{service}.{PARENT}", "Type": "CNAME", "TTL": 60, "ResourceRecords": [value]}


def hairpin(found: Landscape) -> None:
    """What is bound for the hub goes through an inspection VPC, which routes it back into the gateway."""
    network = found["network"]
    for each in subnets_of("insp", NETWORK, "10.2", "fw"):
        answers(network, "ec2:DescribeSubnets").append(each)
    answers(network, "ec2:DescribeVpcs").append(vpc_of("insp", NETWORK))
    answers(network, "ec2:DescribeRouteTables").append(
        table("insp", "insp", NETWORK, [route("10.0.0.0/8", TransitGatewayId=TGW)], None)
    )
    answers(network, "ec2:DescribeNetworkAcls").append(acl("insp", "insp", NETWORK))
    answers(network, "ec2:DescribeTransitGatewayAttachments").append(attachment("insp", NETWORK, SHARED))
    answers(network, "ec2:DescribeTransitGatewayVpcAttachments").append(vpc_attachment("insp", NETWORK))
    without_transit_route(SPOKES, CIDRS["hub"])(found)
    transit(found, SPOKES).append(transit_route("10.0.0.0/8", "insp", "static"))
    transit(found, SHARED).append(transit_route(CIDRS["hub"], "hub"))
