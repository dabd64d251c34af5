"""What to do in one sentence, where no command can be known from what was read, or after the commands."""

from __future__ import annotations

from kafka_trigger_guard.network.hops import Hop, HopKind
from kafka_trigger_guard.network.lacks import LackKind
from kafka_trigger_guard.network.model import Resource, RouteTarget
from kafka_trigger_guard.network.network import Network
from kafka_trigger_guard.network.ranges import PUBLIC_IPV4
from kafka_trigger_guard.network.security_groups import named
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.findings import Finding, Reason
from kafka_trigger_guard.rules.remedies.wanting import Remedy, Wanting
from kafka_trigger_guard.rules.situation import mapping_resource
from kafka_trigger_guard.triggers.trigger import SourceType

_BY_LACK = {
    LackKind.GROUP_RULE: "Allow it in a rule of {object}.",
    LackKind.ACL_ENTRY: "Make room in {object}: no entry's number before the one that denies is free.",
    LackKind.ROUTE: "Join the VPC to where {there} is, by a peering or transit gateway, and route it there.",
    LackKind.WORKING_ROUTE: "Join the VPC to where {there} is, by a peering or a transit gateway, and lead "
    "the blackhole's route there.",
    LackKind.TRANSIT_ROUTE: "Route {there} in {object} to the attachment that leads there.",
    LackKind.WORKING_TRANSIT_ROUTE: "Route {there} in {object} to the attachment that leads there, in place "
    "of the blackhole.",
    LackKind.ASSOCIATION: "Associate it with a route table of the gateway that leads to {there}.",
    LackKind.ATTACHMENT: "Attach the VPC to the gateway with a subnet in every zone that packets leave from.",
    LackKind.ATTACHED_ZONE: "Add a subnet of that zone to {object}.",
    LackKind.ACCEPTANCE: "Accept {object}.",
    LackKind.PEERING: "Peer the VPCs anew, and lead the routes of both to the new peering.",
    LackKind.WORKING_NAT: "Create a public NAT gateway in its place and lead the default routes to it.",
    LackKind.INTERNET_ROUTE: "Attach an internet gateway to the VPC and route 0.0.0.0/0 to it.",
    LackKind.INTERNET_GATEWAY: "Attach an internet gateway to the VPC.",
    LackKind.EXCLUSION: "Exclude the subnet from VPC Block Public Access, for egress only.",
    LackKind.PUBLIC_ADDRESS: "Let {object} have a public address.",
    LackKind.FORWARDING: "Turn its source and destination check off.",
}
_ANEW = "create the trigger anew, for bootstrap servers of a trigger cannot be changed"
"""lambda API UpdateEventSourceMapping takes no SelfManagedEventSource, and no EventSourceArn."""


def advice_of_lack(wanting: Wanting, network: Network, *, has_commands: bool) -> str:
    """What to do about a lack without commands, or what is left to others after them."""
    lack = wanting.lack
    if not has_commands and lack.kind is LackKind.ROUTE and wanting.whither.addresses <= PUBLIC_IPV4:
        return f"Lead {_there(wanting)}, a public address, to a NAT gateway: pollers have no such address."
    if not has_commands:
        return _BY_LACK[lack.kind].format(object=wanting.resource.id, there=_there(wanting))
    if lack.kind is LackKind.PEERING:
        return _after_peering(network, wanting.resource.id)
    if lack.kind is LackKind.ATTACHMENT:
        return _after_attaching(network, wanting)
    return ""


def _there(wanting: Wanting) -> str:
    return ", ".join(wanting.whither.blocks[:3]) or named(wanting.whither.addresses)


def _after_peering(network: Network, peering_id: str) -> str:
    """vpc/latest/peering/vpc-peering-basics: the accepter's owner accepts, and both sides route."""
    found = network.parts.peerings.get(peering_id)
    if found is None:
        return ""
    return (
        f"Account {found.accepter.account} then accepts it (aws ec2 accept-vpc-peering-connection), and both "
        f"VPCs lead their routes to it in place of {peering_id}."
    )


