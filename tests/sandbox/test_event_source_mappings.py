"""Kafka event source mappings in every shape that Lambda knows."""

import uuid
from typing import Any

import pytest

from kafka_trigger_guard.sandbox import Aws
from kafka_trigger_guard.sandbox.functions.event_source_mappings import record_processing_result
from tests.sandbox.account import IAM, Account, refused

SERVERS = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["10.0.0.10:9092", "10.0.1.10:9092"]}}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:AmazonMSK_orders-AbCdEf"


def self_managed(account: Account, **more: Any) -> dict[str, Any]:
    """Create a self-managed mapping of the function `reader`."""
    request = {"FunctionName": "reader", "SelfManagedEventSource": SERVERS, "Topics": ["orders"]}
    answer: dict[str, Any] = account.functions.create_event_source_mapping(**request | more)
    return answer


def told(account: Account, mapping: dict[str, Any]) -> dict[str, Any]:
    """What Lambda tells of a mapping now."""
    answer: dict[str, Any] = account.functions.get_event_source_mapping(UUID=mapping["UUID"])
    return answer


def test_a_self_managed_mapping_keeps_servers_network_and_secret(account: Account) -> None:
    function_arn = account.function()
    vpc_id = account.vpc()
    access = [
        *({"Type": "VPC_SUBNET", "URI": f"subnet:{subnet_id}"} for subnet_id in account.subnets(vpc_id)),
        {"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{account.group(vpc_id)}"},
        {"Type": "SASL_SCRAM_512_AUTH", "URI": SECRET},
    ]
    mapping = told(account, self_managed(account, SourceAccessConfigurations=access))
    assert mapping["SelfManagedEventSource"] == SERVERS
    assert mapping["SourceAccessConfigurations"] == access
    assert mapping["FunctionArn"] == function_arn
    assert mapping["Topics"] == ["orders"]
    assert "EventSourceArn" not in mapping


def test_a_mapping_carries_its_identity_and_lambdas_defaults(account: Account) -> None:
    account.function()
    mapping = told(account, self_managed(account))
    assert str(uuid.UUID(mapping["UUID"])) == mapping["UUID"]
    arn = f"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{mapping['UUID']}"
    assert mapping["EventSourceMappingArn"] == arn
    assert mapping["BatchSize"] == 100
    assert mapping["SelfManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": mapping["UUID"]}
    assert mapping["StateTransitionReason"] == "USER_INITIATED"
    assert mapping["LastProcessingResult"] == "No records processed"


def test_a_provisioned_cluster_is_a_source(account: Account) -> None:
    account.function()
    arn = account.cluster(account.subnets(account.vpc()))
    mapping = account.functions.create_event_source_mapping(
        FunctionName="reader",
        EventSourceArn=arn,
        Topics=["orders"],
        AmazonManagedKafkaEventSourceConfig={"ConsumerGroupId": "warehouse"},
    )
    assert told(account, mapping)["EventSourceArn"] == arn
    assert told(account, mapping)["AmazonManagedKafkaEventSourceConfig"] == {"ConsumerGroupId": "warehouse"}


def test_a_serverless_cluster_is_a_source(account: Account) -> None:
    account.function()
    network = {"SubnetIds": account.subnets(account.vpc())}
    arn = account.kafka.create_cluster_v2(
        ClusterName="clicks", Serverless={"VpcConfigs": [network], "ClientAuthentication": IAM}
    )["ClusterArn"]
    mapping = account.functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=arn, Topics=["clicks"]
    )
    assert told(account, mapping)["EventSourceArn"] == arn


def test_a_vpc_connection_is_a_source(account: Account) -> None:
    account.function()
    vpc_id = account.vpc()
    subnets = account.subnets(vpc_id)
    multi_vpc = {"VpcConnectivity": {"ClientAuthentication": IAM}}
    connection = account.kafka.create_vpc_connection(
        TargetClusterArn=account.cluster(subnets, ConnectivityInfo=multi_vpc),
        Authentication="SASL_IAM",
        VpcId=vpc_id,
        ClientSubnets=subnets,
        SecurityGroups=[account.group(vpc_id)],
    )["VpcConnectionArn"]
    mapping = account.functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=connection, Topics=["orders"]
    )
    assert told(account, mapping)["EventSourceArn"] == connection


