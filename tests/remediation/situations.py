"""Places in which documents must read what most never need: peerings, Profiles, prefix lists and the like."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import boto3

from kafka_trigger_guard.sandbox.story.networks import EVERYWHERE, private_vpc
from tests.remediation.faults import EGRESS, INGRESS, LAMBDA, Fault
from tests.remediation.places import KAFKA_PORT, Place, mapping, msk_place, network, place


def named_brokers(session: boto3.Session) -> Place:
    """Brokers with names in a private zone that a Profile brings to the VPC; nobody is let in or out."""
    built = place(session, services=("sts", "secretsmanager"))
    route53, profiles = _client(session, "route53"), _client(session, "route53profiles")
    region = str(session.region_name)
    other = private_vpc(session, "zones", 77)
    created = route53.create_hosted_zone(
        Name="kafka.internal",
        CallerReference="kafka",
        VPC={"VPCRegion": region, "VPCId": other.vpc_id},
        HostedZoneConfig={"PrivateZone": True},
    )
    zone_id = created["HostedZone"]["Id"].rpartition("/")[2]
    record = {
        "Name": "broker.kafka.internal",
        "Type": "A",
        "TTL": 60,
        "ResourceRecords": [{"Value": "10.10.1.10"}],
    }
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch=batch)
    profile_id = profiles.create_profile(Name="zones", ClientToken="zones")["Profile"]["Id"]
    profiles.associate_profile(ProfileId=profile_id, ResourceId=built.vpc.vpc_id, Name="zones")
    arn = f"arn:aws:route53:::hostedzone/{zone_id}"
    profiles.associate_resource_to_profile(ProfileId=profile_id, ResourceArn=arn, Name="kafka")
    built.functions.delete_event_source_mapping(UUID=built.uuid)
    servers = [f"broker.kafka.internal:{KAFKA_PORT}"]
    uuid = mapping(
        session,
        "named",
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}},
        SourceAccessConfigurations=network(built.vpc, built.trigger_group),
    )
    found = Place(session, built.vpc, uuid, built.trigger_group, built.broker_group, built.endpoint_group)
    found.without_egress()
    found.without_ingress(found.broker_group)
    found.without_ingress(found.endpoint_group)
    return found


def peered_brokers(session: boto3.Session) -> Place:
    """Brokers and the sts endpoint in a VPC over a peering; the default route leads there too."""
    built = place(session, services=("secretsmanager",))
    far = private_vpc(session, "far", 88)
    group_id = far.group("brokers")
    servers = list(far.brokers(group_id, KAFKA_PORT))
    ec2 = built.ec2
    peering = ec2.create_vpc_peering_connection(VpcId=built.vpc.vpc_id, PeerVpcId=far.vpc_id)
    peering_id = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    table_id = built.main_route_table_id()
    for block in ("10.88.0.0/16", EVERYWHERE):
        ec2.create_route(RouteTableId=table_id, DestinationCidrBlock=block, VpcPeeringConnectionId=peering_id)
    built.without_egress()
    built.without_ingress(built.endpoint_group)
    far.endpoint("sts", group_id)
    _answered(session, built, f"sts.{session.region_name}.amazonaws.com", _addresses(built, far.vpc_id))
    uuid = mapping(
        session,
        "peered",
        SelfManagedEventSource={"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": servers}},
        SourceAccessConfigurations=network(built.vpc, built.trigger_group),
    )
    return Place(session, built.vpc, uuid, built.trigger_group, group_id, built.endpoint_group)


def central_endpoint(session: boto3.Session) -> Place:
    """The lambda endpoint stands in another VPC over a peering; this one's DNS hostnames are off."""
    built = place(session, services=("sts", "secretsmanager", "sqs"))
    built.ingress_from(built.endpoint_group, 443, "10.10.0.0/16")
    far = private_vpc(session, "central", 88)
    group_id = far.group("endpoints")
    built.ingress_from(group_id, 443, "10.10.0.0/16")
    peering = built.ec2.create_vpc_peering_connection(VpcId=built.vpc.vpc_id, PeerVpcId=far.vpc_id)
    peering_id = peering["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    built.ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering_id)
    for vpc, block in ((built.vpc, "10.88.0.0/16"), (far, "10.10.0.0/16")):
        table_id = replace(built, vpc=vpc).main_route_table_id()
        built.ec2.create_route(
            RouteTableId=table_id, DestinationCidrBlock=block, VpcPeeringConnectionId=peering_id
        )
    far.endpoint("lambda", group_id)
    endpoint_id = replace(built, vpc=far).endpoint_id("lambda")
    built.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PrivateDnsEnabled=False)
    _answered(session, built, f"lambda.{session.region_name}.amazonaws.com", _addresses(built, far.vpc_id))
    built.ec2.modify_vpc_attribute(VpcId=built.vpc.vpc_id, EnableDnsHostnames={"Value": False})
    return built


def _addresses(built: Place, vpc_id: str) -> list[str]:
    """The addresses of a VPC's endpoint interfaces."""
    wanted = [
        {"Name": "vpc-id", "Values": [vpc_id]},
        {"Name": "interface-type", "Values": ["vpc_endpoint"]},
    ]
    found = built.ec2.describe_network_interfaces(Filters=wanted)["NetworkInterfaces"]
    return [interface["PrivateIpAddress"] for interface in found]


