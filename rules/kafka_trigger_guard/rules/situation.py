"""Where a trigger stands in the network: its subnets, groups and VPC, or what is gone or was not read."""

from __future__ import annotations

from dataclasses import dataclass

from kafka_trigger_guard.network.answers import Doubt, DoubtKind
from kafka_trigger_guard.network.model import Resource, Subnet, Vpc
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.paths import Origin
from kafka_trigger_guard.network.security_groups import Carrier
from kafka_trigger_guard.triggers.trigger import Placement, Trigger

_SUBNET = "AWS::EC2::Subnet"
_GROUP = "AWS::EC2::SecurityGroup"


@dataclass(frozen=True, slots=True)
class Situation:
    """A placement found in the network.

    `gone` is the missing subnet or group, `doubt` what was not read to tell; `vpc` is None outside a VPC.
    """

    account: str
    region: str
    placement: Placement
    vpc: Vpc | None = None
    origins: tuple[Origin, ...] = ()
    gone: Resource | None = None
    doubt: Doubt | None = None

    @property
    def group_ids(self) -> tuple[str, ...]:
        """The groups that pollers carry."""
        return self.origins[0].carrier.group_ids if self.origins else self.placement.security_group_ids

    @property
    def zones(self) -> frozenset[str]:
        """The zones of the trigger subnets."""
        return frozenset(origin.subnet.zone for origin in self.origins)


def situate(network: Network, account: str, region: str, placement: Placement) -> Situation:
    """Find a placement in the network."""
    if not placement.subnet_ids:
        unread = Doubt(DoubtKind.NOT_COLLECTED, "the source tells no subnets", account=account)
        return Situation(account, region, placement, doubt=unread if placement.always_in_vpc else None)
    subnets = [network.parts.subnets.get(subnet_id) for subnet_id in placement.subnet_ids]
    found = [subnet for subnet in subnets if subnet is not None]
    vpc = network.vpc_of(found[0]) if found else None
    if len(found) < len(subnets):
        absent = placement.subnet_ids[subnets.index(None)]
        doubt = network.gap(account, region, "ec2:DescribeSubnets")
        gone = Resource(absent, _SUBNET, account) if doubt is None else None
        return Situation(account, region, placement, vpc, gone=gone, doubt=doubt)
    return _with_groups(network, account, region, placement, found)


def _with_groups(
    network: Network, account: str, region: str, placement: Placement, subnets: list[Subnet]
) -> Situation:
    vpc = network.vpc_of(subnets[0])
    group_ids = placement.security_group_ids or _default_group(network, vpc)
    carrier = Carrier(group_ids, account, region)
    origins = tuple(Origin(subnet, carrier) for subnet in subnets)
    doubt = network.gap(account, region, "ec2:DescribeSecurityGroups")
    absent = next((g for g in group_ids if network.security_group(g) is None), None)
    if absent is not None and doubt is None:
        gone = Resource(absent, _GROUP, account)
        return Situation(account, region, placement, vpc, origins, gone=gone)
    if absent is None and group_ids:
        return Situation(account, region, placement, vpc, origins)
    doubt = doubt or Doubt(
        DoubtKind.NOT_COLLECTED,
        f"ec2:DescribeSecurityGroups: the default security group of {vpc.id} was not read",
        vpc.id,
        "AWS::EC2::VPC",
        vpc.account,
    )
    return Situation(account, region, placement, vpc, origins, doubt=doubt)


def _default_group(network: Network, vpc: Vpc) -> tuple[str, ...]:
    default = network.default_groups.get(vpc.id)
    return (default,) if default is not None else ()


_TYPES = {"cluster": "AWS::MSK::Cluster", "vpc-connection": "AWS::MSK::VpcConnection"}


def unsituated(trigger: Trigger) -> Situation:
    """The situation of a trigger whose source is gone, or could not be read."""
    placement = Placement((), (), ())
    if trigger.gone is not None:
        kind = trigger.gone.split(":", 5)[-1].split("/")[0]
        gone = Resource(trigger.gone, _TYPES.get(kind, ""), trigger.account)
        return Situation(trigger.account, trigger.region, placement, gone=gone)
    text = trigger.unread or f"{trigger.source_id} tells no subnets"
    unread = Doubt(DoubtKind.NOT_COLLECTED, text, account=trigger.account)
    return Situation(trigger.account, trigger.region, placement, doubt=unread)


def mapping_resource(trigger: Trigger) -> Resource:
    """The event source mapping itself, as a blocker."""
    return Resource(trigger.uuid, "AWS::Lambda::EventSourceMapping", trigger.account)
