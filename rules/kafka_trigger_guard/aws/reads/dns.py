"""Reads the hosted zones and Route 53 Profiles that may answer for a service or a broker.

They matter only to VPCs where no interface endpoint's private DNS answers for a needed service, or where a
broker has a name that no network interface has.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from kafka_trigger_guard.aws.calls import Answers, Calls, Read
from kafka_trigger_guard.aws.needs import Needs
from kafka_trigger_guard.aws.reads.endpoint import unserved_services

_SUFFIXES: Final = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "us-isof-": "csp.hci.ic.gov",
    "eu-isoe-": "cloud.adc-e.uk",
}


def read_names(calls: Calls, account: str, needs: Mapping[str, Needs]) -> bool:
    """Read what may answer for names in these VPCs; whether anything was found that may.

    The records of zones that another account owns are left to that account: AWS gives them to nobody else.
    """
    names = {vpc_id: wanted_names(calls, vpc_id, need) for vpc_id, need in needs.items()}
    names = {vpc_id: wanted for vpc_id, wanted in names.items() if wanted}
    if not names:
        return False
    calls.read(
        *(
            Read("route53:ListHostedZonesByVPC", [{"VPCId": vpc_id, "VPCRegion": calls.region}], key=vpc_id)
            for vpc_id in names
        ),
        Read("route53profiles:ListProfileAssociations"),
    )
    profile_ids = profiles_of(calls, names)
    calls.read(
        *(
            Read(
                "route53profiles:ListProfileResourceAssociations", [{"ProfileId": profile_id}], key=profile_id
            )
            for profile_id in profile_ids
        )
    )
    zones = {zone for vpc_id in names for zone in associated_zones(calls, vpc_id, names[vpc_id])}
    zones |= {found for profile_id in profile_ids for found in profile_zones(calls, profile_id)}
    read_records(calls, {zone_id for zone_id, owner in zones if owner in ("", account)})
    return bool(zones or profile_ids)


def read_records(calls: Calls, zone_ids: Collection[str]) -> None:
    """Read the records of hosted zones."""
    operation = "route53:ListResourceRecordSets"
    calls.read(*(Read(operation, [{"HostedZoneId": zone_id}], key=zone_id) for zone_id in sorted(zone_ids)))


def service_names(service: str, region: str) -> frozenset[str]:
    """The host names of a service: the regional one, and the global one that STS also has."""
    suffix = next((s for prefix, s in _SUFFIXES.items() if region.startswith(prefix)), "amazonaws.com")
    regional = f"{service}.{region}.{suffix}"
    return frozenset({regional, f"sts.{suffix}"} if service == "sts" else {regional})


def wanted_names(calls: Answers, vpc_id: str, needs: Needs) -> frozenset[str]:
    """The names that triggers in a VPC need and that no endpoint's private DNS there answers for."""
    services = unserved_services(calls, vpc_id, needs)
    return needs.broker_names.union(*(service_names(service, calls.region) for service in services))


def associated_zones(answers: Answers, vpc_id: str, names: Collection[str]) -> set[tuple[str, str]]:
    """Zones of a VPC whose name ends a wanted name, each with its owner if AWS tells it.

    Zones that a service owns cannot be read.
    """
    answer = answers.answers("route53:ListHostedZonesByVPC").get(vpc_id, {})
    return {
        (str(zone["HostedZoneId"]), str((zone.get("Owner") or {}).get("OwningAccount") or ""))
        for zone in answer.get("HostedZoneSummaries", [])
        if not (zone.get("Owner") or {}).get("OwningService")
        and any(_lies_in(name, str(zone.get("Name", ""))) for name in names)
    }


def profiles_of(answers: Answers, vpc_ids: Collection[str]) -> list[str]:
    """The Route 53 Profiles that are associated with VPCs."""
    associations = answers.items("route53profiles:ListProfileAssociations")
    used = (a for a in associations if str(a.get("ResourceId", "")).rpartition("/")[2] in vpc_ids)
    return sorted({str(association["ProfileId"]) for association in used if association.get("ProfileId")})


def profile_zones(answers: Answers, profile_id: str) -> set[tuple[str, str]]:
    """The hosted zones of a Profile, each with its owner if AWS tells it."""
    return {
        (arn.rpartition(":hostedzone/")[2], str(item.get("OwnerId") or ""))
        for item in _resources(answers, profile_id)
        if ":hostedzone/" in (arn := str(item.get("ResourceArn") or ""))
    }


def profile_endpoints(answers: Answers, profile_id: str) -> set[tuple[str, str]]:
    """The interface endpoints that a Profile holds, each with its owner, which its ARN tells."""
    arns = (str(item.get("ResourceArn") or "") for item in _resources(answers, profile_id))
    return {(arn.rpartition("/")[2], arn.split(":")[4]) for arn in arns if ":vpc-endpoint/" in arn}


def _resources(answers: Answers, profile_id: str) -> list[Mapping[str, Any]]:
    answer = answers.answers("route53profiles:ListProfileResourceAssociations").get(profile_id, {})
    found: list[Mapping[str, Any]] = answer.get("ProfileResourceAssociations", [])
    return found


def _lies_in(name: str, zone: str) -> bool:
    domain = zone.rstrip(".").lower()
    return bool(domain) and f".{name}".endswith(f".{domain}")
