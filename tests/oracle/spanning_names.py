"""What a service's name resolves to in a VPC, by hosted zones and Profiles of any account.

Route53/latest/DeveloperGuide/hosted-zone-private-considerations (the most specific zone answers, and says
that there is no such name if it has no record); Route53/latest/DeveloperGuide/profiles (the VPC's own zones
win over a Profile's, a Profile may hold endpoints).
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from tests.oracle.account import Json, number
from tests.oracle.spanning_world import World


@dataclass(frozen=True, slots=True)
class Resolved:
    """The endpoint that a name leads to and its addresses, and addresses that are nobody's.

    `captured` says that a private answer was given at all, so that the public one is never asked for.
    """

    endpoint: str = ""
    addresses: tuple[int, ...] = ()
    strays: tuple[int, ...] = ()
    captured: bool = False

    @property
    def leads(self) -> bool:
        return self.endpoint != ""


class Names:
    """The names of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.account = world.account
        self.endpoints = world.account.listed("ec2:DescribeVpcEndpoints", "VpcEndpoints")

    def resolve(self, vpc: str, service: str) -> Resolved:
        """What the service's Regional name leads to, if the VPC's DNS is on."""
        name = f"{service}.{self.account.region}.amazonaws.com"
        for own in self.own(vpc, service):
            endpoint = self._endpoint(own.endpoint)
            if endpoint["PrivateDnsEnabled"] and endpoint["State"] == "available":
                return own
        zone = self._closest_zone(vpc, name)
        if zone is not None:
            return self._answer(self._records(zone, name), service)
        for endpoint_id in self._brought(vpc, ":vpc-endpoint/"):
            endpoint = self._endpoint(endpoint_id)
            if endpoint in self._of_service(service):
                return Resolved(endpoint_id, self._all(endpoint), captured=True)
        return Resolved()

    def own(self, vpc: str, service: str) -> list[Resolved]:
        """A VPC's own endpoints of a service, as if the name led to them."""
        own = [each for each in self._of_service(service) if each["VpcId"] == vpc]
        return [Resolved(each["VpcEndpointId"], self._all(each), captured=True) for each in own]

    def dns_is_on(self, vpc: str) -> bool:
        """Private names need both of the VPC's DNS attributes."""
        found = self.account.keyed("ec2:DescribeVpcAttribute", vpc)
        return bool(found["EnableDnsSupport"]["Value"] and found["EnableDnsHostnames"]["Value"])

    def available(self, endpoint_id: str) -> bool:
        return bool(self._endpoint(endpoint_id)["State"] == "available")

    def interface_at(self, endpoint_id: str, address: int) -> Json:
        """The interface of an endpoint that has an address."""
        return next(each for each in self._interfaces(self._endpoint(endpoint_id)) if _at(each) == address)

    def _endpoint(self, endpoint_id: str) -> Json:
        found: Json = next(each for each in self.endpoints if each["VpcEndpointId"] == endpoint_id)
        return found

    def _of_service(self, service: str) -> list[Json]:
        name = f"com.amazonaws.{self.account.region}.{service}"
        return [
            each
            for each in self.endpoints
            if each["ServiceName"] == name and each["VpcEndpointType"] == "Interface"
        ]

    def _interfaces(self, endpoint: Json) -> list[Json]:
        found = (self.account.interface(each) for each in endpoint["NetworkInterfaceIds"])
        return [each for each in found if each is not None]

    def _all(self, endpoint: Json) -> tuple[int, ...]:
        return tuple(_at(each) for each in self._interfaces(endpoint))

    # -- zones ---------------------------------------------------------------------------------------

    def _closest_zone(self, vpc: str, name: str) -> str | None:
        own = self.account.keyed("route53:ListHostedZonesByVPC", vpc)["HostedZoneSummaries"]
        known = [(each["HostedZoneId"], each["Name"].rstrip(".")) for each in own]
        known += [(each, self._name_of(each)) for each in self._brought(vpc, ":hostedzone/")]
        fitting = [(zone, apex) for zone, apex in known if name == apex or name.endswith(f".{apex}")]
        return max(fitting, key=lambda pair: len(pair[1]))[0] if fitting else None

    def _name_of(self, zone: str) -> str:
        sets = self.account.keyed("route53:ListResourceRecordSets", zone)["ResourceRecordSets"]
        return next(str(each["Name"]).rstrip(".") for each in sets if each["Type"] == "SOA")

    def _brought(self, vpc: str, kind: str) -> list[str]:
        """The ids of what the VPC's Profiles bring to it."""
        listed = self.account.listed("route53profiles:ListProfileAssociations", "ProfileAssociations")
        profiles = [
            each["ProfileId"] for each in listed if each["ResourceId"] == vpc and each["Status"] == "COMPLETE"
        ]
        arns = [
            each["ResourceArn"]
            for profile in profiles
            for each in self.account.keyed("route53profiles:ListProfileResourceAssociations", profile)[
                "ProfileResourceAssociations"
            ]
        ]
        return [arn.rpartition("/")[2] for arn in arns if kind in arn]

    def _records(self, zone: str, name: str) -> list[Json]:
        """The record sets of the name itself, else of the closest wildcard."""
        sets = self.account.keyed("route53:ListResourceRecordSets", zone)["ResourceRecordSets"]
        labels = name.split(".")
        for candidate in (name, *("*." + ".".join(labels[cut:]) for cut in range(1, len(labels)))):
            here = [each for each in sets if each["Name"].rstrip(".") == candidate]
            if here:
                return [each for each in here if each["Type"] == "A"]
        return []

    def _answer(self, records: list[Json], service: str) -> Resolved:
        aliases = [each["AliasTarget"]["DNSName"].rstrip(".") for each in records if "AliasTarget" in each]
        if aliases:
            return self._of_alias(aliases[0], service)
        values = [number(value["Value"]) for each in records for value in each.get("ResourceRecords", [])]
        for endpoint in self._of_service(service):
            here = tuple(value for value in values if value in self._all(endpoint))
            if here:
                strays = tuple(value for value in values if value not in here)
                return Resolved(endpoint["VpcEndpointId"], here, strays, captured=True)
        return Resolved(strays=tuple(values), captured=True)

    def _of_alias(self, target: str, service: str) -> Resolved:
        """An endpoint's Regional name gives all its addresses, a zonal one that zone's."""
        label = target.split(".")[0]
        for endpoint in self._of_service(service):
            if not label.startswith(f"{endpoint['VpcEndpointId']}-"):
                continue
            zonal = [
                _at(each)
                for each in self._interfaces(endpoint)
                if label.endswith(f"-{self.world.subnet(each['SubnetId'])['AvailabilityZone']}")
            ]
            return Resolved(endpoint["VpcEndpointId"], tuple(zonal) or self._all(endpoint), captured=True)
        return Resolved(captured=True)


def _at(interface: Json) -> int:
    return int(ipaddress.IPv4Address(interface["PrivateIpAddress"]))
