"""Private hosted zones and Route 53 Profiles: Route 53's dictionaries as typed objects."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kafka_trigger_guard.aws.modelling.reading import mapping, maybe_text, objects, text
from kafka_trigger_guard.network.model import HostedZone, Profile, Record

Item = Mapping[str, Any]
_OCTAL = re.compile(r"\\([0-7]{3})")


def zone_id(written: str) -> str:
    """A hosted zone's id without `/hostedzone/`."""
    return written.rpartition("/")[2]


def hosted_zone(item: Item, account: str) -> HostedZone | None:
    """route53:ListHostedZonesByVPC; zones that a service owns are the endpoints' own private DNS."""
    owner = mapping(item, "Owner")
    if owner.get("OwningService"):
        return None
    return HostedZone(
        zone_id(text(item, "HostedZoneId")),
        dns_name(text(item, "Name")),
        maybe_text(owner, "OwningAccount") or account,
    )


def record(item: Item) -> Record:
    """route53:ListResourceRecordSets: one record set."""
    alias = mapping(item, "AliasTarget")
    return Record(
        dns_name(text(item, "Name")),
        text(item, "Type"),
        tuple(_value(text(value, "Value"), text(item, "Type")) for value in objects(item, "ResourceRecords")),
        dns_name(text(alias, "DNSName")) if alias else None,
        zone_id(maybe_text(alias, "HostedZoneId") or ""),
    )


def _value(written: str, kind: str) -> str:
    return dns_name(written) if kind == "CNAME" else written


def dns_name(written: str) -> str:
    """A name in lower case, without final dot, with Route 53's octal escapes undone.

    Route53/latest/DeveloperGuide/DomainNameFormat
    """
    plain = _OCTAL.sub(lambda match: chr(int(match[1], 8)), written)
    return plain.lower().rstrip(".")


def zone_name(records: tuple[Record, ...]) -> str | None:
    """A zone's own name, which its SOA record carries."""
    return next((found.name for found in records if found.type == "SOA"), None) or next(
        (found.name for found in records if found.type == "NS"), None
    )


def profile_association(item: Item) -> tuple[str, str] | None:
    """route53profiles:ListProfileAssociations: VPC id and profile id of a completed association."""
    if (maybe_text(item, "Status") or "COMPLETE") not in ("COMPLETE", "UPDATING"):
        return None
    return text(item, "ResourceId").rpartition("/")[2], text(item, "ProfileId")


def profile(key: str, associations: list[tuple[str, str, str]], account: str) -> Profile:
    """A profile from its resource associations, read in an account."""
    return Profile(
        key,
        tuple(found for kind, found, _ in associations if kind == "zone"),
        tuple(found for kind, found, _ in associations if kind == "endpoint"),
        tuple((found, owner) for _, found, owner in associations if owner),
        account,
    )


def profile_resource(item: Item) -> tuple[str, str, str]:
    """route53profiles:ListProfileResourceAssociations: what kind of thing, by its ARN, its id and owner.

    An endpoint's ARN tells its account, a zone's does not.
    """
    arn = text(item, "ResourceArn")
    complete = (maybe_text(item, "Status") or "COMPLETE") in ("COMPLETE", "UPDATING")
    found = arn.rpartition("/")[2]
    owner = maybe_text(item, "OwnerId") or ""
    if not complete:
        return "pending", found, owner
    if ":vpc-endpoint/" in arn:
        return "endpoint", found, arn.split(":")[4] if arn.count(":") > 4 else owner
    return ("zone", found, owner) if "hostedzone/" in arn else ("other", found, owner)
