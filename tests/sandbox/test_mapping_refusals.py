"""What Lambda refuses in event source mappings, with its error codes."""

from typing import Any

import pytest

from tests.sandbox.account import Account, refused

INVALID = "InvalidParameterValueException"
VIOLATED = "ValidationException"
SERVERS = {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": ["10.0.0.10:9092"]}}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:orders-AbCdEf"
CLUSTER = "arn:aws:kafka:us-east-1:123456789012:cluster/orders/3b9f2f5e-0000-4000-8000-000000000000-1"
REGISTRY = {"SchemaRegistryURI": "https://registry.example.com", "EventRecordFormat": "JSON"}


def create(account: Account, **more: Any) -> dict[str, Any]:
    """Create a self-managed mapping, or with `SelfManagedEventSource=None` any other."""
    request: dict[str, Any] = {
        "FunctionName": "reader",
        "SelfManagedEventSource": SERVERS,
        "Topics": ["orders"],
    }
    request = {name: value for name, value in (request | more).items() if value is not None}
    answer: dict[str, Any] = account.functions.create_event_source_mapping(**request)
    return answer


def servers(*addresses: str) -> dict[str, Any]:
    """A self-managed source of these bootstrap servers."""
    return {"Endpoints": {"KAFKA_BOOTSTRAP_SERVERS": list(addresses)}}


def access(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    """Source access configurations."""
    return [{"Type": kind, "URI": uri} for kind, uri in pairs]


@pytest.fixture
def reading(account: Account) -> Account:
    """An account that has the function `reader`."""
    account.function()
    return account


def test_a_function_that_does_not_exist_is_not_found(account: Account) -> None:
    with refused("ResourceNotFoundException", "Function not found", status=404):
        create(account)


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        ({"EventSourceArn": CLUSTER}, INVALID, "cannot be used together"),
        ({"SelfManagedEventSource": None}, INVALID, "is required"),
        ({"SelfManagedEventSource": {}}, INVALID, "KAFKA_BOOTSTRAP_SERVERS"),
        ({"SelfManagedEventSource": servers("broker")}, VIOLATED, "regular expression"),
        ({"SelfManagedEventSource": servers("10.0.0.1:70000")}, INVALID, "between 1 and 65535"),
        ({"SelfManagedEventSource": servers(*["b:9092"] * 11)}, VIOLATED, "less than or equal to 10"),
        ({"Topics": None}, INVALID, "Topics is required"),
        ({"Topics": ["a", "b"]}, VIOLATED, "less than or equal to 1"),
        ({"Topics": [".hidden"]}, VIOLATED, "regular expression"),
        ({"BatchSize": 10_001}, VIOLATED, "less than or equal to 10000"),
        ({"MaximumBatchingWindowInSeconds": 301}, VIOLATED, "less than or equal to 300"),
        ({"ParallelizationFactor": 2}, INVALID, "ParallelizationFactor"),
        ({"TumblingWindowInSeconds": 5}, INVALID, "TumblingWindowInSeconds"),
        ({"Queues": ["jobs"]}, INVALID, "Queues"),
        ({"StartingPosition": "AT_TIMESTAMP"}, INVALID, "StartingPositionTimestamp"),
        ({"AmazonManagedKafkaEventSourceConfig": {"ConsumerGroupId": "x"}}, INVALID, "not supported"),
    ],
)
def test_a_request_that_names_its_kafka_wrongly_is_refused(
    reading: Account, change: dict[str, Any], code: str, message: str
) -> None:
    with refused(code, message):
        create(reading, **change)


