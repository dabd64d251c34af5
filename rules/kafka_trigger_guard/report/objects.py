"""AWS objects as people name them: what kind they are, their id, and whose they are."""

from __future__ import annotations

import re
from itertools import groupby

from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.rules.explaining.journeys import Step

_KINDS = {
    "AWS::EC2::SecurityGroup": "security group",
    "AWS::EC2::RouteTable": "route table",
    "AWS::EC2::NetworkAcl": "network ACL",
    "AWS::EC2::NatGateway": "NAT gateway",
    "AWS::EC2::InternetGateway": "internet gateway",
    "AWS::EC2::TransitGateway": "transit gateway",
    "AWS::EC2::TransitGatewayAttachment": "transit gateway attachment",
    "AWS::EC2::TransitGatewayRouteTable": "transit gateway route table",
    "AWS::EC2::VPCPeeringConnection": "peering connection",
    "AWS::EC2::VPNGateway": "VPN gateway",
    "AWS::NetworkManager::CoreNetwork": "core network",
    "AWS::EC2::VPCEndpoint": "VPC endpoint",
    "AWS::EC2::NetworkInterface": "network interface",
    "AWS::EC2::VPC": "VPC",
    "AWS::EC2::Subnet": "subnet",
    "AWS::EC2::PrefixList": "prefix list",
    "AWS::EC2::DHCPOptions": "DHCP options",
    "AWS::EC2::VPCBlockPublicAccessOptions": "VPC",
    "AWS::Route53::HostedZone": "hosted zone",
    "AWS::Route53Profiles::Profile": "Route 53 Profile",
    "AWS::MSK::Cluster": "MSK cluster",
    "AWS::MSK::VpcConnection": "MSK VPC connection",
    "AWS::Lambda::EventSourceMapping": "event source mapping",
}


def object_name(found: Resource, home: str) -> str:
    """An object by kind and id, with its account where that is not `home`."""
    kind = kind_of(found)
    owner = f" of account {found.account}" if found.account and found.account != home else ""
    return f"{kind} {found.id}{owner}".strip()


def kind_of(found: Resource) -> str:
    """What kind of object it is, in words."""
    return _KINDS.get(found.type, found.type)


def stops_of(step: Step, home: str) -> str:
    """What a step passes on its way to another network, by id, each account named where it begins."""
    parts = []
    for account, stops in groupby(step.via, key=lambda stop: stop.account):
        owner = f"in account {account}: " if account and account != home else ""
        parts.append(owner + ", ".join(stop.id for stop in stops))
    return "; ".join(parts)


def _naming(text: str, object_id: str, name: str) -> str:
    """The text with an object's name for its id; empty if it does not tell the id as a whole word."""
    whole = rf"(?<![\w.-]){re.escape(object_id)}(?![\w-])"
    said, count = re.subn(whole, lambda _: name, text, count=1)
    return said if count else ""


def told(step: Step, home: str) -> str:
    """What a step says, with the kind and owner of the object that decides."""
    name, text = object_name(step.resource, home), step.text
    if step.resource.id:
        said = _naming(text, step.resource.id, name) if step.resource.id in text else ""
        text = said or f"{text} ({name})"
    else:
        text = f"{step.kind.replace('-', ' ')}: {text}"
    return f"{text}; refused: {step.refused}" if step.refused else text
