"""Faults that a document claims to repair: how a place gets one, and whose rule it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import boto3

from tests.remediation.places import KAFKA_PORT, Place, msk_place, place

LAMBDA, STS = "kafka-trigger-lambda-endpoint", "kafka-trigger-sts-endpoint"
SECRETS, DESTINATION = "kafka-trigger-secretsmanager-endpoint", "kafka-trigger-destination-endpoint"
EGRESS, INGRESS = "kafka-trigger-egress", "kafka-trigger-endpoint-ingress"
BROKERS = "kafka-trigger-broker-access"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault; `build` makes the place, and `break_` takes away what the rule then misses."""

    name: str
    rule: str
    break_: Callable[[Place], None]
    build: Callable[[boto3.Session], Place] = place
    parameters: Mapping[str, str] = field(default_factory=dict)

    def place(self, session: boto3.Session) -> Place:
        """A place with this fault."""
        built = self.build(session)
        self.break_(built)
        return built


def _sns(session: boto3.Session) -> Place:
    built = place(session, services=("lambda", "sts", "secretsmanager"))
    arn = f"arn:aws:sns:{session.region_name}:123456789012:orders-failed"
    built.functions.update_event_source_mapping(
        UUID=built.uuid, DestinationConfig={"OnFailure": {"Destination": arn}}
    )
    return built


def _bare(session: boto3.Session) -> Place:
    return place(session, services=())


def _behind_nat(built: Place) -> None:
    built.without_endpoints("lambda")
    built.vpc.nat_gateway()


def _behind_transit_gateway(built: Place) -> None:
    built.without_endpoints("lambda")
    gateway_id = built.ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    built.ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway_id, VpcId=built.vpc.vpc_id, SubnetIds=list(built.vpc.subnet_ids)
    )
    built.ec2.create_route(
        RouteTableId=built.main_route_table_id(),
        DestinationCidrBlock="0.0.0.0/0",
        TransitGatewayId=gateway_id,
    )


def _private_dns_off(built: Place) -> None:
    built.ec2.modify_vpc_endpoint(VpcEndpointId=built.endpoint_id("lambda"), PrivateDnsEnabled=False)


def _vpc_dns_off(built: Place) -> None:
    """All endpoints but the one that is missed let the whole VPC in."""
    narrow = built.vpc.group("narrow")
    built.vpc.admit(narrow, 443, built.trigger_group)
    built.ec2.modify_vpc_endpoint(
        VpcEndpointId=built.endpoint_id("lambda"),
        AddSecurityGroupIds=[narrow],
        RemoveSecurityGroupIds=[built.endpoint_group],
    )
    built.ingress_from(built.endpoint_group, 443, "10.10.0.0/16")
    built.ec2.modify_vpc_attribute(VpcId=built.vpc.vpc_id, EnableDnsHostnames={"Value": False})


def _only_out_to_brokers(built: Place) -> None:
    built.without_egress()
    built.egress_to(KAFKA_PORT, group_id=built.broker_group)


def _only_out_to_endpoints(built: Place) -> None:
    built.without_egress()
    built.egress_to(443, group_id=built.endpoint_group)


def _out_to_one_subnet(built: Place) -> None:
    _only_out_to_brokers(built)
    built.egress_to(443, cidr="10.10.1.0/24")


def _endpoints_admit_nobody(built: Place) -> None:
    built.without_ingress(built.endpoint_group)


def _endpoints_admit_one_subnet(built: Place) -> None:
    _endpoints_admit_nobody(built)
    built.ingress_from(built.endpoint_group, 443, "10.10.1.0/24")


def _brokers_admit_nobody(built: Place) -> None:
    built.without_ingress(built.broker_group)


def _brokers_admit_another_port(built: Place) -> None:
    _brokers_admit_nobody(built)
    built.vpc.admit(built.broker_group, 9094, built.trigger_group)


def _cluster_lets_nothing_out(built: Place) -> None:
    built.without_egress()


def _lost(service: str) -> Callable[[Place], None]:
    return lambda built: built.without_endpoints(service)


FAULTS = (
    Fault("payload goes through a NAT gateway", LAMBDA, _behind_nat),
    Fault("payload leaves by a transit gateway", LAMBDA, _behind_transit_gateway),
    Fault("lambda has no endpoint", LAMBDA, _lost("lambda")),
    Fault("sts has no endpoint", STS, _lost("sts")),
    Fault("secretsmanager has no endpoint", SECRETS, _lost("secretsmanager")),
    Fault("sqs has no endpoint", DESTINATION, _lost("sqs")),
    Fault("sns has no endpoint", DESTINATION, lambda _: None, _sns),
    Fault("no service has an endpoint", LAMBDA, lambda _: None, _bare),
    Fault("the lambda endpoint's private DNS is off", LAMBDA, _private_dns_off),
    Fault("the VPC's DNS hostnames are off", LAMBDA, _vpc_dns_off, parameters={"AllowVpcDnsChange": "true"}),
    Fault("nothing is let out", EGRESS, Place.without_egress),
    Fault("nothing is let out to the endpoints", EGRESS, _only_out_to_brokers),
    Fault("nothing is let out to the brokers", EGRESS, _only_out_to_endpoints),
    Fault("only one subnet's endpoint interface is let out to", EGRESS, _out_to_one_subnet),
    Fault("the cluster's group lets nothing out", EGRESS, _cluster_lets_nothing_out, msk_place),
    Fault("the endpoints admit nobody", INGRESS, _endpoints_admit_nobody),
    Fault("the endpoints admit one subnet", INGRESS, _endpoints_admit_one_subnet),
    Fault("the cluster's endpoints admit nobody", INGRESS, _endpoints_admit_nobody, msk_place),
    Fault("the brokers admit nobody", BROKERS, _brokers_admit_nobody),
    Fault("the brokers admit another port", BROKERS, _brokers_admit_another_port),
    Fault("the cluster's group admits nobody", BROKERS, _brokers_admit_nobody, msk_place),
)
BY_NAME = {fault.name: fault for fault in FAULTS}
