"""A landing zone of three accounts as AWS answers it, written out by hand and apart from the builder.

`spoke` holds a self-managed trigger; `network` the transit gateway, the VPC of central endpoints and the
egress VPC; `names` the private hosted zones. Zone names differ from account to account, zone ids do not: the
spoke's `1a` is the network account's `1c`.

    spoke   10.20.0.0/16  work-a|c 10.20.1|2.0/24, tgw-a|c 10.20.255.0|16/28
    hub     10.0.0.0/16   vpce-a|c 10.0.1|2.0/24,  tgw-a|c 10.0.255.0|16/28
    egress  10.1.0.0/16   nat-a|c 10.1.1|2.0/24,   tgw-a|c 10.1.255.0|16/28
"""

from __future__ import annotations

import json
from typing import Any

from tests.networks.landscape_shapes import (
    CIDRS,
    HUB,
    NAMES,
    NETWORK,
    OPEN_POLICY,
    OUT,
    REGION,
    SERVICES,
    SHARED,
    SPOKE,
    SPOKES,
    TGW,
    UUID,
    WORK,
    Json,
    Landscape,
    acl,
    admit,
    group,
    interface,
    made,
    route,
    subnets_of,
    table,
    vpc_of,
)


def landscape() -> Landscape:
    """All healthy: central endpoints by hosted zones over the transit gateway, central egress beside them."""
    return {"spoke": _spoke(), "network": _network(), "names": _names()}


def answers(document: Json, operation: str) -> Any:
    """The list that an operation answers."""
    response = document["responses"][operation]
    return response[next(iter(response))]


def item(document: Json, identifier: str) -> Json:
    """The object with this id in a document."""
    for response in document["responses"].values():
        found: Json
        for found in (each for value in response.values() if isinstance(value, list) for each in value):
            if identifier in [value for key, value in found.items() if key.endswith("Id") and key != "VpcId"]:
                return found
    raise LookupError(identifier)


def _document(account: str, responses: Json) -> Json:
    return {
        "format": 1,
        "account": account,
        "region": REGION,
        "captured_at": "2026-03-01T09:00:00Z",
        "responses": responses,
        "errors": {},
    }


# -- the spoke ------------------------------------------------------------------------------------------


def _spoke() -> Json:
    subnets = subnets_of("spoke", SPOKE, WORK, "work")
    brokers = [
        interface(
            f"broker-{letter}",
            made("subnet", f"spoke-work-{letter}"),
            "spoke",
            SPOKE,
            address,
            ["sg-broker"],
            "interface",
        )
        for letter, address in (("a", "10.20.1.10"), ("c", "10.20.2.10"))
    ]
    responses = {
        "lambda:ListEventSourceMappings": {"EventSourceMappings": [_mapping()]},
        "ec2:DescribeVpcs": {"Vpcs": [vpc_of("spoke", SPOKE)]},
        "ec2:DescribeVpcAttribute": {"vpc-spoke": _dns_on()},
        "ec2:DescribeSubnets": {"Subnets": subnets},
        "ec2:DescribeRouteTables": {
            "RouteTables": [
                table(
                    "spoke",
                    "spoke",
                    SPOKE,
                    [route("10.0.0.0/8", TransitGatewayId=TGW), route("0.0.0.0/0", TransitGatewayId=TGW)],
                    None,
                )
            ]
        },
        "ec2:DescribeNetworkAcls": {"NetworkAcls": [acl("spoke", "spoke", SPOKE)]},
        "ec2:DescribeSecurityGroups": {
            "SecurityGroups": [
                group("trigger", "spoke", SPOKE, []),
                group("broker", "spoke", SPOKE, [admit(9094, groups=["sg-trigger"])]),
            ]
        },
        "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": brokers},
        "ec2:DescribeVpcEndpoints": {"VpcEndpoints": []},
        "ec2:DescribeNatGateways": {"NatGateways": []},
        "ec2:DescribeInternetGateways": {"InternetGateways": []},
        "ec2:DescribeVpcPeeringConnections": {"VpcPeeringConnections": []},
        "ec2:DescribeTransitGateways": {"TransitGateways": [_gateway()]},
        "ec2:DescribeTransitGatewayAttachments": {
            "TransitGatewayAttachments": [attachment("spoke", SPOKE, None)]
        },
        "ec2:DescribeTransitGatewayVpcAttachments": {
            "TransitGatewayVpcAttachments": [vpc_attachment("spoke", SPOKE)]
        },
        "route53:ListHostedZonesByVPC": {
            "vpc-spoke": {"HostedZoneSummaries": [zone_summary(service) for service in SERVICES]}
        },
        "route53profiles:ListProfileAssociations": {"ProfileAssociations": []},
    }
    return _document(SPOKE, responses)


def _dns_on() -> Json:
    return {"EnableDnsSupport": {"Value": True}, "EnableDnsHostnames": {"Value": True}}