def test_a_mapping_passes_through_creating_updating_disabling_enabling_and_deleting(account: Account) -> None:
    account.function()
    mapping = self_managed(account)
    update = account.functions.update_event_source_mapping
    states = [mapping["State"], told(account, mapping)["State"]]
    states.append(update(UUID=mapping["UUID"], BatchSize=7)["State"])
    states.append(update(UUID=mapping["UUID"], Enabled=False)["State"])
    states.append(told(account, mapping)["State"])
    states.append(update(UUID=mapping["UUID"], Enabled=True)["State"])
    states.append(account.functions.delete_event_source_mapping(UUID=mapping["UUID"])["State"])
    assert states == ["Creating", "Enabled", "Updating", "Disabling", "Disabled", "Enabling", "Deleting"]
    with refused("ResourceNotFoundException", status=404):
        told(account, mapping)


def test_a_mapping_created_disabled_is_disabled(account: Account) -> None:
    account.function()
    assert told(account, self_managed(account, Enabled=False))["State"] == "Disabled"


def test_pollers_are_provisioned_with_defaults_and_an_empty_config_returns_to_on_demand(
    account: Account,
) -> None:
    account.function()
    mapping = self_managed(account, ProvisionedPollerConfig={"MinimumPollers": 2})
    assert told(account, mapping)["ProvisionedPollerConfig"] == {"MinimumPollers": 2, "MaximumPollers": 200}
    account.functions.update_event_source_mapping(UUID=mapping["UUID"], ProvisionedPollerConfig={})
    assert "ProvisionedPollerConfig" not in told(account, mapping)


def test_a_mapping_created_with_an_empty_poller_config_is_on_demand(account: Account) -> None:
    account.function()
    mapping = told(account, self_managed(account, ProvisionedPollerConfig={}))
    assert "ProvisionedPollerConfig" not in mapping


def test_an_update_changes_function_batch_destination_and_access(account: Account) -> None:
    account.function()
    other = account.function("other")
    queue = {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failures"}}
    access = [{"Type": "SASL_SCRAM_256_AUTH", "URI": SECRET}]
    mapping = self_managed(account)
    account.functions.update_event_source_mapping(
        UUID=mapping["UUID"],
        FunctionName="other",
        BatchSize=5,
        DestinationConfig=queue,
        SourceAccessConfigurations=access,
    )
    after = told(account, mapping)
    assert (after["FunctionArn"], after["BatchSize"]) == (other, 5)
    assert (after["DestinationConfig"], after["SourceAccessConfigurations"]) == (queue, access)
    assert after["LastModified"] > mapping["LastModified"]


def test_access_configurations_can_be_emptied(account: Account) -> None:
    account.function()
    mapping = self_managed(
        account, SourceAccessConfigurations=[{"Type": "SASL_SCRAM_256_AUTH", "URI": SECRET}]
    )
    account.functions.update_event_source_mapping(UUID=mapping["UUID"], SourceAccessConfigurations=[])
    assert told(account, mapping)["SourceAccessConfigurations"] == []


def test_a_mapping_of_an_alias_names_the_alias(account: Account) -> None:
    arn = account.function()
    account.functions.publish_version(FunctionName="reader")
    account.functions.create_alias(FunctionName="reader", Name="live", FunctionVersion="1")
    assert self_managed(account, FunctionName="reader:live")["FunctionArn"] == f"{arn}:live"


@pytest.mark.parametrize(
    "name",
    [
        "reader",
        "arn:aws:lambda:us-east-1:123456789012:function:reader",
        "123456789012:function:reader",
    ],
)
def test_a_function_may_be_named_in_full_or_in_part(account: Account, name: str) -> None:
    arn = account.function()
    assert self_managed(account, FunctionName=name)["FunctionArn"] == arn
    assert len(account.functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]) == 1