def _answered(session: boto3.Session, built: Place, name: str, addresses: list[str]) -> None:
    """A private zone of the place's VPC answers for a name."""
    route53 = _client(session, "route53")
    created = route53.create_hosted_zone(
        Name=name,
        CallerReference=name,
        VPC={"VPCRegion": str(session.region_name), "VPCId": built.vpc.vpc_id},
        HostedZoneConfig={"PrivateZone": True},
    )
    values = [{"Value": address} for address in addresses]
    record = {"Name": name, "Type": "A", "TTL": 60, "ResourceRecords": values}
    batch = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    route53.change_resource_record_sets(HostedZoneId=created["HostedZone"]["Id"], ChangeBatch=batch)


def behind_blocked_nat(session: boto3.Session) -> Place:
    """A NAT gateway behind Block Public Access; prefix lists in every group, and narrowed policies."""
    built = place(session, services=("sts", "secretsmanager"))
    built.ec2.modify_vpc_endpoint(VpcEndpointId=built.endpoint_id("sts"), PrivateDnsEnabled=False)
    built.vpc.nat_gateway()
    built.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    entry = {"Cidr": "192.0.2.0/24", "Description": "nobody"}
    listed = built.ec2.create_managed_prefix_list(
        PrefixListName="nobody", Entries=[entry], MaxEntries=1, AddressFamily="IPv4"
    )
    list_id = listed["PrefixList"]["PrefixListId"]
    built.without_egress()
    for group_id in (built.broker_group, built.endpoint_group):
        built.without_ingress(group_id)
    permission = {"IpProtocol": "-1", "PrefixListIds": [{"PrefixListId": list_id}]}
    built.ec2.authorize_security_group_egress(GroupId=built.trigger_group, IpPermissions=[permission])
    for group_id in (built.broker_group, built.endpoint_group):
        built.ec2.authorize_security_group_ingress(GroupId=group_id, IpPermissions=[permission])
    own = {"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [own]})
    endpoint_id = built.endpoint_id("secretsmanager")
    built.ec2.modify_vpc_endpoint(VpcEndpointId=endpoint_id, PolicyDocument=policy)
    return built


def connected_cluster(session: boto3.Session) -> Place:
    """A cluster that is read through an MSK VPC connection."""
    built = msk_place(session)
    kafka = _client(session, "kafka")
    cluster = kafka.list_clusters_v2()["ClusterInfoList"][0]
    iam = {"Sasl": {"Iam": {"Enabled": True}}}
    kafka.update_connectivity(
        ClusterArn=cluster["ClusterArn"],
        CurrentVersion=cluster["CurrentVersion"],
        ConnectivityInfo={"VpcConnectivity": {"ClientAuthentication": iam}},
    )
    connection = kafka.create_vpc_connection(
        TargetClusterArn=cluster["ClusterArn"],
        Authentication="SASL_IAM",
        VpcId=built.vpc.vpc_id,
        ClientSubnets=list(built.vpc.subnet_ids),
        SecurityGroups=[built.trigger_group],
    )
    uuid = mapping(session, "connected", EventSourceArn=connection["VpcConnectionArn"])
    built.without_egress()
    built.without_ingress(built.endpoint_group)
    return Place(session, built.vpc, uuid, built.trigger_group, built.broker_group, built.endpoint_group)


SITUATIONS = (named_brokers, peered_brokers, behind_blocked_nat, connected_cluster)


def _narrow(built: Place) -> None:
    """The trigger is let out to its own endpoints and brokers alone; a group of our name is there already."""
    built.without_endpoints("lambda")
    built.without_egress()
    built.egress_to(443, group_id=built.endpoint_group)
    built.egress_to(KAFKA_PORT, group_id=built.broker_group)
    built.vpc.group("kafka-trigger-guard-lambda")


def _narrow_cluster(built: Place) -> None:
    built.without_endpoints("lambda")
    built.without_egress()
    built.egress_to(443, group_id=built.endpoint_group)
    built.egress_to(9098, group_id=built.broker_group)


def beside_clusters(session: boto3.Session) -> Place:
    """Two more triggers are of a cluster, one over an MSK VPC connection."""
    built = place(session)
    connected_cluster(session)
    return built


def _without_lambda_endpoint(built: Place) -> None:
    built.without_endpoints("lambda")


MORE_FAULTS = (
    Fault("a narrow group needs an endpoint whose group is there", LAMBDA, _narrow),
    Fault("a narrow cluster's lambda has no endpoint", LAMBDA, _narrow_cluster, msk_place),
    Fault("lambda has no endpoint beside clusters", LAMBDA, _without_lambda_endpoint, beside_clusters),
)
ASKED = (LAMBDA, "kafka-trigger-secretsmanager-endpoint", EGRESS, INGRESS, "kafka-trigger-broker-access")


def _client(session: boto3.Session, service: str) -> Any:
    make: Any = session.client
    return make(service)