def _mapping() -> Json:
    arn = f"arn:aws:lambda:{REGION}:{SPOKE}"
    access = [{"Type": "VPC_SUBNET", "URI": f"subnet:subnet-spoke-work-{letter}"} for letter in "ac"]
    access.append({"Type": "VPC_SECURITY_GROUP", "URI": "security_group:sg-trigger"})
    secret = f"arn:aws:secretsmanager:{REGION}:{SPOKE}:secret:kafka-AbCdEf"
    access.append({"Type": "SASL_SCRAM_512_AUTH", "URI": secret})
    return {
        "UUID": UUID,
        "EventSourceMappingArn": f"{arn}:event-source-mapping:{UUID}",
        "FunctionArn": f"{arn}:function:settle",
        "State": "Enabled",
        "LastProcessingResult": "OK",
        "Topics": ["payments"],
        "SelfManagedEventSource": {
            "Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["10.20.1.10:9094", "10.20.2.10:9094"]}
        },
        "SourceAccessConfigurations": access,
    }


# -- the network account --------------------------------------------------------------------------------


def _network() -> Json:
    hub, egress = subnets_of("hub", NETWORK, HUB, "vpce"), subnets_of("egress", NETWORK, OUT, "nat")
    private = route("10.0.0.0/8", TransitGatewayId=TGW)
    interfaces = [
        interface(
            f"{service}-{letter}",
            f"subnet-hub-vpce-{letter}",
            "hub",
            NETWORK,
            address,
            ["sg-vpce"],
            "vpc_endpoint",
        )
        for n, service in enumerate(SERVICES)
        for letter, address in (("a", f"10.0.1.{10 + n}"), ("c", f"10.0.2.{10 + n}"))
    ]
    nats = [_nat(letter, f"10.1.{n + 1}.5") for n, letter in enumerate("ac")]
    tables = [
        table("hub", "hub", NETWORK, [private], None),
        table(
            "egress-out",
            "egress",
            NETWORK,
            [private, route("0.0.0.0/0", GatewayId="igw-egress")],
            ["subnet-egress-nat-a", "subnet-egress-nat-c"],
        ),
        *(
            table(
                f"egress-in-{x}",
                "egress",
                NETWORK,
                [route("0.0.0.0/0", NatGatewayId=f"nat-{x}")],
                [f"subnet-egress-tgw-{x}"],
            )
            for x in "ac"
        ),
    ]
    responses = {
        "ec2:DescribeVpcs": {"Vpcs": [vpc_of("hub", NETWORK), vpc_of("egress", NETWORK)]},
        "ec2:DescribeVpcAttribute": {"vpc-hub": _dns_on()},
        "ec2:DescribeSubnets": {"Subnets": [*hub, *egress]},
        "ec2:DescribeRouteTables": {"RouteTables": tables},
        "ec2:DescribeNetworkAcls": {
            "NetworkAcls": [acl("hub", "hub", NETWORK), acl("egress", "egress", NETWORK)]
        },
        "ec2:DescribeSecurityGroups": {
            "SecurityGroups": [group("vpce", "hub", NETWORK, [admit(443, "10.0.0.0/8")])]
        },
        "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": interfaces},
        "ec2:DescribeVpcEndpoints": {"VpcEndpoints": [_endpoint(service) for service in SERVICES]},
        "ec2:DescribeNatGateways": {"NatGateways": nats},
        "ec2:DescribeInternetGateways": {
            "InternetGateways": [
                {
                    "InternetGatewayId": "igw-egress",
                    "OwnerId": NETWORK,
                    "Attachments": [{"State": "available", "VpcId": "vpc-egress"}],
                }
            ]
        },
        "ec2:DescribeVpcPeeringConnections": {"VpcPeeringConnections": []},
        "ec2:DescribeTransitGateways": {"TransitGateways": [_gateway()]},
        "ec2:DescribeTransitGatewayAttachments": {
            "TransitGatewayAttachments": [
                attachment("spoke", SPOKE, SPOKES),
                attachment("hub", NETWORK, SHARED),
                attachment("egress", NETWORK, SHARED),
            ]
        },
        "ec2:DescribeTransitGatewayVpcAttachments": {
            "TransitGatewayVpcAttachments": [
                vpc_attachment("spoke", SPOKE),
                vpc_attachment("hub", NETWORK),
                vpc_attachment("egress", NETWORK),
            ]
        },
        "ec2:SearchTransitGatewayRoutes": {
            SPOKES: _searched(
                transit_route(CIDRS["hub"], "hub"), transit_route("0.0.0.0/0", "egress", "static")
            ),
            SHARED: _searched(transit_route(CIDRS["spoke"], "spoke")),
        },
    }
    return _document(NETWORK, responses)


def _nat(letter: str, address: str) -> Json:
    return {
        "NatGatewayId": f"nat-{letter}",
        "SubnetId": f"subnet-egress-nat-{letter}",
        "VpcId": "vpc-egress",
        "State": "available",
        "ConnectivityType": "public",
        "NatGatewayAddresses": [{"PrivateIp": address, "PublicIp": "203.0.113.9", "Status": "succeeded"}],
    }