@pytest.mark.parametrize(
    ("configurations", "message"),
    [
        (access(("VIRTUAL_HOST", "/")), "VIRTUAL_HOST is not supported"),
        (access(("BASIC_AUTH", "user:password")), "must be the ARN of a Secrets Manager secret"),
        (
            access(("SERVER_ROOT_CA_CERTIFICATE", "arn:aws:acm:us-east-1:1:x")),
            "must be the ARN of a Secrets Manager secret",
        ),
        (access(("BASIC_AUTH", SECRET), ("SASL_SCRAM_512_AUTH", SECRET)), "Only one authentication"),
        (access(("IAM_OAUTHBEARER_AUTH", "scope")), "OAUTHBEARER_AUDIENCE"),
        (access(("VPC_SUBNET", "subnet:subnet-0123456789abcdef0")), "must be given together"),
        (access(("VPC_SECURITY_GROUP", "security_group:sg-0123456789abcdef0")), "must be given together"),
        (
            access(("VPC_SUBNET", "subnet:subnet-0123456789abcdef0"), ("VPC_SECURITY_GROUP", "sg-1")),
            "EC2 Error Code: InvalidSubnetID.NotFound",
        ),
    ],
)
def test_access_that_does_not_fit_self_managed_kafka_is_refused(
    reading: Account, configurations: list[dict[str, str]], message: str
) -> None:
    with refused(INVALID, message):
        create(reading, SourceAccessConfigurations=configurations)


def test_more_than_23_access_configurations_are_refused(reading: Account) -> None:
    with refused(VIOLATED, "less than or equal to 23"):
        create(reading, SourceAccessConfigurations=access(*[("VPC_SUBNET", "subnet-1")] * 24))


def test_a_security_group_that_does_not_exist_is_refused(reading: Account) -> None:
    subnet_id = reading.subnets(reading.vpc(), 1)[0]
    network = access(("VPC_SUBNET", subnet_id), ("VPC_SECURITY_GROUP", "sg-0123456789abcdef0"))
    with refused(INVALID, "EC2 Error Code: InvalidGroup.NotFound"):
        create(reading, SourceAccessConfigurations=network)


def test_subnets_and_groups_of_two_vpcs_are_refused(reading: Account) -> None:
    subnet_id = reading.subnets(reading.vpc(), 1)[0]
    group_id = reading.group(reading.vpc("10.9.0.0/16"))
    network = access(("VPC_SUBNET", f"subnet:{subnet_id}"), ("VPC_SECURITY_GROUP", group_id))
    with refused(INVALID, "of one VPC"):
        create(reading, SourceAccessConfigurations=network)


@pytest.mark.parametrize(
    ("arn", "code", "status", "message"),
    [
        (CLUSTER, "ResourceNotFoundException", 404, "does not exist"),
        (CLUSTER.replace(":cluster", ":vpc-connection"), "ResourceNotFoundException", 404, "does not exist"),
        (CLUSTER.replace("us-east-1", "eu-west-1"), INVALID, 400, "not in the Region"),
        (CLUSTER.replace("123456789012", "111122223333"), INVALID, 400, "use a VPC connection"),
        (CLUSTER.replace(":cluster/", ":topic/"), INVALID, 400, "Unrecognized event source"),
    ],
)
def test_a_source_that_is_not_there_is_refused(
    reading: Account, arn: str, code: str, status: int, message: str
) -> None:
    with refused(code, message, status):
        create(reading, SelfManagedEventSource=None, EventSourceArn=arn)


@pytest.mark.parametrize("kind", ["VPC_SUBNET", "BASIC_AUTH", "IAM_AUTH", "SASL_SCRAM_256_AUTH"])
def test_msk_takes_no_access_but_scram_512_and_client_certificates(reading: Account, kind: str) -> None:
    arn = reading.cluster(reading.subnets(reading.vpc()))
    with refused(INVALID, f"{kind} is not supported"):
        create(
            reading,
            SelfManagedEventSource=None,
            EventSourceArn=arn,
            SourceAccessConfigurations=access((kind, SECRET)),
        )


def test_msk_takes_no_self_managed_settings(reading: Account) -> None:
    arn = reading.cluster(reading.subnets(reading.vpc()))
    with refused(INVALID, "SelfManagedKafkaEventSourceConfig is not supported"):
        create(
            reading,
            SelfManagedEventSource=None,
            EventSourceArn=arn,
            SelfManagedKafkaEventSourceConfig={"ConsumerGroupId": "x"},
        )


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"MinimumPollers": 201}, "between 1 and 200"),
        ({"MaximumPollers": 2001}, "between 1 and 2000"),
        ({"MinimumPollers": 5, "MaximumPollers": 4}, "must not be larger"),
    ],
)
def test_pollers_beyond_lambdas_limits_are_refused(
    reading: Account, config: dict[str, Any], message: str
) -> None:
    with refused(INVALID, message):
        create(reading, ProvisionedPollerConfig=config)
    mapping = create(reading)
    with refused(INVALID, message):
        reading.functions.update_event_source_mapping(UUID=mapping["UUID"], ProvisionedPollerConfig=config)


