"""What is done about an MSK VPC connection that carries nothing: by its owner, and by the cluster's.

A connection that was rejected, or whose authentication the cluster turned off, never comes back: its owner
deletes it and creates another. msk/latest/developerguide/mvpc-cross-account-reject-connection and
mvpc-cross-account-update-authschemes. A trigger's source cannot be changed: lambda API
UpdateEventSourceMapping
"""

from __future__ import annotations

from collections.abc import Iterator

from kafka_trigger_guard.network.model import Resource
from kafka_trigger_guard.rules.case import Case
from kafka_trigger_guard.rules.remedies.aws_commands import kafka, option
from kafka_trigger_guard.rules.remedies.wanting import Remedy
from kafka_trigger_guard.triggers.trigger import ShutConnection

_REFUSED = frozenset({"REJECTED", "REJECTING"})
_TURNED_OFF = frozenset({"INACTIVE", "DEACTIVATING"})
_ENDING = frozenset({"DELETING", "DEACTIVATING", "REJECTING"})
_ANEW = "create the trigger anew for the new connection's ARN and delete this one: a source cannot be changed"


def connection_remedies(case: Case, rule: str, found: ShutConnection) -> Iterator[Remedy]:
    """What the cluster's owner must allow first, then the new connection."""
    connection = Resource(found.arn, "AWS::MSK::VpcConnection", case.trigger.account)
    why = f"{found.arn} is {found.state}"
    owner = _cluster_account(found)
    name = found.cluster_arn or "the cluster"
    if found.state in _TURNED_OFF:
        what = found.authentication or "the connection's authentication"
        advice = (
            f"Turn on multi-VPC connectivity for {what} on {name} (aws kafka update-connectivity), which "
            "was turned off."
        )
        yield Remedy((rule,), owner, _cluster(found, owner), why, (), advice)
    if found.state in _REFUSED:
        advice = (
            f"Let account {case.trigger.account} connect to {name} by its cluster policy (aws kafka "
            "put-cluster-policy), for a connection that was rejected stays rejected."
        )
        yield Remedy((rule,), owner, _cluster(found, owner), why, (), advice)
    commands = _new_connection(case, found)
    if commands:
        yield Remedy((rule,), connection.account, connection, why, commands, f"Then {_ANEW}.")
        return
    advice = f"Delete this connection, create one to the cluster again, then {_ANEW}."
    yield Remedy((rule,), connection.account, connection, why, (), advice)


def _new_connection(case: Case, found: ShutConnection) -> tuple[str, ...]:
    """The same connection again; one that is ending already need not be deleted."""
    placement, vpc, region = case.situation.placement, case.situation.vpc, case.trigger.region
    groups = placement.security_group_ids or case.situation.group_ids
    if not found.cluster_arn or not found.authentication or vpc is None or not groups:
        return ()
    created = kafka(
        region,
        "create-vpc-connection",
        option("target-cluster-arn", found.cluster_arn),
        option("authentication", found.authentication),
        option("vpc-id", vpc.id),
        option("client-subnets", *placement.subnet_ids),
        option("security-groups", *groups),
    )
    deleted = kafka(region, "delete-vpc-connection", option("arn", found.arn))
    return (created,) if found.state in _ENDING else (deleted, created)


def _cluster_account(found: ShutConnection) -> str:
    """The second account in a connection's ARN is the cluster's.
    lambda/latest/dg/msk-cross-account"""
    return found.arn.partition(":vpc-connection/")[2].partition("/")[0]


def _cluster(found: ShutConnection, owner: str) -> Resource:
    return Resource(found.cluster_arn or found.arn, "AWS::MSK::Cluster", owner)