def _endpoint(service: str) -> Json:
    return {
        "VpcEndpointId": endpoint_id(service),
        "VpcEndpointType": "Interface",
        "VpcId": "vpc-hub",
        "ServiceName": f"com.amazonaws.{REGION}.{service}",
        "State": "available",
        "PolicyDocument": OPEN_POLICY,
        "SubnetIds": ["subnet-hub-vpce-a", "subnet-hub-vpce-c"],
        "Groups": [{"GroupId": "sg-vpce", "GroupName": "vpce"}],
        "PrivateDnsEnabled": False,
        "NetworkInterfaceIds": [f"eni-{service}-a", f"eni-{service}-c"],
        "DnsEntries": [{"DnsName": endpoint_name(service), "HostedZoneId": "Z2E726K9Y6RL4W"}],
        "OwnerId": NETWORK,
    }


def endpoint_id(service: str) -> str:
    """The central endpoint of a service."""
    return f"vpce-{SERVICES.index(service):017x}"


def endpoint_name(service: str) -> str:
    """The Regional name that the endpoint gives itself."""
    return f"{endpoint_id(service)}-q1w2e3r4.{service}.{REGION}.vpce.amazonaws.com"


def _gateway() -> Json:
    options = {"SecurityGroupReferencingSupport": "enable", "DnsSupport": "enable"}
    return {"TransitGatewayId": TGW, "OwnerId": NETWORK, "State": "available", "Options": options}


def attachment(vpc: str, owner: str, table_id: str | None) -> Json:
    """An attachment; the association is the gateway owner's to see."""
    found = {
        "TransitGatewayAttachmentId": f"tgw-attach-{vpc}",
        "TransitGatewayId": TGW,
        "TransitGatewayOwnerId": NETWORK,
        "ResourceType": "vpc",
        "ResourceId": f"vpc-{vpc}",
        "ResourceOwnerId": owner,
        "State": "available",
    }
    if table_id is None:
        return found
    return found | {"Association": {"TransitGatewayRouteTableId": table_id, "State": "associated"}}


def vpc_attachment(vpc: str, owner: str) -> Json:
    """The same attachment with its subnets."""
    return {
        "TransitGatewayAttachmentId": f"tgw-attach-{vpc}",
        "TransitGatewayId": TGW,
        "VpcId": f"vpc-{vpc}",
        "VpcOwnerId": owner,
        "State": "available",
        "SubnetIds": [f"subnet-{vpc}-tgw-{letter}" for letter in "ac"],
        "Options": {"SecurityGroupReferencingSupport": "enable"},
    }


def transit_route(block: str, to: str, kind: str = "propagated", state: str = "active") -> Json:
    """A route of a transit gateway route table to a VPC's attachment."""
    target = {
        "TransitGatewayAttachmentId": f"tgw-attach-{to}",
        "ResourceType": "vpc",
        "ResourceId": f"vpc-{to}",
    }
    targets = [target] if state == "active" else []
    return {"DestinationCidrBlock": block, "Type": kind, "State": state, "TransitGatewayAttachments": targets}


def _searched(*routes: Json) -> Json:
    return {"Routes": list(routes), "AdditionalRoutesAvailable": False}


# -- the account of names -------------------------------------------------------------------------------


def zone_id(service: str) -> str:
    """The hosted zone of a service."""
    return f"Z{service.upper():0<14}"


def zone_summary(service: str, name: str = "") -> Json:
    """A hosted zone as the VPC that uses it is told of it."""
    own = name or f"{service}.{REGION}.amazonaws.com."
    return {"HostedZoneId": zone_id(service), "Name": own, "Owner": {"OwningAccount": NAMES}}


def records(service: str, *found: Json, name: str = "") -> Json:
    """A zone's record sets with its own NS and SOA."""
    own = name or f"{service}.{REGION}.amazonaws.com."
    ns = {"Name": own, "Type": "NS", "TTL": 172800, "ResourceRecords": [{"Value": "ns-0.awsdns-00.com."}]}
    soa = {"Name": own, "Type": "SOA", "TTL": 900, "ResourceRecords": [{"Value": "ns-0. host. 1 7200 900"}]}
    return {"ResourceRecordSets": [ns, soa, *found]}


def alias(service: str, name: str = "", to: str = "") -> Json:
    """An alias record to the endpoint of a service."""
    target = {"HostedZoneId": "Z2E726K9Y6RL4W", "DNSName": f"{to or endpoint_name(service)}."}
    own = name or f"{service}.{REGION}.amazonaws.com."
    return {"Name": own, "Type": "A", "AliasTarget": target | {"EvaluateTargetHealth": False}}


def addresses(service: str, *values: str, name: str = "") -> Json:
    """An address record."""
    own = name or f"{service}.{REGION}.amazonaws.com."
    return {"Name": own, "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": each} for each in values]}


def _names() -> Json:
    zones = {zone_id(service): records(service, alias(service)) for service in SERVICES}
    return _document(NAMES, {"route53:ListResourceRecordSets": zones})


def copied(found: Landscape) -> Landscape:
    """A landscape of its own."""
    copy: Landscape = json.loads(json.dumps(found))
    return copy
