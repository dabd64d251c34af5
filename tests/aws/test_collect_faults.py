"""Specification of failures while collecting: recorded by operation, fatal only without credentials."""

import socket
from collections import Counter
from collections.abc import Iterator

import boto3
import pytest

from kafka_trigger_guard.aws.collect import collect
from kafka_trigger_guard.aws.failures import CollectError
from kafka_trigger_guard.aws.snapshot import Snapshot
from tests.aws.accounts import CLUSTER, full_account
from tests.aws.canned_aws import KEYS, LISTS, REGION, CannedAws, Fault

OPERATIONS = sorted(
    {*LISTS.keys() - {"ec2:DescribeRegions"}, *KEYS, "ec2:DescribeVpcBlockPublicAccessOptions"}
)
RECORDED = {
    Fault.DENIED: "AccessDeniedException",
    Fault.DROPPED: "ConnectionClosedError",
    Fault.MALFORMED: "MalformedResponse",
    Fault.UNREACHABLE: "EndpointConnectionError",
    Fault.REFUSED_KEYS: "UnrecognizedClientException",
}
_SUBNETS = {"ec2:DescribeSubnets"}
_ROUTES = {"ec2:DescribeRouteTables"}
DEPENDS = {
    "kafka:GetBootstrapBrokers": {"kafka:ListClustersV2", "kafka:DescribeVpcConnection"},
    "kafka:ListNodes": {"kafka:ListClustersV2"},
    "ec2:DescribeVpcPeeringConnections": _ROUTES,
    "ec2:DescribeTransitGateways": _ROUTES,
    "ec2:DescribeTransitGatewayAttachments": _ROUTES,
    "ec2:DescribeTransitGatewayVpcAttachments": _ROUTES,
    "ec2:SearchTransitGatewayRoutes": {*_ROUTES, "ec2:DescribeTransitGatewayAttachments"},
    "ec2:DescribeVpcBlockPublicAccessOptions": _ROUTES,
    "ec2:DescribeVpcBlockPublicAccessExclusions": _ROUTES,
    "ec2:DescribeDhcpOptions": {"ec2:DescribeVpcs"},
    "lambda:GetFunctionConfiguration": {"ec2:DescribeVpcEndpoints"},
    "route53profiles:ListProfileResourceAssociations": {"route53profiles:ListProfileAssociations"},
}
"""What an operation is read because of: without these it is not called, and nothing can depend on it."""


@pytest.fixture(autouse=True)
def _no_second_attempts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")


def read(aws: CannedAws) -> Snapshot:
    """Collect the canned account."""
    return collect(aws.session(), REGION)


def depends_on(operation: str, failed: str) -> bool:
    """Whether an operation may go unread because another one failed."""
    if failed == "lambda:ListEventSourceMappings":
        return True
    if failed == "ec2:DescribeSubnets":
        return operation.startswith(("ec2:", "route53", "lambda:Get"))
    return failed in DEPENDS.get(operation, ())


@pytest.mark.parametrize(
    ("operation", "fault"),
    [
        pytest.param(operation, fault, id=f"{operation}-{fault.name.lower()}")
        for operation in OPERATIONS
        for fault in RECORDED
        if (operation, fault) != ("lambda:ListEventSourceMappings", Fault.REFUSED_KEYS)
    ],
)
def test_an_operation_that_fails_is_recorded_and_the_rest_is_collected(operation: str, fault: Fault) -> None:
    aws = full_account()
    aws.faults[operation] = fault
    snapshot = read(aws)
    failed = {name for name in snapshot.errors if name.split(" ")[0] == operation}
    assert failed == set(snapshot.errors)
    assert failed
    assert {snapshot.errors[name].code for name in failed} == {RECORDED[fault]}
    assert operation not in snapshot.responses
    assert all(" " in name for name in failed) is (operation in KEYS)
    missing = set(OPERATIONS) - set(snapshot.responses) - {operation}
    assert all(depends_on(other, operation) for other in missing), missing


def test_an_error_has_awss_own_message_on_one_line() -> None:
    aws = full_account()
    aws.faults["ec2:DescribeNetworkAcls"] = Fault.DENIED
    error = read(aws).errors["ec2:DescribeNetworkAcls"]
    assert error.message == "You are not authorized to perform this operation."


def test_one_resource_that_fails_leaves_the_others_collected() -> None:
    aws = full_account()
    aws.faults[f"kafka:GetBootstrapBrokers {CLUSTER}"] = Fault.DENIED
    snapshot = read(aws)
    assert set(snapshot.errors) == {f"kafka:GetBootstrapBrokers {CLUSTER}"}
    assert len(snapshot.responses["kafka:GetBootstrapBrokers"]) == 2


