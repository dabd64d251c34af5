"""Which triggers a change touches: those of the VPCs that the changed resource names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from kafka_trigger_guard.aws.failures import FAILURES
from kafka_trigger_guard.config.telemetry import logger

if TYPE_CHECKING:
    from kafka_trigger_guard.config.snapshots import Account

_VPC_ID = re.compile(r"vpc-[0-9a-z-]+")
_WITHIN_ITS_VPCS = frozenset(
    f"AWS::EC2::{kind}"
    for kind in (
        "VPC",
        "Subnet",
        "SecurityGroup",
        "SecurityGroupVpcAssociation",
        "NetworkAcl",
        "NetworkInterface",
        "RouteTable",
        "NatGateway",
        "InternetGateway",
        "VPCEndpoint",
        "VPCPeeringConnection",
    )
)
"""The resource types that matter only to the VPCs they name, and to those linked with them."""


def changed_item(message: Mapping[str, Any], config: Any) -> dict[str, Any]:
    """The changed resource. An oversized one is fetched; if AWS Config has it no more, its summary serves."""
    item = message.get("configurationItem")
    if item:
        return dict(item)
    summary = dict(message.get("configurationItemSummary") or {})
    try:
        found = config.get_resource_config_history(
            resourceType=summary["resourceType"], resourceId=summary["resourceId"], limit=1
        )["configurationItems"]
    except FAILURES as error:
        logger.warning("The changed resource could not be fetched; every trigger is evaluated: %s", error)
        return summary
    if not found:
        return summary
    fetched = {name: found[0].get(name) for name in ("resourceType", "resourceId", "relationships")}
    return summary | fetched | {"configuration": _decoded(found[0].get("configuration"))}


def inflated(event: Mapping[str, Any], message: Mapping[str, Any], config: Any) -> dict[str, Any]:
    """A change event that rdklib can read, which fails where an oversized resource was deleted."""
    item = {"configurationItemStatus": "OK", "resourceType": "unknown", **changed_item(message, config)}
    change = {"messageType": "ConfigurationItemChangeNotification", "configurationItem": item}
    whole = json.dumps({**message, **change}, default=str)
    return {"eventLeftScope": False, **event, "invokingEvent": whole}


def touched_triggers(
    account: Account, item: Mapping[str, Any], message: Mapping[str, Any]
) -> frozenset[str] | None:
    """The UUIDs of the triggers that a change touches; None for all, also where it cannot be told."""
    vpc_ids = _named_vpcs(item, message)
    if not vpc_ids:
        return None
    reached = vpc_ids | _linked(account, vpc_ids)
    touched = set()
    for trigger in account.triggers:
        stands_in = {ground.situation.vpc for ground in account.judge.grounds(trigger)}
        if any(vpc is None or vpc.id in reached for vpc in stands_in):
            touched.add(trigger.uuid)
    return frozenset(touched)


def _named_vpcs(item: Mapping[str, Any], message: Mapping[str, Any]) -> set[str]:
    """The VPCs that the resource is in, was in, or is attached to; none if that is not told."""
    if item.get("resourceType") not in _WITHIN_ITS_VPCS:
        return set()
    told = (item.get("resourceId"), item.get("configuration"), item.get("relationships"))
    return {text for text in _texts([*told, message.get("configurationItemDiff")]) if _VPC_ID.fullmatch(text)}


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            yield from _of_all(value.values())
        case list() | tuple():
            yield from _of_all(value)


def _of_all(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from _texts(value)


def _linked(account: Account, vpc_ids: set[str]) -> set[str]:
    """VPCs whose traffic may pass these: by a peering, or by a transit gateway that both are attached to."""
    linked: set[str | None] = set()
    for peering in _listed(account, "ec2:DescribeVpcPeeringConnections", "VpcPeeringConnections"):
        ends = {(peering.get(end) or {}).get("VpcId") for end in ("RequesterVpcInfo", "AccepterVpcInfo")}
        linked |= ends if ends & vpc_ids else set()
    gateways: dict[Any, set[Any]] = {}
    for attachment in _listed(
        account, "ec2:DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments"
    ):
        gateways.setdefault(attachment.get("TransitGatewayId"), set()).add(attachment.get("VpcId"))
    for attached in gateways.values():
        linked |= attached if attached & vpc_ids else set()
    return {vpc_id for vpc_id in linked if vpc_id is not None}


def _listed(account: Account, operation: str, member: str) -> Iterator[Mapping[str, Any]]:
    """The items of a listing in the account and those that its triggers' paths lead to."""
    for snapshot in (account.snapshot, *account.far):
        yield from snapshot.responses.get(operation, {}).get(member, [])


def _decoded(configuration: object) -> object:
    """A configuration as AWS Config keeps it in its history: JSON as text."""
    if not isinstance(configuration, str):
        return configuration
    try:
        return json.loads(configuration)
    except ValueError:
        return configuration
