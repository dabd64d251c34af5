"""Specification of sources: profiles, Regions and whose credentials they are."""

from pathlib import Path

import boto3
import pytest

from kafka_trigger_guard.aws.failures import CollectError
from kafka_trigger_guard.aws.sessions import SourceError, check_region, enabled_regions, session_of, sources
from tests.aws.canned_aws import ACCOUNT, CannedAws, Fault


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Profiles of these tests only; no Region and no credentials from elsewhere."""
    (tmp_path / "config").write_text("[default]\n[profile work]\nregion = eu-west-1\n")
    (tmp_path / "credentials").write_text("[work]\naws_access_key_id = k\naws_secret_access_key = s\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> CannedAws:
    """An AWS that every session of these tests talks to; eu-west-1 is the profile's Region."""
    canned = CannedAws(items={"ec2:DescribeRegions": [{"RegionName": n} for n in ("us-east-1", "eu-west-1")]})

    def session(profile_name: str | None = None) -> boto3.Session:
        return canned.session(region_name="eu-west-1" if profile_name == "work" else None)

    monkeypatch.setattr("boto3.Session", session)
    return canned


def test_a_profile_brings_its_own_region(aws: CannedAws) -> None:
    (source,) = sources(profile="work")
    assert (source.account, source.region) == (ACCOUNT, "eu-west-1")
    assert aws.attempts == ["sts:GetCallerIdentity"]


def test_named_regions_are_kept_in_order_and_once(aws: CannedAws) -> None:
    found = sources(profile="work", regions=["us-west-2", "eu-west-1", "us-west-2"])
    assert [source.region for source in found] == ["us-west-2", "eu-west-1"]
    assert aws.attempts == ["sts:GetCallerIdentity"]


def test_all_regions_are_those_enabled_for_the_account(aws: CannedAws) -> None:
    assert [s.region for s in sources(profile="work", all_regions=True)] == ["eu-west-1", "us-east-1"]
    assert "AllRegions" not in aws.parameters("ec2:DescribeRegions")[0]


def test_all_regions_can_be_asked_for_without_a_region_of_ones_own(aws: CannedAws) -> None:
    assert enabled_regions(aws.session()) == ("eu-west-1", "us-east-1")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_the_environment_may_name_the_region(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "ap-northeast-1")
    assert [source.region for source in sources()] == ["ap-northeast-1"]


@pytest.mark.usefixtures("aws")
def test_without_any_region_the_message_says_how_to_name_one() -> None:
    with pytest.raises(SourceError, match="no AWS Region; name one with --region"):
        sources()


@pytest.mark.parametrize(
    ("region", "said"),
    [("eu-wset-1", "did you mean eu-west-1?"), ("tokyo", "see `aws ec2 describe-regions`")],
)
def test_an_unknown_region_is_refused_before_any_call(aws: CannedAws, region: str, said: str) -> None:
    with pytest.raises(SourceError, match=f"no AWS Region {region}; .*") as refused:
        sources(profile="work", regions=[region])
    assert said in str(refused.value)
    assert aws.attempts == []


def test_a_misspelt_region_of_the_environment_is_refused_too(
    aws: CannedAws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "us-easst-1")
    with pytest.raises(SourceError, match="did you mean us-east-1"):
        sources()
    assert aws.attempts == []


@pytest.mark.parametrize("region", ["cn-north-1", "us-gov-west-1", "eu-central-2", "us-east-1"])
def test_regions_of_every_partition_are_known(region: str) -> None:
    check_region(boto3.Session(), region)


def test_another_endpoint_may_have_regions_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    check_region(boto3.Session(), "local-1")


def test_an_unknown_profile_is_refused_with_the_ones_there_are() -> None:
    with pytest.raises(SourceError, match="no AWS profile wrok; there are default, work"):
        session_of("wrok")


def test_an_unknown_profile_of_the_environment_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "gone")
    with pytest.raises(SourceError, match="no AWS profile gone; run `aws configure"):
        session_of(None)


def test_a_damaged_configuration_file_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile work\n")
    with pytest.raises(SourceError, match="the AWS configuration cannot be used") as refused:
        session_of("work")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("operation", "fault", "said"),
    [
        ("ec2:DescribeRegions", Fault.DENIED, "ec2:DescribeRegions failed in eu-west-1 .*--region"),
        ("ec2:DescribeRegions", Fault.EXPIRED, "credentials have expired"),
        ("sts:GetCallerIdentity", Fault.REFUSED_KEYS, "AWS refuses the credentials"),
        ("sts:GetCallerIdentity", Fault.UNREACHABLE, "AWS cannot be reached"),
    ],
)
def test_an_account_that_cannot_be_asked_is_one_line(
    aws: CannedAws, operation: str, fault: Fault, said: str
) -> None:
    aws.faults[operation] = fault
    with pytest.raises(CollectError, match=said) as failed:
        sources(profile="work", all_regions=True)
    assert "\n" not in str(failed.value)
