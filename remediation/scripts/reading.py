"""Reads AWS once for each question; what is refused becomes a reason to leave the rest to a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, UnknownServiceError

from remediation.scripts.diagnosis import Clients
from remediation.scripts.spans import Span, Spans, block, union

Item = dict[str, Any]


class UnreadError(Exception):
    """Something that decides could not be read, or belongs to another account; the text says what."""


class GoneError(UnreadError):
    """AWS says that the thing asked for does not exist."""


class NoSuchRegionError(UnreadError):
    """No host answers: AWS does not offer the service in this Region."""


class ForbiddenError(Exception):
    """The document's role may not make a call that it needs. No UnreadError: no repair goes on half-blind."""


_DENIED = (
    "AccessDenied",
    "AccessDeniedException",
    "ForbiddenException",
    "UnauthorizedException",
    "UnauthorizedOperation",
)
_OF_THE_ROLE = (
    "identity-based policy",
    "permissions boundary",
    "service control policy",
    "session policy",
)
"""IAM/latest/UserGuide/troubleshoot_access-denied: which policy denies, as AWS's message tells it."""
_OF_OTHERS_TOO = (
    "GetManagedPrefixListEntries",
    "ListProfileResourceAssociations",
    "ListResourceRecordSets",
)
"""What may belong to another account, which must allow the call too: a denial may be that account's."""
_PREFIXES = {"service-quotas": "servicequotas"}


class Reading:
    """The answers of one account and Region, each call made once."""

    def __init__(self, clients: Clients) -> None:
        self.account = ""
        self.region = ""
        self._clients = clients
        self._answers: dict[str, Any] = {}

    def ask(self, service: str, operation: str, part: str = "", **parameters: Any) -> Any:
        """An answer, or with `part` the items of all its pages. Raises UnreadError, GoneError,
        ForbiddenError."""
        key = f"{service}:{operation} {parameters}"
        if key not in self._answers:
            self._answers[key] = self._ask(service, operation, part, parameters)
        if isinstance(self._answers[key], Exception):
            raise self._answers[key]
        return self._answers[key]

    def _ask(self, service: str, operation: str, part: str, parameters: Item) -> Any:
        action = f"{service}:" + "".join(word.capitalize() for word in operation.split("_"))
        try:
            client = self._clients(service)
            call = getattr(client, operation, None)
            if call is None:
                raise UnknownServiceError(service_name=service, known_service_names="")
            if not part:
                return call(**parameters)
            if client.can_paginate(operation):
                pages = client.get_paginator(operation).paginate(**parameters)
                return [item for page in pages for item in page.get(part) or []]
            page = call(**parameters)
            items = list(page.get(part) or [])
            while page.get("NextToken"):
                page = call(**parameters, NextToken=page["NextToken"])
                items += page.get(part) or []
            return items
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in _DENIED and self._lacks(error.operation_name, parameters, str(error)):
                return ForbiddenError(f"{_PREFIXES.get(service, service)}:{error.operation_name} ({code})")
            kind = GoneError if "NotFound" in code else UnreadError
            return kind(f"{action} answers {code}")
        except UnknownServiceError:
            return UnreadError(f"{action} is unknown to the boto3 of this runtime")
        except EndpointConnectionError as error:
            return NoSuchRegionError(f"{action} fails: {error}")
        except BotoCoreError as error:
            return UnreadError(f"{action} fails: {error}")

    def _lacks(self, operation: str, parameters: Item, message: str) -> bool:
        """Whether a denial is the role's: it lacks the action, or something of its own account denies it."""
        if any(kind in message for kind in _OF_THE_ROLE):
            return True
        if operation == "ListHostedZonesByVPC":
            return self._owner(parameters["VPCId"]) == self.account
        accounts = [
            str(value).split(":")[4] for value in parameters.values() if str(value).startswith("arn:")
        ]
        return operation not in _OF_OTHERS_TOO and all(each in ("", self.account) for each in accounts)

    def _owner(self, vpc_id: str) -> str:
        return str(self.vpc(vpc_id).get("OwnerId") or self.account)

    def ec2(self, operation: str, part: str, name: str, *values: str) -> list[Item]:
        """The items of a listing that match one filter."""
        filters = [{"Name": name, "Values": list(values)}]
        found: list[Item] = self.ask("ec2", operation, part, Filters=filters)
        return found

    def vpc(self, vpc_id: str) -> Item:
        """A VPC. Raises UnreadError if this account does not see it."""
        found = self.ec2("describe_vpcs", "Vpcs", "vpc-id", vpc_id)
        if not found:
            raise UnreadError(f"{vpc_id} is not in this account and Region")
        return found[0]

    def own(self, vpc_id: str) -> Item:
        """A VPC of this account: its owner alone describes routes, network ACLs, endpoints and gateways.
        Raises UnreadError. vpc/latest/userguide/vpc-sharing"""
        owner = self._owner(vpc_id)
        if owner != self.account:
            raise UnreadError(f"account {owner} owns {vpc_id}, and must look into it there")
        return self.vpc(vpc_id)

    def blocks(self, vpc_id: str) -> tuple[Span, ...]:
        """The associated IPv4 blocks of a VPC."""
        vpc = self.vpc(vpc_id)
        associated = [
            entry["CidrBlock"]
            for entry in vpc.get("CidrBlockAssociationSet") or []
            if (entry.get("CidrBlockState") or {}).get("State", "associated") == "associated"
        ]
        return tuple(block(text) for text in associated or [vpc["CidrBlock"]])

    def of_vpc(self, operation: str, part: str, vpc_id: str) -> list[Item]:
        """All of a kind in a VPC of this account."""
        self.own(vpc_id)
        return self.ec2(operation, part, "vpc-id", vpc_id)

    def subnets(self, vpc_id: str) -> list[Item]:
        """The subnets of a VPC."""
        return self.ec2("describe_subnets", "Subnets", "vpc-id", vpc_id)

    def interfaces(self, vpc_id: str) -> list[Item]:
        """The network interfaces of a VPC."""
        return self.ec2("describe_network_interfaces", "NetworkInterfaces", "vpc-id", vpc_id)

    def listed_blocks(self, list_id: str) -> list[str]:
        """The IPv4 entries of a prefix list."""
        entries = self.ask("ec2", "get_managed_prefix_list_entries", "Entries", PrefixListId=list_id)
        return [entry["Cidr"] for entry in entries if ":" not in entry["Cidr"]]

    def group(self, group_id: str) -> Item | None:
        """A security group; None if there is none."""
        found = self.ec2("describe_security_groups", "SecurityGroups", "group-id", group_id)
        return found[0] if found else None


