"""Variations of VPC endpoints, their policies and their names."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.networks import shapes, triggers
from tests.networks.builder import Scenario
from tests.networks.shapes import Json, endpoint_id, identify, permission, vpc_id

FUNCTIONS = "arn:aws:lambda:us-east-1:111122223333:function:*"


def _one(draw: st.DrawFn, scenario: Scenario) -> Json | None:
    """One of the interface endpoints, if any is left."""
    found = [
        each for each in scenario.items("ec2:DescribeVpcEndpoints") if each["VpcEndpointType"] == "Interface"
    ]
    return draw(st.sampled_from(found)) if found else None


def change_a_state(draw: st.DrawFn, scenario: Scenario) -> None:
    endpoint = _one(draw, scenario)
    if endpoint:
        endpoint["State"] = draw(
            st.sampled_from(("pending", "pendingAcceptance", "Rejected", "failed", "Available", "deleting"))
        )


def switch_private_dns_off(draw: st.DrawFn, scenario: Scenario) -> None:
    endpoint = _one(draw, scenario)
    if endpoint:
        endpoint["PrivateDnsEnabled"] = False


def switch_vpc_dns_off(draw: st.DrawFn, scenario: Scenario) -> None:
    support, hostnames = draw(st.sampled_from(((False, True), (True, False), (False, False))))
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = shapes.vpc_attributes(
        support=support, hostnames=hostnames
    )


def switch_dns_off_behind_open_endpoints(draw: st.DrawFn, scenario: Scenario) -> None:
    """Their group lets the whole VPC in, so that nobody is shut out when their names come into force."""
    switch_vpc_dns_off(draw, scenario)
    scenario.ingress("endpoint", permission(443, cidrs=["10.0.0.0/8"]))


def use_custom_resolvers(draw: st.DrawFn, scenario: Scenario) -> None:
    servers = draw(st.sampled_from((["10.0.0.53"], ["10.0.0.53", "10.0.0.54"])))
    scenario.add("ec2:DescribeDhcpOptions", shapes.dhcp_options("custom", servers))
    scenario.change(vpc_id(), DhcpOptionsId=identify("dopt", "custom"))


def make_an_endpoint_useless(draw: st.DrawFn, scenario: Scenario) -> None:
    """The name is right, but type, Region or VPC is not; or only the name's beginning is right."""
    endpoint = _one(draw, scenario)
    if endpoint is None:
        return
    match draw(st.sampled_from(("type", "region", "vpc", "name"))):
        case "type":
            endpoint["VpcEndpointType"] = draw(st.sampled_from(("GatewayLoadBalancer", "Resource")))
        case "region":
            endpoint["ServiceRegion"] = "eu-west-1"
        case "vpc":
            endpoint["VpcId"] = vpc_id("other")
        case _:
            endpoint["ServiceName"] += draw(st.sampled_from((".fips", "-fips")))


def add_a_second_endpoint(draw: st.DrawFn, scenario: Scenario) -> None:
    """Of several endpoints of one service only one can hold private DNS."""
    service = draw(st.sampled_from(("lambda", "sts")))
    fields: Json = draw(
        st.sampled_from(({"PrivateDnsEnabled": False}, {"PrivateDnsEnabled": False, "State": "pending"}))
    )
    groups = draw(st.sampled_from((["endpoint"], ["default"])))
    scenario.endpoint(service, ["endpoint-a"], groups, name=f"{service}-second", **fields)


def serve_by_a_hosted_zone(draw: st.DrawFn, scenario: Scenario) -> None:
    """A private hosted zone of the VPC answers for an endpoint whose own private DNS is off."""
    endpoint = _one(draw, scenario)
    if endpoint is None or endpoint["VpcId"] != vpc_id() or endpoint["ServiceRegion"] != shapes.REGION:
        return
    if scenario.item(vpc_id())["DhcpOptionsId"] != identify("dopt", "amazon"):
        return
    names = [each["ServiceName"] for each in scenario.items("ec2:DescribeVpcEndpoints")]
    if names.count(endpoint["ServiceName"]) > 1 or endpoint["State"].lower() != "available":
        return
    endpoint["PrivateDnsEnabled"] = False
    service = endpoint["ServiceName"].removeprefix(f"com.amazonaws.{shapes.REGION}.")
    name = f"{service}.{shapes.REGION}.amazonaws.com."
    record: Json = {"Name": name, "Type": "A"}
    interfaces = [scenario.item(each)["PrivateIpAddress"] for each in endpoint["NetworkInterfaceIds"]]
    if draw(st.booleans()):
        alias = {"HostedZoneId": "Z7HUB22UULQXV", "DNSName": f"{endpoint['DnsEntries'][0]['DnsName']}."}
        record["AliasTarget"] = alias | {"EvaluateTargetHealth": False}
    else:
        record |= {"TTL": 60, "ResourceRecords": [{"Value": each} for each in interfaces]}
    add_zone(scenario, f"Z{service.upper()}", name, [record])


def add_zone(scenario: Scenario, zone: str, name: str, records: list[Json]) -> None:
    """A private hosted zone that is associated with the VPC."""
    zones = scenario.responses["route53:ListHostedZonesByVPC"][vpc_id()]["HostedZoneSummaries"]
    zones.append({"HostedZoneId": zone, "Name": name, "Owner": {"OwningAccount": shapes.ACCOUNT}})
    scenario.responses["route53:ListResourceRecordSets"][zone] = {
        "ResourceRecordSets": [{"Name": name, "Type": "SOA", "TTL": 900, "ResourceRecords": []}, *records]
    }


