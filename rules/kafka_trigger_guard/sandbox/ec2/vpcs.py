"""What AWS creates with a VPC and moto leaves out, and what keeps a VPC's parts from being deleted."""

from itertools import product
from typing import Any

from moto.ec2.models import elastic_ip_addresses
from moto.ec2.models.network_acls import NetworkAclBackend
from moto.ec2.models.security_groups import SecurityGroupBackend
from moto.ec2.models.subnets import SubnetBackend
from moto.ec2.models.vpcs import VPCBackend

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.ec2.endpoint_looks import looked_at_by_group
from kafka_trigger_guard.sandbox.ec2.group_rules import referring_groups
from kafka_trigger_guard.sandbox.operations import Refusal

LAST_RULE = 32767
_moto_create_vpc = VPCBackend.create_vpc
_moto_create_network_acl = NetworkAclBackend.create_network_acl
_moto_authorize_ingress: Any = SecurityGroupBackend.authorize_security_group_ingress
_moto_authorize_egress = SecurityGroupBackend.authorize_security_group_egress
_moto_delete_security_group = SecurityGroupBackend.delete_security_group
_moto_delete_subnet = SubnetBackend.delete_subnet
_public_addresses = (
    f"52.{high}.{low}.{last}" for high, low, last in product(range(256), range(256), range(1, 255))
)


@correct(VPCBackend, "create_vpc")
def _create_vpc(ec2: Any, *arguments: Any, **named: Any) -> Any:
    """A VPC whose default group admits itself.

    https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
    """
    vpc = _moto_create_vpc(ec2, *arguments, **named)
    group = ec2.get_security_group_from_name("default", vpc_id=vpc.id)
    itself = [{"GroupId": group.id}]
    _moto_authorize_ingress(ec2, group.id, "-1", None, None, [], source_groups=itself, vpc_id=vpc.id)
    return vpc


@correct(NetworkAclBackend, "create_network_acl")
def _create_network_acl(ec2: Any, vpc_id: str, tags: Any = None, default: bool = False) -> Any:
    """A network ACL of one's own denies everything by its last rule, both ways."""
    network_acl = _moto_create_network_acl(ec2, vpc_id, tags, default)
    if not default:
        for egress in (True, False):
            ec2.create_network_acl_entry(
                network_acl.id, LAST_RULE, "-1", "deny", egress, "0.0.0.0/0", None, None, None, None, None
            )
    return network_acl


@correct(SecurityGroupBackend, "authorize_security_group_ingress")
def _authorize_ingress(ec2: Any, *arguments: Any, **named: Any) -> Any:
    _check_prefix_lists(ec2, named)
    return _moto_authorize_ingress(ec2, *arguments, **named)


@correct(SecurityGroupBackend, "authorize_security_group_egress")
def _authorize_egress(ec2: Any, *arguments: Any, **named: Any) -> Any:
    _check_prefix_lists(ec2, named)
    return _moto_authorize_egress(ec2, *arguments, **named)


def _check_prefix_lists(ec2: Any, permission: dict[str, Any]) -> None:
    for item in permission.get("prefix_list_ids") or ():
        if item["PrefixListId"] not in ec2.managed_prefix_lists:
            raise Refusal(
                "InvalidPrefixListID.NotFound", f"The prefix list ID '{item['PrefixListId']}' does not exist"
            )


@correct(SecurityGroupBackend, "delete_security_group")
def _delete_security_group(ec2: Any, name: str | None = None, group_id: str | None = None) -> None:
    """A group that is carried, or named by another group's rule, stays; tags go with the group.

    https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteSecurityGroup.html
    """
    looked_at_by_group(ec2, group_id or "")
    carried = (group.id for interface in ec2.enis.values() for group in interface.group_set)
    if group_id is not None and (group_id in carried or any(referring_groups(ec2, group_id))):
        raise Refusal("DependencyViolation", f"resource {group_id} has a dependent object")
    group = ec2.get_security_group_from_id(group_id) if group_id else None
    _moto_delete_security_group(ec2, name=name, group_id=group_id)
    for tagged in (group, *group.ingress_rules, *group.egress_rules) if group else ():
        ec2.tags.pop(tagged.id, None)


@correct(SubnetBackend, "delete_subnet")
def _delete_subnet(ec2: Any, subnet_id: str) -> Any:
    if any(interface.subnet.id == subnet_id for interface in ec2.enis.values()):
        raise Refusal(
            "DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted."
        )
    return _moto_delete_subnet(ec2, subnet_id)


@correct(elastic_ip_addresses, "random_ip")
def _public_address() -> str:
    """An address from a range of Amazon's; moto hands out loopback addresses."""
    return next(_public_addresses)
