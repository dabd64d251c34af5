"""Reads what leads ask for in one account and Region."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import boto3

from kafka_trigger_guard.aws.calls import Calls, Progress, filtered
from kafka_trigger_guard.aws.leads import Lead, LeadKind
from kafka_trigger_guard.aws.needs import Needs, together
from kafka_trigger_guard.aws.reads.dns import read_names, read_records
from kafka_trigger_guard.aws.reads.endpoint import read_functions
from kafka_trigger_guard.aws.reads.transit import read_links, read_transit_gateways, search_route_tables
from kafka_trigger_guard.aws.reads.vpc import read_networks, read_references, read_ways_out
from kafka_trigger_guard.aws.recorded import Recorded, Records, Scope
from kafka_trigger_guard.aws.snapshot import Snapshot


def read_leads(
    session: boto3.Session, leads: Mapping[Lead, Needs], records: Records, progress: Progress | None = None
) -> Snapshot:
    """Read the leads of one account and Region into a snapshot of their own; `records` are not read again.

    An operation that fails is an entry of the snapshot's errors; CollectError if nothing can be read at all.
    """
    scope = next(iter(leads)).scope
    captured_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with Calls(session, scope[1], progress) as calls:
        read_records(calls, _ids(leads, LeadKind.ZONE))
        read_functions(calls, _ids(leads, LeadKind.FUNCTION))
        read_transit_gateways(calls, _ids(leads, LeadKind.GATEWAY))
        search_route_tables(calls, _ids(leads, LeadKind.ROUTE_TABLE))
        calls.read(*filtered("ec2:DescribeVpcEndpoints", "vpc-endpoint-id", _ids(leads, LeadKind.ENDPOINT)))
        _read_vpcs(calls, scope, leads, records)
    return Snapshot(scope[0], scope[1], captured_at, calls.responses, calls.errors)


def _read_vpcs(calls: Calls, scope: Scope, leads: Mapping[Lead, Needs], records: Records) -> None:
    """The VPCs asked for and those of the endpoints that were found, as their owner alone can tell them."""
    shared = {lead.id: needs for lead, needs in leads.items() if lead.kind is LeadKind.SHARED_VPC}
    found = {str(endpoint.get("VpcId")) for endpoint in calls.items("ec2:DescribeVpcEndpoints")}
    far = {vpc_id for vpc_id in found | _ids(leads, LeadKind.FAR_VPC) if not records.owns(scope, vpc_id)}
    far -= shared.keys()
    if not shared and not far:
        return
    known = records.places.get(scope)
    knows_block = known is not None and bool(known.answers("ec2:DescribeVpcBlockPublicAccessOptions"))
    read_ways_out(calls, shared)
    read_names(calls, scope[0], shared)
    read_networks(calls, shared, far)
    calls.read(*filtered("ec2:DescribeSubnets", "vpc-id", {*shared, *far}))
    read_links(calls, known_gateways=_gateways(calls) | (_gateways(known) if known else set()))
    needs = replace(together(leads.values()), security_group_ids=frozenset())  # other accounts' own
    read_references(calls, shared, needs, knows_block_public_access=knows_block)


def _gateways(answers: Calls | Recorded) -> set[str]:
    return {str(item.get("TransitGatewayId")) for item in answers.items("ec2:DescribeTransitGateways")}


def _ids(leads: Mapping[Lead, Needs], kind: LeadKind) -> set[str]:
    return {lead.id for lead in leads if lead.kind is kind}