def test_a_poller_group_holds_2000_pollers_at_most(reading: Account) -> None:
    pool = {"MaximumPollers": 1500, "PollerGroupName": "shared"}
    create(reading, ProvisionedPollerConfig=pool)
    with refused(INVALID, "more than 2000 pollers"):
        create(reading, Topics=["payments"], ProvisionedPollerConfig=pool)
    create(reading, Topics=["payments"], ProvisionedPollerConfig=pool | {"PollerGroupName": "own"})


def test_a_poller_group_holds_100_mappings_at_most(reading: Account) -> None:
    pool = {"MaximumPollers": 1, "PollerGroupName": "shared"}
    for number in range(100):
        create(reading, Topics=[f"topic-{number}"], ProvisionedPollerConfig=pool)
    with refused(INVALID, "already has 100"):
        create(reading, ProvisionedPollerConfig=pool)


@pytest.mark.parametrize(
    "setting",
    [
        {"SelfManagedKafkaEventSourceConfig": {"SchemaRegistryConfig": REGISTRY}},
        {"DestinationConfig": {"OnFailure": {"Destination": "kafka://failures"}}},
        {"MaximumRetryAttempts": 3},
        {"BisectBatchOnFunctionError": True},
    ],
)
def test_what_needs_provisioned_pollers_is_refused_on_demand(
    reading: Account, setting: dict[str, Any]
) -> None:
    with refused(INVALID, "only available in provisioned mode"):
        create(reading, **setting)
    mapping = create(reading, ProvisionedPollerConfig={"MinimumPollers": 1}, **setting)
    with refused(INVALID, "only available in provisioned mode"):
        reading.functions.update_event_source_mapping(UUID=mapping["UUID"], ProvisionedPollerConfig={})
    kept = reading.functions.get_event_source_mapping(UUID=mapping["UUID"])
    assert kept["ProvisionedPollerConfig"]["MinimumPollers"] == 1


@pytest.mark.parametrize(
    "destination",
    [
        {"OnFailure": {"Destination": "arn:aws:kinesis:us-east-1:123456789012:stream/failures"}},
        {"OnSuccess": {"Destination": "arn:aws:sqs:us-east-1:123456789012:done"}},
    ],
)
def test_destinations_are_queues_topics_and_buckets_for_failures_alone(
    reading: Account, destination: dict[str, Any]
) -> None:
    with refused(INVALID):
        create(reading, DestinationConfig=destination)


def test_a_second_mapping_of_the_same_function_source_and_topic_conflicts(reading: Account) -> None:
    first = create(reading)
    with refused("ResourceConflictException", first["UUID"], status=409):
        create(reading)


def test_the_consumer_group_is_fixed_at_creation(reading: Account) -> None:
    mapping = create(reading)
    with refused(INVALID, "ConsumerGroupId cannot be updated"):
        reading.functions.update_event_source_mapping(
            UUID=mapping["UUID"], SelfManagedKafkaEventSourceConfig={"ConsumerGroupId": "other"}
        )


@pytest.mark.parametrize("operation", ["get", "update", "delete"])
def test_a_mapping_that_does_not_exist_is_not_found(account: Account, operation: str) -> None:
    call = getattr(account.functions, f"{operation}_event_source_mapping")
    with refused("ResourceNotFoundException", status=404):
        call(UUID="00000000-0000-4000-8000-000000000000")


def test_an_update_to_an_unknown_function_changes_nothing(reading: Account) -> None:
    mapping = create(reading)
    with refused("ResourceNotFoundException", status=404):
        reading.functions.update_event_source_mapping(
            UUID=mapping["UUID"], FunctionName="nobody", BatchSize=3
        )
    assert reading.functions.get_event_source_mapping(UUID=mapping["UUID"])["BatchSize"] == 100