def use_another_destination(draw: st.DrawFn, scenario: Scenario) -> None:
    """An on-failure destination of another service or Region, with or without an endpoint of its own."""
    match draw(st.sampled_from(("sns", "s3-gateway", "s3-gateway", "s3-interface", "region", "topic"))):
        case "sns":
            scenario.with_destination(triggers.TOPIC_ARN)
            if draw(st.booleans()):
                scenario.endpoint("sns")
        case "s3-gateway":
            scenario.with_destination(triggers.BUCKET_ARN).s3_gateway()
            if draw(st.integers(0, 3)) == 0:
                scenario.change(endpoint_id("s3-gateway"), State="pending")
        case "s3-interface":
            inbound_only = draw(st.booleans())
            options = {"DnsRecordIpType": "ipv4", "PrivateDnsOnlyForInboundResolverEndpoint": inbound_only}
            scenario.with_destination(triggers.BUCKET_ARN).endpoint("s3", DnsOptions=options)
        case "region":
            scenario.with_destination(triggers.QUEUE_ARN.replace("us-east-1", "eu-west-1"))
        case _:
            scenario.with_destination("kafka://orders-failed")


def _statement(effect: str = "Allow", **parts: Any) -> Json:
    found: Json = {"Effect": effect, "Principal": "*", "Resource": "*"}
    if "NotAction" not in parts:
        found["Action"] = "*"
    for negative in ("Principal", "Resource"):
        if f"Not{negative}" in parts:
            del found[negative]
    return found | parts


EVERYTHING = _statement()
ORGANIZATION = {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefgh12"}}
PERIMETER = {
    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-abcdefgh12"},
    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
}
POLICIES: tuple[list[Json], ...] = (
    [_statement(Action=["lambda:InvokeFunction", "sts:AssumeRole"])],
    [_statement(Action=["lambda:Get*", "sts:Get*", "sqs:Receive*", "secretsmanager:List*"])],
    [_statement(Action="LAMBDA:invoke*"), _statement(Action=["sts:*", "sqs:SendMessage"])],
    [_statement(NotAction=["lambda:*"])],
    [_statement(Principal={"Service": ["lambda.amazonaws.com"]})],
    [_statement(Principal={"AWS": "*"})],
    [_statement(Principal={"AWS": triggers.ROLE_ARN})],
    [_statement(Principal={"AWS": f"arn:aws:iam::{shapes.ACCOUNT}:root"})],
    [_statement(Principal={"AWS": "arn:aws:iam::111122223333:role/other"})],
    [_statement(NotPrincipal={"Service": "lambda.amazonaws.com"})],
    [_statement(Condition=ORGANIZATION)],
    [_statement(Condition={"StringEquals": {"aws:PrincipalAccount": shapes.ACCOUNT}})],
    [_statement(Condition={"StringEquals": {"aws:SourceVpc": vpc_id()}})],
    [_statement(Condition={"StringEquals": {"aws:SourceVpc": vpc_id("other")}})],
    [_statement(Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}})],
    [_statement(Condition={"StringEquals": {"aws:RequestedRegion": "us-east-1"}})],
    [_statement(Condition={"DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}})],
    [_statement(Resource=FUNCTIONS)],
    [_statement(Resource="arn:aws:dynamodb:us-east-1:111122223333:table/other")],
    [EVERYTHING, _statement("Deny", Action=["lambda:*", "sqs:*"])],
    [EVERYTHING, _statement("Deny", NotAction=["lambda:*"])],
    [EVERYTHING, _statement("Deny", Condition=PERIMETER)],
    [EVERYTHING, _statement("Deny", Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-abcdefgh12"}})],
    [EVERYTHING, _statement("Deny", Condition={"StringNotEquals": {"aws:SourceVpc": vpc_id()}})],
    [EVERYTHING, _statement("Deny", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})],
    [_statement(Condition={"StringLike": {"aws:UserAgent": "kafka*"}})],
    [],
)


def narrow_a_policy(draw: st.DrawFn, scenario: Scenario) -> None:
    endpoint = _one(draw, scenario)
    if endpoint:
        statements = draw(st.sampled_from(POLICIES))
        endpoint["PolicyDocument"] = json.dumps({"Version": "2012-10-17", "Statement": statements})


def close_a_policy(draw: st.DrawFn, scenario: Scenario) -> None:
    endpoint = _one(draw, scenario)
    if endpoint:
        statement = _statement("Deny", Action=draw(st.sampled_from(("*", ["*"]))))
        endpoint["PolicyDocument"] = json.dumps({"Statement": statement})


def leave_the_policy_out(draw: st.DrawFn, scenario: Scenario) -> None:
    endpoint = _one(draw, scenario)
    if endpoint:
        endpoint.pop("PolicyDocument", None)


VARIATIONS = (
    change_a_state,
    change_a_state,
    switch_private_dns_off,
    switch_private_dns_off,
    switch_vpc_dns_off,
    switch_dns_off_behind_open_endpoints,
    use_custom_resolvers,
    make_an_endpoint_useless,
    add_a_second_endpoint,
    use_another_destination,
    use_another_destination,
    narrow_a_policy,
    narrow_a_policy,
    narrow_a_policy,
    close_a_policy,
    leave_the_policy_out,
)
