"""Which triggers a document means, and when it ends without looking at a network."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, UnknownServiceError

from remediation.scripts.diagnosis import Clients, Decision
from remediation.scripts.endpoint import diagnose_endpoint
from remediation.scripts.reading import Reading, UnreadError
from tests.networks import triggers
from tests.networks.builder import Scenario
from tests.networks.cases import RULES
from tests.networks.healthy import healthy, healthy_msk, healthy_serverless
from tests.networks.shapes import group_id, subnet_id
from tests.remediation.scripts.asking import ask, permissions, refused, unneeded
from tests.remediation.scripts.snapshot_aws import SnapshotAws

SHORT = tuple(each for each in RULES if each != "redundancy")
SECOND = "7a1b6a4e-0000-4000-8000-000000000002"


def with_a_second_trigger(**fields: object) -> Scenario:
    """Two triggers of one function; `fields` are what the second has of its own."""
    scenario = healthy()
    second = scenario.trigger | {"UUID": SECOND} | fields
    return scenario.add("lambda:ListEventSourceMappings", second)


@pytest.mark.parametrize("rule", SHORT)
def test_nothing_is_done_about_a_healthy_trigger(rule: str) -> None:
    """And the sentence says what was found."""
    assert unneeded(ask(rule, healthy()))


@pytest.mark.parametrize("rule", SHORT)
@pytest.mark.parametrize("state", ["Disabled", "Disabling", "Deleting"])
def test_nothing_is_done_about_what_does_not_poll(rule: str, state: str) -> None:
    """Whatever is wrong with it."""
    broken = healthy().egress("trigger").ingress("broker").ingress("endpoint").mapping(State=state)
    assert state in unneeded(ask(rule, broken))


@pytest.mark.parametrize("rule", SHORT)
@pytest.mark.parametrize("named", [triggers.UUID, "orders"])
def test_nothing_is_done_about_an_exempt_trigger(rule: str, named: str) -> None:
    """Until its day is over; its UUID or its function is named, maybe after others."""
    broken = healthy().egress("trigger").ingress("broker").ingress("endpoint").without_endpoint("sts")
    exempt = [f"{SECOND}@2999-12-31", f" {named}@2999-12-31"]
    assert "Exempt" in unneeded(ask(rule, broken, Exempt=exempt))


@pytest.mark.parametrize("entry", [f"{triggers.UUID}@2020-02-29", f"{SECOND}@2999-12-31"])
def test_what_is_exempt_no_more_is_mended(entry: str) -> None:
    """The same goes for what others are exempt from."""
    assert permissions(ask("egress", healthy().egress("trigger"), Exempt=[entry]))


def test_of_a_function_s_triggers_the_exempt_ones_are_left_alone() -> None:
    """The other one is mended."""
    scenario = with_a_second_trigger().egress("trigger")
    exempt = [f"{triggers.UUID}@2999-12-31"]
    found = ask("egress", scenario, EventSourceMappingId="orders", Exempt=exempt)
    assert found.trigger_id == SECOND
    assert permissions(found)


def test_a_function_s_name_is_none_of_a_mapping() -> None:
    """Though it has the length and the dashes of a UUID."""
    looks_alike = "orders00-from-nort-and0-south0000000"
    aws = SnapshotAws(healthy().egress("trigger").document())
    ask("egress", aws, EventSourceMappingId=looks_alike)
    assert aws.asked == ["lambda:ListEventSourceMappings {}"]


@pytest.mark.parametrize("rule", SHORT)
def test_nothing_is_done_about_a_deleted_mapping(rule: str) -> None:
    """Config may ask for one that is gone by now."""
    assert SECOND in unneeded(ask(rule, healthy(), EventSourceMappingId=SECOND))


@pytest.mark.parametrize("rule", SHORT)
def test_nothing_is_done_about_a_trigger_without_vpc_settings(rule: str) -> None:
    """It polls public brokers from outside any VPC."""
    assert "no VPC settings" in unneeded(ask(rule, healthy().without_vpc()))


@pytest.mark.parametrize("rule", ["lambda", "sts", "secretsmanager", "destination", "endpoint_ingress"])
def test_nothing_is_done_about_services_of_a_provisioned_trigger(rule: str) -> None:
    """AWS carries its calls."""
    broken = healthy().provisioned().ingress("endpoint").without_endpoint("sts")
    assert "provisioned" in unneeded(ask(rule, broken))


def test_a_provisioned_trigger_still_needs_its_brokers() -> None:
    """But not the endpoints."""
    found = ask("egress", healthy().provisioned().egress("trigger"))
    assert permissions(found) == [(group_id("trigger"), "egress", 9092, group_id("broker"))]


def test_a_mapping_of_another_source_is_no_kafka_trigger() -> None:
    """As if a queue's mapping were given."""
    queue = healthy().mapping(EventSourceArn=triggers.QUEUE_ARN, SelfManagedEventSource=None)
    assert "no Kafka trigger" in unneeded(ask("egress", queue))