def lacking(error: ForbiddenError, role_arn: str) -> str:
    """Who must give which action to which role, as a sentence."""
    role = role_arn.rpartition("/")[2] or "of the document"
    remedy = "whoever manages it must give it this action, or lift what denies it"
    return f"{error} is denied to the role {role}: {remedy}."


def zone_of(subnet: Item) -> str:
    """A zone's id, the same in all accounts, where AWS tells it."""
    return str(subnet.get("AvailabilityZoneId") or subnet["AvailabilityZone"])


def spans_of(subnet: Item) -> Spans:
    """A subnet's addresses."""
    return (block(subnet["CidrBlock"]),)


def addresses_of(interface: Item) -> Spans:
    """All IPv4 addresses of a network interface, secondary ones and prefixes too."""
    entries = interface.get("PrivateIpAddresses") or []
    written = [primary_of(interface), *(entry.get("PrivateIpAddress") for entry in entries)]
    prefixes = [entry["Ipv4Prefix"] for entry in interface.get("Ipv4Prefixes") or []]
    return union(block(text) for text in [*written, *prefixes] if text)


def primary_of(interface: Item) -> str:
    """The primary private IPv4 address."""
    entries = interface.get("PrivateIpAddresses") or []
    first = next((entry for entry in entries if entry.get("Primary")), entries[0] if entries else {})
    return str(interface.get("PrivateIpAddress") or first.get("PrivateIpAddress") or "0.0.0.0")


def ids_of(groups: Iterable[Item] | None) -> tuple[str, ...]:
    """The ids of listed security groups."""
    return tuple(group["GroupId"] for group in groups or ())