def _after_attaching(network: Network, wanting: Wanting) -> str:
    """vpc/latest/tgw/tgw-vpc-attachments: unless the gateway accepts of itself, its owner must."""
    attached = network.parts.transit_attachments
    own = next((a.transit_gateway_account for a in attached if a.id == wanting.resource.id), "")
    owner = own or wanting.resource.account
    shared = "" if owner == wanting.lack.account else "shares the gateway by AWS RAM if it does not yet, "
    told = f"Account {owner or 'of the gateway'} {shared}accepts it, unless the gateway does so itself"
    return f"{told}, and leads its route tables there."


# -- hops that lack nothing that a command could give --------------------------------------------------------


def advice_of_hop(case: Case, hop: Hop) -> str:
    """What to do about a hop that denies, of which nothing is known to be missing."""
    if hop.kind in (HopKind.ARRIVAL, HopKind.INGRESS):
        return _of_broker(case)
    if hop.resource.type == RouteTarget.PEERING.value:
        return "A peering leads to its own VPC only: join the VPCs by a peering of their own or a gateway."
    if hop.resource.type == RouteTarget.INTERFACE.value:
        return "Let it have a public address, or lead the default route to a NAT gateway that is available."
    return "Give the subnet a way out by a NAT gateway, or the service an endpoint."


def _of_broker(case: Case) -> str:
    if case.trigger.source_type is not SourceType.SELF_MANAGED:
        return "Look at the cluster in Amazon MSK: a broker whose interface is gone may be in replacement."
    return (
        f"Put the broker back at its address; or, in account {case.trigger.account}, with the addresses that "
        f"the brokers have now, {_ANEW}."
    )


# -- findings that no hop explains ---------------------------------------------------------------------------


def advice_of_finding(case: Case, finding: Finding) -> Remedy:
    """What to do about a finding of which neither endpoints nor ways tell a remedy."""
    resource = finding.blockers[0] if finding.blockers else mapping_resource(case.trigger)
    account = resource.account or case.trigger.account
    if finding.reason in _OWN:
        account = case.trigger.account
    told = finding.annotation.partition(": ")[2].removeprefix(f"{case.trigger.uuid}: ")
    why = told.partition(". ")[0]
    return Remedy((finding.rule,), account, resource, why, (), _of_reason(case, finding, resource))


_OWN = frozenset({Reason.SOURCE_MISSING, Reason.SINGLE_BROKER, Reason.SINGLE_ZONE})
"""What the trigger's account does, whoever owns what is missing."""


def _of_reason(case: Case, finding: Finding, resource: Resource) -> str:
    self_managed = case.trigger.source_type is SourceType.SELF_MANAGED
    match finding.reason:
        case Reason.SOURCE_MISSING if self_managed:
            return (
                f"Give the trigger subnets and groups that exist in place of {resource.id} (aws lambda "
                "update-event-source-mapping --source-access-configurations), or delete it."
            )
        case Reason.SOURCE_MISSING:
            return (
                "Create the trigger anew for a cluster that exists and delete this one: a trigger's source "
                "cannot be changed."
            )
        case Reason.SINGLE_BROKER if self_managed:
            return f"With more bootstrap servers, {_ANEW}."
        case Reason.SINGLE_BROKER:
            return "Give the cluster more brokers (aws kafka update-broker-count)."
        case Reason.SINGLE_ZONE if self_managed:
            return (
                "Run brokers in more zones, and give the trigger subnets there (aws lambda "
                "update-event-source-mapping --source-access-configurations)."
            )
        case Reason.SINGLE_ZONE:
            return "Move to a cluster with subnets in more zones: those of a cluster are fixed."
        case Reason.NO_PATH | Reason.NAT_PATH | Reason.CENTRAL_EGRESS:
            return _of_service(case)
    return f"Look at {resource.id}: nothing that was read tells a command."


def _of_service(case: Case) -> str:
    elsewhere = sorted({n.region for n in case.trigger.needs if n.region != case.trigger.region})
    if elsewhere:
        return (
            f"Give the trigger subnets a NAT path, or the trigger a destination in {case.trigger.region} in "
            f"place of {elsewhere[0]}: an endpoint serves its own Region."
        )
    return "Create the interface endpoint, once nothing else holds the service's private DNS name."