class LateFault(CannedAws):
    """An AWS that denies every page of groups after the first request."""

    def _document(self, operation: str, parameters: dict[str, object]) -> dict[str, object]:
        if operation == "ec2:DescribeSecurityGroups":
            self.faults[operation] = Fault.DENIED
        return super()._document(operation, parameters)


@pytest.mark.parametrize("page", [None, 1], ids=["a later call", "a later page"])
def test_a_listing_that_fails_half_way_is_not_recorded_in_part(page: int | None) -> None:
    """A missing item would read as one that does not exist."""
    healthy = full_account()
    aws = LateFault(healthy.items, healthy.answers, page=page)
    snapshot = read(aws)
    assert set(snapshot.errors) == {"ec2:DescribeSecurityGroups"}
    assert "ec2:DescribeSecurityGroups" not in snapshot.responses


def test_throttling_is_retried_and_recorded_when_it_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "3")
    aws = full_account()
    aws.faults["ec2:DescribeNatGateways"] = Fault.THROTTLED
    snapshot = read(aws)
    assert snapshot.errors["ec2:DescribeNatGateways"].code == "ThrottlingException"
    assert Counter(aws.attempts)["ec2:DescribeNatGateways"] == 3


def test_throttling_that_ends_leaves_no_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")

    class Busy(CannedAws):
        def _body(self, operation, model, parameters, url):  # type: ignore[no-untyped-def]
            if Counter(self.attempts)[operation] > 1:
                self.faults.pop(operation, None)
            return super()._body(operation, model, parameters, url)

    healthy = full_account()
    aws = Busy(healthy.items, healthy.answers, {"ec2:DescribeVpcs": Fault.THROTTLED})
    snapshot = read(aws)
    assert snapshot.errors == {}
    assert "ec2:DescribeVpcs" in snapshot.responses


@pytest.mark.parametrize(
    ("operation", "fault", "said"),
    [
        ("sts:GetCallerIdentity", Fault.EXPIRED, "credentials have expired"),
        ("sts:GetCallerIdentity", Fault.REFUSED_KEYS, "AWS refuses the credentials"),
        ("sts:GetCallerIdentity", Fault.DENIED, "sts:GetCallerIdentity failed"),
        ("sts:GetCallerIdentity", Fault.UNREACHABLE, "AWS cannot be reached in us-east-1"),
        ("sts:GetCallerIdentity", Fault.DROPPED, "AWS cannot be reached in us-east-1"),
        ("sts:GetCallerIdentity", Fault.MALFORMED, "sts:GetCallerIdentity failed"),
        ("sts:GetCallerIdentity", Fault.THROTTLED, "sts:GetCallerIdentity failed"),
        ("lambda:ListEventSourceMappings", Fault.EXPIRED, "credentials have expired"),
        ("lambda:ListEventSourceMappings", Fault.REFUSED_KEYS, "AWS refuses the credentials"),
        ("ec2:DescribeRouteTables", Fault.EXPIRED, "credentials have expired"),
        ("ec2:DescribeVpcAttribute", Fault.EXPIRED, "credentials have expired"),
    ],
)
def test_without_good_credentials_nothing_is_collected(operation: str, fault: Fault, said: str) -> None:
    aws = full_account()
    aws.faults[operation] = fault
    with pytest.raises(CollectError, match=said) as failed:
        read(aws)
    assert "\n" not in str(failed.value)


@pytest.fixture
def _no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An environment that offers no credentials."""
    nowhere = str(tmp_path_factory.mktemp("home") / "absent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", nowhere)
    monkeypatch.setenv("AWS_CONFIG_FILE", nowhere)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_no_credentials")
@pytest.mark.parametrize("account", [None, "111122223333"])
def test_no_credentials_at_all_is_one_line_that_says_what_to_do(account: str | None) -> None:
    with pytest.raises(CollectError, match="no usable AWS credentials") as failed:
        collect(boto3.Session(), REGION, account=account)
    assert "--profile" in str(failed.value)


@pytest.mark.parametrize("region", ["not a region", "-"])
def test_a_name_that_no_region_can_have_is_refused(region: str) -> None:
    with pytest.raises(CollectError, match="check Region"):
        collect(boto3.Session("k", "s"), region)


class TestEndpointUrl:
    """AWS_ENDPOINT_URL: botocore's own switch to another address."""

    @pytest.fixture
    def closed_port(self) -> Iterator[int]:
        """A port of this machine on which nobody listens."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            yield taken.getsockname()[1]

    def test_it_is_honoured(self, monkeypatch: pytest.MonkeyPatch, closed_port: int) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{closed_port}")
        with pytest.raises(CollectError, match=f"cannot be reached.*127.0.0.1:{closed_port}"):
            collect(boto3.Session("k", "s"), REGION)

    def test_one_that_is_no_url_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
        with pytest.raises(CollectError, match=r"nonsense.*AWS_ENDPOINT_URL"):
            collect(boto3.Session("k", "s"), REGION)