def test_a_function_stands_for_all_its_triggers() -> None:
    """The first that needs something is mended."""
    access = [
        {"Type": "VPC_SUBNET", "URI": f"subnet:{subnet_id('trigger-a')}"},
        {"Type": "VPC_SECURITY_GROUP", "URI": f"security_group:{group_id('second')}"},
    ]
    scenario = with_a_second_trigger(SourceAccessConfigurations=access).group("second")
    found = ask("egress", scenario, EventSourceMappingId="orders")
    assert found.trigger_id == SECOND
    assert {group for group, *_ in permissions(found)} == {group_id("second")}


@pytest.mark.parametrize("qualifier", ["prod", "7", "$LATEST"])
def test_a_function_stands_for_the_triggers_of_its_aliases_and_versions_too(qualifier: str) -> None:
    """Their ARNs have the qualifier at the end."""
    scenario = healthy().egress("trigger")
    scenario.mapping(FunctionArn=f"{triggers.FUNCTION_ARN}:{qualifier}")
    assert permissions(ask("egress", scenario, EventSourceMappingId="orders"))
    assert "no Kafka trigger" in unneeded(ask("egress", scenario, EventSourceMappingId=qualifier))


def test_the_sentence_names_the_function_s_other_triggers_that_need_something() -> None:
    """One execution mends one trigger."""
    found = ask("egress", with_a_second_trigger().egress("trigger"), EventSourceMappingId="orders")
    assert found.trigger_id == triggers.UUID
    assert SECOND in found.sentence


def test_nothing_is_done_about_a_function_without_kafka_triggers() -> None:
    """Config reports functions by name."""
    assert "payments" in unneeded(ask("egress", healthy(), EventSourceMappingId="payments"))


def test_a_mapping_that_may_not_be_read_needs_whoever_runs_the_documents() -> None:
    """Without it nothing is known."""
    sentence = refused(ask("egress", healthy().not_collected("lambda:ListEventSourceMappings")))
    assert "lambda:GetEventSourceMapping" in sentence


def _clients(network: Scenario, service: str, error: Exception) -> Clients:
    """AWS as boto3 shows it where a service answers nothing but an error."""
    aws = SnapshotAws(network.document())

    def client(name: str) -> Any:
        if name == service:
            raise error
        return aws.client(name)

    return client


def test_a_service_that_this_boto3_does_not_know_was_not_read() -> None:
    """The runtime of Automation has its own boto3; what cannot be read is left to a person."""
    inputs = {"EventSourceMappingId": triggers.UUID, "Rule": RULES["sts"]}
    unknown = UnknownServiceError(service_name="route53", known_service_names="ec2")
    found = diagnose_endpoint(_clients(healthy().without_endpoint("sts"), "route53", unknown), inputs)
    sentence = refused(found)
    assert "route53:ListHostedZonesByVpc is unknown to the boto3 of this runtime" in sentence


def test_an_operation_that_this_boto3_does_not_know_was_not_read() -> None:
    """As in an older version of the service's model."""
    with pytest.raises(UnreadError, match="kafka:ListNodes is unknown to the boto3 of this runtime"):
        Reading(lambda _service: object()).ask("kafka", "list_nodes")


def test_a_region_without_route_53_profiles_has_none() -> None:
    """No host of that name answers there."""
    inputs = {"EventSourceMappingId": triggers.UUID, "Rule": RULES["sts"]}
    nowhere = EndpointConnectionError(endpoint_url="https://route53profiles.example.com")
    clients = _clients(healthy().without_endpoint("sts"), "route53profiles", nowhere)
    assert diagnose_endpoint(clients, inputs).decision is Decision.APPLY


@pytest.mark.parametrize("rule", SHORT)
def test_a_source_that_is_gone_is_a_matter_of_broker_access_alone(rule: str) -> None:
    """The other rules do not apply to it."""
    gone = healthy_msk().remove(triggers.CLUSTER_ARN)
    found = ask(rule, gone)
    assert found.decision is (Decision.PERSON if rule == "broker_access" else Decision.NOTHING)
    assert "gone" in found.sentence


@pytest.mark.parametrize("rule", ["egress", "broker_access", "endpoint_ingress"])
def test_of_several_vpc_configurations_none_is_chosen(rule: str) -> None:
    """AWS does not tell which one a poller of MSK Serverless uses."""
    several = healthy_serverless().egress("msk").ingress("msk").ingress("endpoint")
    configs = several.item(triggers.SERVERLESS_ARN)["Serverless"]["VpcConfigs"]
    configs.append(configs[0] | {"SubnetIds": configs[0]["SubnetIds"][:2]})
    assert "several VPC configurations" in refused(ask(rule, several))


@pytest.mark.parametrize("rule", ["egress", "lambda"])
def test_nothing_is_changed_in_subnets_of_another_account(rule: str) -> None:
    """The sentence names the account whose network team must act."""
    shared = healthy().egress("trigger").without_endpoint("lambda").trigger_subnets("trigger-a")
    shared.change(subnet_id("trigger-a"), OwnerId="999988887777")
    assert "999988887777" in refused(ask(rule, shared))


@pytest.mark.parametrize("rule", SHORT)
def test_every_question_is_asked_once(rule: str) -> None:
    """However many subnets, brokers and services there are."""
    aws = SnapshotAws(healthy().egress("trigger").ingress("broker").without_endpoint("sts").document())
    ask(rule, aws)
    assert len(aws.asked) == len(set(aws.asked))
