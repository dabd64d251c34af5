"""Hand-written networks about VPC endpoints, their names and their policies."""

from __future__ import annotations

import json

from tests.networks import shapes, triggers
from tests.networks.builder import Scenario
from tests.networks.cases import case, healthy
from tests.networks.shapes import Json, endpoint_id, group_id, identify, nat_gateway_id, vpc_id
from tests.networks.vary_endpoints import add_zone

LAMBDA, STS = endpoint_id("lambda"), endpoint_id("sts")
SECRETS, QUEUES = endpoint_id("secretsmanager"), endpoint_id("sqs")
FOUR = ("lambda", "sts", "secretsmanager", "destination")


def _dns(*, support: bool = True, hostnames: bool = True) -> Scenario:
    scenario = healthy()
    attributes = shapes.vpc_attributes(support=support, hostnames=hostnames)
    scenario.responses["ec2:DescribeVpcAttribute"][vpc_id()] = attributes
    return scenario


def _policy(endpoint: str, *statements: Json) -> Scenario:
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return healthy().change(endpoint, PolicyDocument=document)


def allow(**parts: object) -> Json:
    return {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | parts


def refuse(**parts: object) -> Json:
    return allow(Effect="Deny", **parts)


def _if(operator: str, key: str, value: str) -> dict[str, object]:
    return {"Condition": {operator: {key: value}}}


def _custom_resolvers() -> Scenario:
    scenario = healthy().change(vpc_id(), DhcpOptionsId=identify("dopt", "custom"))
    return scenario.add("ec2:DescribeDhcpOptions", shapes.dhcp_options("custom", ["10.0.0.53"]))


def _hosted_zone() -> Scenario:
    scenario = healthy().change(LAMBDA, PrivateDnsEnabled=False)
    name = "lambda.us-east-1.amazonaws.com."
    alias = {
        "HostedZoneId": "Z7HUB22UULQXV",
        "DNSName": f"{scenario.item(LAMBDA)['DnsEntries'][0]['DnsName']}.",
        "EvaluateTargetHealth": False,
    }
    add_zone(scenario, "ZLAMBDA", name, [{"Name": name, "Type": "A", "AliasTarget": alias}])
    return scenario


def _second_lambda(**fields: object) -> Scenario:
    return healthy().group("closed").endpoint("lambda", ["endpoint-a"], ["closed"], name="second", **fields)


def _bucket() -> Scenario:
    return healthy().without_endpoint("sqs").with_destination(triggers.BUCKET_ARN)


def _china() -> Scenario:
    scenario = healthy()
    document = json.loads(
        json.dumps(scenario.responses).replace("us-east-1", "cn-north-1").replace("arn:aws:", "arn:aws-cn:")
    )
    scenario.responses = document
    scenario.region = "cn-north-1"
    for endpoint in scenario.items("ec2:DescribeVpcEndpoints"):
        endpoint["ServiceName"] = f"cn.{endpoint['ServiceName']}"
    return scenario


STATES = (
    case(
        "a pending endpoint",
        lambda: healthy().change(LAMBDA, State="pending"),
        {"lambda": "endpoint-not-available"},
        blocker=LAMBDA,
    ),
    case(
        "an endpoint that waits for acceptance",
        lambda: healthy().change(STS, State="pendingAcceptance"),
        {"sts": "endpoint-not-available"},
        blocker=STS,
    ),
    case(
        "a failed endpoint",
        lambda: healthy().change(SECRETS, State="Failed"),
        {"secretsmanager": "endpoint-not-available"},
        blocker=SECRETS,
    ),
    case(
        "a rejected endpoint",
        lambda: healthy().change(QUEUES, State="rejected"),
        {"destination": "endpoint-not-available"},
        blocker=QUEUES,
    ),
    case(
        "an available endpoint may be spelled with a capital",
        lambda: healthy().change(LAMBDA, State="Available"),
    ),
    case(
        "a pending endpoint beside a NAT",
        lambda: healthy().nat().change(LAMBDA, State="pending"),
        {"lambda": "nat-path"},
        blocker=nat_gateway_id(),
    ),
    case(
        "an endpoint of another type does not serve",
        lambda: healthy().change(LAMBDA, VpcEndpointType="Resource"),
        {"lambda": "no-path"},
    ),
    case(
        "a gateway load balancer endpoint does not serve",
        lambda: healthy().change(STS, VpcEndpointType="GatewayLoadBalancer"),
        {"sts": "no-path"},
    ),
    case(
        "an endpoint to another Region does not serve",
        lambda: healthy().change(LAMBDA, ServiceRegion="eu-west-1"),
        {"lambda": "no-path"},
    ),
    case(
        "a service name that only begins like the right one does not serve",
        lambda: healthy().change(STS, ServiceName="com.amazonaws.us-east-1.sts-fips"),
        {"sts": "no-path"},
    ),
    case(
        "an endpoint in another VPC does not serve",
        lambda: healthy().change(LAMBDA, VpcId=vpc_id("other")),
        {"lambda": "no-path"},
    ),
    case(
        "one endpoint interface serves all zones",
        lambda: healthy().without_endpoint("lambda").endpoint("lambda", ["endpoint-b"]),
    ),
)

NAMES = (
    case(
        "private DNS off on one endpoint",
        lambda: healthy().change(LAMBDA, PrivateDnsEnabled=False),
        {"lambda": "private-dns-disabled"},
        blocker=LAMBDA,
    ),
    case(
        "private DNS off on the sts endpoint",
        lambda: healthy().change(STS, PrivateDnsEnabled=False),
        {"sts": "private-dns-disabled"},
        blocker=STS,
    ),
    case(
        "private DNS off beside a NAT sends the payload through the NAT",
        lambda: healthy().nat().change(LAMBDA, PrivateDnsEnabled=False),
        {"lambda": "nat-path"},
        blocker=nat_gateway_id(),
    ),
    case(
        "private DNS off and a pending state: the state comes first",
        lambda: healthy().change(LAMBDA, PrivateDnsEnabled=False, State="pending"),
        {"lambda": "endpoint-not-available"},
        blocker=LAMBDA,
    ),
    case(
        "a VPC without DNS support",
        lambda: _dns(support=False),
        dict.fromkeys(FOUR, "vpc-dns-disabled"),
        blocker=vpc_id(),
    ),
    case(
        "a VPC without DNS hostnames",
        lambda: _dns(hostnames=False),
        dict.fromkeys(FOUR, "vpc-dns-disabled"),
        blocker=vpc_id(),
    ),
    case("a hosted zone of the VPC answers for an endpoint without private DNS", _hosted_zone),
    case("custom resolvers make private DNS unknown", _custom_resolvers, dict.fromkeys(FOUR, "not-modelled")),
    case(
        "a second endpoint without private DNS does not matter",
        lambda: _second_lambda(PrivateDnsEnabled=False),
    ),
    case(
        "a second endpoint that is pending does not matter",
        lambda: _second_lambda(PrivateDnsEnabled=False, State="pending"),
    ),
    case(
        "an endpoint in use whose group denies is red even beside a NAT",
        lambda: healthy().nat().ingress("endpoint"),
        {"endpoint_ingress": "endpoint-ingress-denied"},
        blocker=group_id("endpoint"),
    ),
    case("service names in China", _china),
)

POLICIES = (
    case("a policy that was left out is open", lambda: healthy().forget(LAMBDA, "PolicyDocument")),
    case(
        "a policy without statements is closed",
        lambda: _policy(LAMBDA),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
    case(
        "a policy for another action",
        lambda: _policy(LAMBDA, allow(Action="lambda:GetFunction")),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
    case(
        "a policy for exactly the action",
        lambda: _policy(
            LAMBDA, allow(Action="lambda:InvokeFunction", Principal={"Service": "lambda.amazonaws.com"})
        ),
    ),
    case("actions have wildcards and no case", lambda: _policy(STS, allow(Action=["iam:*", "STS:assume*"]))),
    case(
        "a list of any AWS principal is everybody", lambda: _policy(LAMBDA, allow(Principal={"AWS": ["*"]}))
    ),
    case(
        "the function's role does not call lambda",
        lambda: _policy(LAMBDA, allow(Principal={"AWS": triggers.ROLE_ARN})),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
    case(
        "the function's role calls Secrets Manager",
        lambda: _policy(SECRETS, allow(Principal={"AWS": triggers.ROLE_ARN})),
    ),
    case(
        "another role does not call Secrets Manager",
        lambda: _policy(SECRETS, allow(Principal={"AWS": "arn:aws:iam::111122223333:role/other"})),
        {"secretsmanager": "endpoint-policy-denies"},
        blocker=SECRETS,
    ),
    case(
        "the service principal does not call Secrets Manager",
        lambda: _policy(SECRETS, allow(Principal={"Service": "lambda.amazonaws.com"})),
        {"secretsmanager": "endpoint-policy-denies"},
        blocker=SECRETS,
    ),
    case(
        "an organization condition shuts the service principal out",
        lambda: _policy(STS, allow(**_if("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))),
        {"sts": "endpoint-policy-denies"},
        blocker=STS,
    ),
    case(
        "an account condition shuts the service principal out",
        lambda: _policy(LAMBDA, allow(**_if("StringEquals", "aws:PrincipalAccount", "111122223333"))),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
    case(
        "an account condition lets the function's role in",
        lambda: _policy(SECRETS, allow(**_if("StringEquals", "aws:PrincipalAccount", "111122223333"))),
    ),
    case(
        "a perimeter that spares AWS services",
        lambda: _policy(
            LAMBDA,
            allow(),
            refuse(
                Condition={
                    "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                }
            ),
        ),
    ),
    case(
        "a perimeter that spares nobody",
        lambda: _policy(
            LAMBDA, allow(), refuse(**_if("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))
        ),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
    case(
        "a condition on the VPC itself",
        lambda: _policy(LAMBDA, allow(**_if("StringEquals", "aws:SourceVpc", vpc_id()))),
    ),
    case(
        "a condition on another VPC",
        lambda: _policy(LAMBDA, allow(**_if("StringEquals", "aws:SourceVpc", "vpc-0other"))),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
    case(
        "a condition on the endpoint itself",
        lambda: _policy(LAMBDA, allow(), refuse(**_if("StringNotEquals", "aws:SourceVpce", LAMBDA))),
    ),
    case(
        "a condition that cannot be evaluated",
        lambda: _policy(LAMBDA, allow(**_if("StringLike", "aws:UserAgent", "kafka*"))),
        {"lambda": "not-modelled"},
    ),
    case(
        "an explicit deny wins",
        lambda: _policy(QUEUES, allow(), refuse(Action="sqs:SendMessage")),
        {"destination": "endpoint-policy-denies"},
        blocker=QUEUES,
    ),
    case(
        "NotAction of a deny spares the action",
        lambda: _policy(
            QUEUES, allow(), {k: v for k, v in refuse(NotAction="sqs:*").items() if k != "Action"}
        ),
    ),
    case(
        "NotPrincipal of a deny spares the principal",
        lambda: _policy(
            LAMBDA,
            allow(),
            {
                k: v
                for k, v in refuse(NotPrincipal={"Service": "lambda.amazonaws.com"}).items()
                if k != "Principal"
            },
        ),
    ),
    case(
        "a narrower resource that matches is unknown",
        lambda: _policy(LAMBDA, allow(Resource=f"{triggers.FUNCTION_ARN}*")),
        {"lambda": "not-modelled"},
    ),
    case(
        "a resource that does not match denies",
        lambda: _policy(LAMBDA, allow(Resource="arn:aws:lambda:us-east-1:111122223333:function:other")),
        {"lambda": "endpoint-policy-denies"},
        blocker=LAMBDA,
    ),
)

DESTINATIONS = (
    case("no destination", lambda: healthy().without_destination(), {"destination": "no-destination"}),
    case(
        "a destination that is a Kafka topic",
        lambda: healthy().with_destination("kafka://failed"),
        {"destination": "no-destination"},
    ),
    case(
        "a topic without an sns endpoint",
        lambda: healthy().with_destination(triggers.TOPIC_ARN),
        {"destination": "no-path"},
    ),
    case(
        "a topic with an sns endpoint", lambda: healthy().with_destination(triggers.TOPIC_ARN).endpoint("sns")
    ),
    case("a bucket without an endpoint", _bucket, {"destination": "no-path"}),
    case("a bucket behind a gateway endpoint", lambda: _bucket().s3_gateway()),
    case(
        "a bucket behind a gateway endpoint without routes",
        lambda: _bucket().s3_gateway([]),
        {"destination": "no-path"},
    ),
    case(
        "a bucket behind a gateway endpoint that is pending",
        lambda: _bucket().s3_gateway().change(endpoint_id("s3-gateway"), State="pending"),
        {"destination": "endpoint-not-available"},
        blocker=endpoint_id("s3-gateway"),
    ),
    case("a bucket behind an interface endpoint", lambda: _bucket().endpoint("s3")),
    case(
        "a bucket policy that lets objects be put but no bucket be listed",
        lambda: _bucket().endpoint(
            "s3", PolicyDocument=json.dumps({"Statement": [allow(Action="s3:PutObject")]})
        ),
        {"destination": "endpoint-policy-denies"},
        blocker=endpoint_id("s3"),
    ),
    case(
        "a queue in another Region is not served",
        lambda: healthy().with_destination(triggers.QUEUE_ARN.replace("us-east-1", "eu-west-1")),
        {"destination": "no-path"},
    ),
)

CASES = (*STATES, *NAMES, *POLICIES, *DESTINATIONS)
