"""Route 53 Profiles, which moto does not know."""

from typing import Any

import pytest

from tests.sandbox.account import Account, refused


@pytest.fixture
def profiles(account: Account) -> Any:
    """The client of Route 53 Profiles."""
    return account.session.client("route53profiles")


def test_a_profile_is_associated_with_a_vpc_and_holds_endpoints_and_zones(
    account: Account, profiles: Any
) -> None:
    vpc_id = account.vpc()
    profile_id = profiles.create_profile(Name="central", ClientToken="once")["Profile"]["Id"]
    profiles.associate_profile(ProfileId=profile_id, ResourceId=vpc_id, Name="spoke")
    endpoint = "arn:aws:ec2:us-east-1:123456789012:vpc-endpoint/vpce-0123456789abcdef0"
    for name, arn in (("endpoint", endpoint), ("zone", "arn:aws:route53:::hostedzone/Z123")):
        profiles.associate_resource_to_profile(ProfileId=profile_id, ResourceArn=arn, Name=name)
    associated = profiles.list_profile_associations(ResourceId=vpc_id)["ProfileAssociations"]
    assert [item["ProfileId"] for item in associated] == [profile_id]
    held = profiles.list_profile_resource_associations(ProfileId=profile_id)["ProfileResourceAssociations"]
    assert [item["ResourceType"] for item in held] == ["VPC_ENDPOINT", "PRIVATE_HOSTED_ZONE"]
    assert len(profiles.list_profiles()["ProfileSummaries"]) == 1


def test_a_vpc_has_one_profile(account: Account, profiles: Any) -> None:
    vpc_id = account.vpc()
    for name in ("first", "second"):
        profiles.create_profile(Name=name, ClientToken=name)
    first, second = (item["Id"] for item in profiles.list_profiles()["ProfileSummaries"])
    profiles.associate_profile(ProfileId=first, ResourceId=vpc_id, Name="spoke")
    with refused("ConflictException"):
        profiles.associate_profile(ProfileId=second, ResourceId=vpc_id, Name="spoke")


def test_an_unknown_profile_is_not_found(profiles: Any) -> None:
    with refused("ResourceNotFoundException"):
        profiles.list_profile_resource_associations(ProfileId="rp-0123456789abcdef0")
    assert profiles.list_profile_associations()["ProfileAssociations"] == []