def test_mappings_are_listed_in_pages(account: Account) -> None:
    account.function()
    made = [self_managed(account, Topics=[f"topic-{number}"])["UUID"] for number in range(5)]
    pages = list(
        account.functions.get_paginator("list_event_source_mappings").paginate(
            PaginationConfig={"PageSize": 2}
        )
    )
    assert [len(page["EventSourceMappings"]) for page in pages] == [2, 2, 1]
    assert [item["UUID"] for page in pages for item in page["EventSourceMappings"]] == made


def test_a_page_holds_a_hundred_mappings_at_most(account: Account) -> None:
    account.function()
    for number in range(101):
        self_managed(account, Topics=[f"topic-{number}"])
    first = account.functions.list_event_source_mappings(MaxItems=1000)
    assert len(first["EventSourceMappings"]) == 100
    rest = account.functions.list_event_source_mappings(Marker=first["NextMarker"])
    assert len(rest["EventSourceMappings"]) == 1
    assert "NextMarker" not in rest


def test_a_marker_that_lambda_never_gave_is_refused(account: Account) -> None:
    with refused("InvalidParameterValueException"):
        account.functions.list_event_source_mappings(Marker="from-here")


def test_mappings_are_listed_by_function_and_by_source(account: Account) -> None:
    account.function()
    account.function("other")
    arn = account.cluster(account.subnets(account.vpc()))
    own = self_managed(account)["UUID"]
    msk = account.functions.create_event_source_mapping(
        FunctionName="other", EventSourceArn=arn, Topics=["orders"]
    )["UUID"]

    def listed(**wanted: str) -> list[str]:
        answer = account.functions.list_event_source_mappings(**wanted)
        return [item["UUID"] for item in answer["EventSourceMappings"]]

    assert listed() == [own, msk]
    assert listed(FunctionName="reader") == [own]
    assert listed(EventSourceArn=arn) == [msk]
    assert listed(EventSourceArn=arn, FunctionName="reader") == []


def test_mappings_of_queues_stay_with_moto_and_are_listed_among_the_others(
    account: Account, sandbox: Aws
) -> None:
    account.function()
    queues: Any = sandbox.session().client("sqs")
    url = queues.create_queue(QueueName="jobs")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    unchecked: Any = sandbox.session().client("lambda")
    queue = unchecked.create_event_source_mapping(FunctionName="reader", EventSourceArn=arn)
    kafka = self_managed(account)
    listed = unchecked.list_event_source_mappings()["EventSourceMappings"]
    assert {item["UUID"] for item in listed} == {queue["UUID"], kafka["UUID"]}
    assert unchecked.get_event_source_mapping(UUID=queue["UUID"])["EventSourceArn"] == arn


def test_a_mapping_can_be_tagged(account: Account) -> None:
    account.function()
    arn = self_managed(account, Tags={"team": "orders"})["EventSourceMappingArn"]
    account.functions.tag_resource(Resource=arn, Tags={"stage": "test"})
    assert account.functions.list_tags(Resource=arn)["Tags"] == {"team": "orders", "stage": "test"}


def test_a_mapping_outlives_its_cluster(account: Account) -> None:
    account.function()
    arn = account.cluster(account.subnets(account.vpc()))
    mapping = account.functions.create_event_source_mapping(
        FunctionName="reader", EventSourceArn=arn, Topics=["orders"]
    )
    account.kafka.delete_cluster(ClusterArn=arn)
    assert told(account, mapping)["EventSourceArn"] == arn


def test_a_test_may_let_the_poller_report_a_result(account: Account) -> None:
    account.function()
    mapping = self_managed(account)
    record_processing_result("123456789012", "us-east-1", mapping["UUID"], "PROBLEM: Connection error.")
    assert told(account, mapping)["LastProcessingResult"] == "PROBLEM: Connection error."
