"""Network interfaces: addresses inside their subnets, known groups, and those that AWS services own.

moto takes any address, hands out reserved and used ones, and invents groups that do not exist.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network
from itertools import islice
from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.operations import Refusal

RESERVED_AT_START = 4
_moto_create: Any = NetworkInterfaceBackend.create_network_interface
_moto_delete = NetworkInterfaceBackend.delete_network_interface
_moto_filter_value = NetworkInterface.get_filter_value
_FILTERS = {
    "interface-type": "interface_type",
    "status": "status",
    "requester-id": "requester_id",
    "private-dns-name": "private_dns_name",
    "mac-address": "mac_address",
    "owner-id": "owner_id",
    "association.public-ip": "public_ip",
}


def create_managed(
    ec2: Any,
    subnet: Any,
    group_ids: Sequence[str],
    description: str,
    interface_type: str,
    address: str | None = None,
) -> Any:
    """Create the interface that a service owns in a subnet; no groups means the VPC's default group."""
    interface = ec2.create_network_interface(
        subnet, address, group_ids=list(group_ids), description=description
    )
    interface.interface_type = interface_type
    interface.requester_managed = True
    interface.requester_id = ec2.account_id
    interface.status = "in-use"
    return interface


def known_groups(ec2: Any, vpc_id: str, group_ids: Sequence[str]) -> list[Any]:
    """The groups by id; refuses unknown ones and those of another VPC."""
    groups = [known_group(ec2, group_id) for group_id in group_ids]
    if any(group.vpc_id != vpc_id for group in groups):
        raise Refusal(
            "InvalidParameter", "You have specified two resources that belong to different networks."
        )
    return groups


def known_group(ec2: Any, group_id: str) -> Any:
    """The group by id; refuses an unknown one."""
    group = ec2.get_security_group_from_id(group_id)
    if group is None:
        raise Refusal("InvalidGroup.NotFound", f"The security group '{group_id}' does not exist")
    return group


@correct(NetworkInterfaceBackend, "create_network_interface")
def _create(
    ec2: Any,
    subnet: Any,
    private_ip_address: str | list[str] | None,
    private_ip_addresses: list[Any] | None = None,
    group_ids: list[str] | None = None,
    *others: Any,
    **named: Any,
) -> Any:
    subnet = ec2.get_subnet(subnet) if isinstance(subnet, str) else subnet
    known_groups(ec2, subnet.vpc_id, group_ids or ())
    asked = _asked_addresses(private_ip_address, private_ip_addresses)
    for address in asked:
        _check_address(ec2, subnet, address)
    primary = private_ip_address or (None if asked else free_address(ec2, subnet))
    interface = _moto_create(ec2, subnet, primary, private_ip_addresses, group_ids, *others, **named)
    _name_by_region(ec2, interface)
    for item in interface.private_ip_addresses:
        if item["PrivateIpAddress"] not in subnet._subnet_ips:
            subnet.request_ip(item["PrivateIpAddress"], interface)
    return interface


def _asked_addresses(primary: str | list[str] | None, several: list[Any] | None) -> list[str]:
    first = primary[0] if isinstance(primary, list) and primary else primary
    rest = [item["PrivateIpAddress"] if isinstance(item, dict) else item for item in several or ()]
    return list(dict.fromkeys([*([str(first)] if first else []), *rest]))


def _check_address(ec2: Any, subnet: Any, address: str) -> None:
    network = IPv4Network(subnet.cidr_block)
    if IPv4Address(address) not in network:
        raise Refusal(
            "InvalidParameterValue",
            f"Address {address} does not fall within the subnet's address range",
        )
    offset = int(IPv4Address(address)) - int(network.network_address)
    if offset < RESERVED_AT_START or IPv4Address(address) == network.broadcast_address:
        raise Refusal("InvalidParameterValue", f"Address {address} is in subnet's reserved address range")
    if address in _addresses_of_interfaces(ec2, subnet):
        raise Refusal("InvalidIPAddress.InUse", f"Address {address} is in use.")


def free_address(ec2: Any, subnet: Any) -> str:
    """The lowest address of a subnet that neither AWS reserves nor anything uses."""
    used = _addresses_of_interfaces(ec2, subnet) | set(subnet._subnet_ips)
    network = IPv4Network(subnet.cidr_block)
    candidates = islice(network, RESERVED_AT_START, network.num_addresses - 1)
    free = next((str(address) for address in candidates if str(address) not in used), None)
    if free is None:
        raise Refusal(
            "InsufficientFreeAddressesInSubnet",
            f"There are not enough free addresses in subnet '{subnet.id}' to satisfy the requested "
            "number of instances.",
        )
    return free


def _addresses_of_interfaces(ec2: Any, subnet: Any) -> set[str]:
    return {
        item["PrivateIpAddress"]
        for interface in ec2.enis.values()
        if interface.subnet.id == subnet.id
        for item in interface.private_ip_addresses
    }


def _name_by_region(ec2: Any, interface: Any) -> None:
    """The private DNS name as EC2 writes it; only us-east-1 has `ec2.internal`."""
    if not ec2.get_vpc(interface.subnet.vpc_id).enable_dns_hostnames:
        return
    interface.private_dns_name = private_dns_name(ec2.region_name, interface.private_ip_address)
    for item in interface.private_ip_addresses:
        item["PrivateDnsName"] = private_dns_name(ec2.region_name, item["PrivateIpAddress"])


def private_dns_name(region: str, address: str) -> str:
    """EC2's IP-based name of a private address."""
    domain = "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
    return f"ip-{address.replace('.', '-')}.{domain}"


@correct(NetworkInterfaceBackend, "delete_network_interface")
def _delete(ec2: Any, eni_id: str) -> None:
    interface = ec2.get_network_interface(eni_id)
    if interface.requester_managed:
        raise Refusal(
            "OperationNotPermitted", f"You are not allowed to manage '{interface.requester_id}' attachments."
        )
    remove(ec2, interface)


def remove(ec2: Any, interface: Any) -> None:
    """Delete an interface, whoever owns it, and give its addresses back to the subnet."""
    _moto_delete(ec2, interface.id)
    for item in interface.private_ip_addresses:
        interface.subnet.del_subnet_ip(item["PrivateIpAddress"])


@correct(NetworkInterface, "get_filter_value")
def _filter_value(interface: Any, filter_name: str, method_name: str | None = None) -> Any:
    if filter_name == "requester-managed":
        return "true" if interface.requester_managed else "false"
    if filter_name in _FILTERS:
        return getattr(interface, _FILTERS[filter_name], None)
    if filter_name in ("addresses.private-ip-address", "private-ip-address"):
        return [item["PrivateIpAddress"] for item in interface.private_ip_addresses]
    return _moto_filter_value(interface, filter_name, method_name)
