"""VPC Block Public Access, which moto does not know."""

from typing import Any

from tests.sandbox.account import Account, refused


def test_block_public_access_is_off_until_it_is_set(account: Account) -> None:
    options = account.ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert (options["InternetGatewayBlockMode"], options["AwsRegion"]) == ("off", "us-east-1")
    account.ec2.modify_vpc_block_public_access_options(InternetGatewayBlockMode="block-bidirectional")
    options = account.ec2.describe_vpc_block_public_access_options()["VpcBlockPublicAccessOptions"]
    assert options["InternetGatewayBlockMode"] == "block-bidirectional"


def test_vpcs_and_subnets_can_be_excluded(account: Account) -> None:
    vpc_id = account.vpc()
    subnet_id = account.subnets(vpc_id, 1)[0]
    create = account.ec2.create_vpc_block_public_access_exclusion
    first = create(VpcId=vpc_id, InternetGatewayExclusionMode="allow-egress")
    create(SubnetId=subnet_id, InternetGatewayExclusionMode="allow-bidirectional")
    with refused("InvalidParameterCombination"):
        create(VpcId=vpc_id, SubnetId=subnet_id, InternetGatewayExclusionMode="allow-egress")

    def excluded(**wanted: Any) -> list[str]:
        answer = account.ec2.describe_vpc_block_public_access_exclusions(**wanted)
        return [item["ResourceArn"].split(":")[-1] for item in answer["VpcBlockPublicAccessExclusions"]]

    egress = [{"Name": "internet-gateway-exclusion-mode", "Values": ["allow-egress"]}]
    assert excluded() == [f"vpc/{vpc_id}", f"subnet/{subnet_id}"]
    assert excluded(Filters=egress) == [f"vpc/{vpc_id}"]
    exclusion_id = first["VpcBlockPublicAccessExclusion"]["ExclusionId"]
    account.ec2.delete_vpc_block_public_access_exclusion(ExclusionId=exclusion_id)
    assert excluded() == [f"subnet/{subnet_id}"]
    with refused("InvalidVpcBlockPublicAccessExclusionId.NotFound"):
        account.ec2.delete_vpc_block_public_access_exclusion(ExclusionId=exclusion_id)
