"""Collects one account and Region: reads from AWS what its Kafka triggers need, and nothing else."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import boto3
from botocore.client import BaseClient

from kafka_trigger_guard.aws.calls import Calls, Progress, Read
from kafka_trigger_guard.aws.needs import Needs, by_vpc, together
from kafka_trigger_guard.aws.reads.dns import read_names
from kafka_trigger_guard.aws.reads.endpoint import read_execution_roles, unserved_services
from kafka_trigger_guard.aws.reads.kafka import broker_node_addresses, read_triggers
from kafka_trigger_guard.aws.reads.transit import Wanted, read_far_vpcs
from kafka_trigger_guard.aws.reads.vpc import read_networks, read_references, read_ways_out
from kafka_trigger_guard.aws.sessions import account_of
from kafka_trigger_guard.aws.snapshot import Snapshot


def collect(
    session: boto3.Session,
    region: str,
    *,
    account: str | None = None,
    vpc_ids: Collection[str] = (),
    progress: Progress | None = None,
    clients: dict[str, BaseClient] | None = None,
) -> Snapshot:
    """Read one account and Region into a Snapshot.

    `account` saves asking AWS whose credentials these are. `vpc_ids` are VPCs to read although no trigger of
    this account is in them: shared by this account, or with central endpoints. `progress` is told every call.
    `clients` of the session and Region, by service, are used again and added to.
    An operation that fails is an entry of the snapshot's errors; CollectError if nothing can be read at all.
    """
    captured_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    account = account or account_of(session, region, progress)
    with Calls(session, region, progress, clients) as calls:
        triggers = read_triggers(calls)
        if vpc_ids or any(trigger.subnet_ids for trigger in triggers):
            _read_surroundings(calls, account, triggers, vpc_ids)
    return Snapshot(
        account=account,
        region=region,
        captured_at=captured_at,
        responses=_ordered(calls.responses),
        errors=dict(sorted(calls.errors.items())),
    )


def _read_surroundings(
    calls: Calls, account: str, triggers: Collection[Needs], vpc_ids: Collection[str]
) -> None:
    """All subnets are listed, as only they tell the triggers' VPCs; those of other VPCs are dropped again."""
    calls.read(Read("ec2:DescribeSubnets"))
    needs = dict.fromkeys(sorted(vpc_ids), Needs()) | by_vpc(triggers, calls.items("ec2:DescribeSubnets"))
    if not needs:
        calls.retain("ec2:DescribeSubnets", lambda _: False)
        return
    every = together(needs.values())
    every = replace(every, broker_addresses=every.broker_addresses | broker_node_addresses(calls))
    read_ways_out(calls, needs)
    far = read_far_vpcs(calls, account, needs, _wanted(calls, account, needs, every))
    read_networks(calls, needs, far)
    calls.retain("ec2:DescribeSubnets", lambda subnet: subnet.get("VpcId") in {*needs, *far})
    read_references(calls, needs, every)
    read_execution_roles(calls, needs, far)


def _wanted(calls: Calls, account: str, needs: Mapping[str, Needs], every: Needs) -> Wanted:
    names_may_lead_away = read_names(calls, account, needs)
    return Wanted(
        broker_addresses=every.broker_addresses,
        internet=any(unserved_services(calls, vpc_id, need) for vpc_id, need in needs.items()),
        anywhere=names_may_lead_away or bool(every.broker_names),
    )


def _ordered(responses: Mapping[str, Any]) -> dict[str, Any]:
    """Operations and their keys in order: equal accounts give equal files."""
    return {operation: dict(sorted(answer.items())) for operation, answer in sorted(responses.items())}
