"""Reads the hosted zones and Route 53 Profiles that may answer for a service or a broker.

They matter only to VPCs where no interface endpoint's private DNS answers for a needed service, or where a
broker has a name that no network interface has.
"""

from collections.abc import Mapping
from typing import Any, Final

from kafka_trigger_guard.aws.calls import Calls, Read
from kafka_trigger_guard.aws.endpoint_reads import unserved_services
from kafka_trigger_guard.aws.needs import Needs

_SUFFIXES: Final = {
    "cn-": "amazonaws.com.cn",
    "eusc-": "amazonaws.eu",
    "us-iso-": "c2s.ic.gov",
    "us-isob-": "sc2s.sgov.gov",
    "us-isof-": "csp.hci.ic.gov",
    "eu-isoe-": "cloud.adc-e.uk",
}


def read_names(calls: Calls, needs: Mapping[str, Needs]) -> bool:
    """Read what may answer for names in these VPCs; whether anything was found that may."""
    names = {vpc_id: _names(calls, vpc_id, need) for vpc_id, need in needs.items()}
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
    profile_ids = _profile_ids(calls, names)
    calls.read(
        *(
            Read(
                "route53profiles:ListProfileResourceAssociations", [{"ProfileId": profile_id}], key=profile_id
            )
            for profile_id in profile_ids
        )
    )
    zone_ids = sorted(_associated_zones(calls, names) | _profile_zones(calls))
    calls.read(
        *(
            Read("route53:ListResourceRecordSets", [{"HostedZoneId": zone_id}], key=zone_id)
            for zone_id in zone_ids
        )
    )
    return bool(zone_ids or profile_ids)


def service_names(service: str, region: str) -> frozenset[str]:
    """The host names of a service: the regional one, and the global one that STS also has."""
    suffix = next((s for prefix, s in _SUFFIXES.items() if region.startswith(prefix)), "amazonaws.com")
    regional = f"{service}.{region}.{suffix}"
    return frozenset({regional, f"sts.{suffix}"} if service == "sts" else {regional})


def _names(calls: Calls, vpc_id: str, needs: Needs) -> frozenset[str]:
    services = unserved_services(calls, vpc_id, needs)
    return needs.broker_names.union(*(service_names(service, calls.region) for service in services))


def _associated_zones(calls: Calls, names: Mapping[str, frozenset[str]]) -> set[str]:
    """Zones of the VPCs whose name ends a wanted name; zones that a service owns cannot be read."""
    return {
        str(zone["HostedZoneId"])
        for vpc_id, answer in calls.answers("route53:ListHostedZonesByVPC").items()
        for zone in answer["HostedZoneSummaries"]
        if not (zone.get("Owner") or {}).get("OwningService")
        and any(_lies_in(name, str(zone.get("Name", ""))) for name in names[vpc_id])
    }


def _lies_in(name: str, zone: str) -> bool:
    domain = zone.rstrip(".").lower()
    return bool(domain) and f".{name}".endswith(f".{domain}")


def _profile_ids(calls: Calls, names: Mapping[str, frozenset[str]]) -> list[str]:
    associations = calls.items("route53profiles:ListProfileAssociations")
    used = (a for a in associations if str(a.get("ResourceId", "")).rpartition("/")[2] in names)
    return sorted({str(association["ProfileId"]) for association in used if association.get("ProfileId")})


def _profile_zones(calls: Calls) -> set[str]:
    answers = calls.answers("route53profiles:ListProfileResourceAssociations").values()
    arns = (_resource_arn(item) for answer in answers for item in answer["ProfileResourceAssociations"])
    return {arn.rpartition(":hostedzone/")[2] for arn in arns if ":hostedzone/" in arn}


def _resource_arn(association: Mapping[str, Any]) -> str:
    return str(association.get("ResourceArn") or "")
