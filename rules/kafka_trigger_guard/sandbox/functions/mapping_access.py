"""The SourceAccessConfigurations of an event source mapping: secrets, subnets and groups.

https://docs.aws.amazon.com/lambda/latest/api/API_SourceAccessConfiguration.html
"""

from collections.abc import Iterable, Sequence
from typing import Any

from moto.ec2.exceptions import EC2ClientError

from kafka_trigger_guard.sandbox.backends import ec2_of
from kafka_trigger_guard.sandbox.functions.mapping_sources import invalid, violated
from kafka_trigger_guard.sandbox.operations import Call

MAX_CONFIGURATIONS = 23
SUBNET, GROUP = "VPC_SUBNET", "VPC_SECURITY_GROUP"
AUTHENTICATION_OF_MSK = frozenset({"SASL_SCRAM_512_AUTH", "CLIENT_CERTIFICATE_TLS_AUTH"})
AUTHENTICATION_BY_SECRET = AUTHENTICATION_OF_MSK | {"BASIC_AUTH", "SASL_SCRAM_256_AUTH", "OAUTHBEARER_AUTH"}
AUTHENTICATION = AUTHENTICATION_BY_SECRET | {"IAM_AUTH", "IAM_OAUTHBEARER_AUTH"}
SECRETS = AUTHENTICATION_BY_SECRET | {"SERVER_ROOT_CA_CERTIFICATE"}
BESIDE_OAUTH = frozenset(
    {
        "OAUTHBEARER_SCOPE",
        "OAUTHBEARER_AUDIENCE",
        "OAUTHBEARER_LOGICAL_CLUSTER",
        "OAUTHBEARER_IDENTITY_POOL",
    }
)
OF_SELF_MANAGED = AUTHENTICATION | SECRETS | BESIDE_OAUTH | {SUBNET, GROUP}


def check_access(call: Call, self_managed: bool) -> None:
    """Refuse access configurations that do not fit the source or name what does not exist."""
    configurations = call.given("SourceAccessConfigurations") or ()
    if len(configurations) > MAX_CONFIGURATIONS:
        raise violated(
            "SourceAccessConfigurations",
            list(configurations),
            f"Member must have length less than or equal to {MAX_CONFIGURATIONS}",
        )
    types = [item.get("Type") for item in configurations]
    _check_types(types, OF_SELF_MANAGED if self_managed else AUTHENTICATION_OF_MSK)
    _check_secrets(configurations)
    _check_network(
        call, _ids(configurations, SUBNET, "subnet:"), _ids(configurations, GROUP, "security_group:")
    )


def _check_types(types: Sequence[Any], allowed: Iterable[str]) -> None:
    strange = next((item for item in types if item not in allowed), None)
    if strange is not None:
        raise invalid(f"SourceAccessConfiguration type {strange} is not supported for this event source.")
    if sum(item in AUTHENTICATION for item in types) > 1:
        raise invalid("Only one authentication type can be given in SourceAccessConfigurations.")
    if "IAM_OAUTHBEARER_AUTH" in types and "OAUTHBEARER_AUDIENCE" not in types:
        raise invalid("IAM_OAUTHBEARER_AUTH needs OAUTHBEARER_AUDIENCE.")


def _check_secrets(configurations: Sequence[Any]) -> None:
    for item in configurations:
        uri = str(item.get("URI") or "")
        if item["Type"] in SECRETS and uri.split(":")[2:3] != ["secretsmanager"]:
            raise invalid(
                f"The URI of {item['Type']} must be the ARN of a Secrets Manager secret, not '{uri}'."
            )


def _ids(configurations: Sequence[Any], kind: str, prefix: str) -> list[str]:
    return [str(item.get("URI")).removeprefix(prefix) for item in configurations if item["Type"] == kind]


def _check_network(call: Call, subnet_ids: list[str], group_ids: list[str]) -> None:
    if bool(subnet_ids) != bool(group_ids):
        raise invalid(f"{SUBNET} and {GROUP} must be given together.")
    ec2 = ec2_of(call)
    vpcs = {_vpc_of_subnet(ec2, subnet_id) for subnet_id in subnet_ids}
    vpcs |= {_vpc_of_group(ec2, group_id) for group_id in group_ids}
    if len(vpcs) > 1:
        raise invalid("The subnets and security groups of an event source mapping must be of one VPC.")


def _vpc_of_subnet(ec2: Any, subnet_id: str) -> str:
    try:
        return str(ec2.get_subnet(subnet_id).vpc_id)
    except EC2ClientError as error:
        raise _unknown("DescribeSubnets", error.code, error.message) from error


def _vpc_of_group(ec2: Any, group_id: str) -> str:
    group = ec2.get_security_group_from_id(group_id)
    if group is None:
        message = f"The security group '{group_id}' does not exist"
        raise _unknown("DescribeSecurityGroups", "InvalidGroup.NotFound", message)
    return str(group.vpc_id)


def _unknown(action: str, code: str, message: str) -> Exception:
    return invalid(f"Error occurred while {action}. EC2 Error Code: {code}. EC2 Error Message: {message}")
