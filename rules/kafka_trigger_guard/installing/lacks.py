"""What an account lacks for the pack to work, found before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kafka_trigger_guard.aws.failures import api_error
from kafka_trigger_guard.installing.failures import CALL_FAILURES
from kafka_trigger_guard.installing.names import READ_ROLE
from kafka_trigger_guard.installing.place import Place

UNRESERVED = 100
"""Executions that Lambda keeps free of reservations. lambda/latest/dg/configuration-concurrency"""
STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
CONFIG = "config.amazonaws.com"


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that is missing, in a sentence that says what to do; some make deploying impossible."""

    sentence: str
    stops: bool = False


@dataclass(frozen=True, slots=True)
class Organization:
    """The organization of an account: its id, and whether the account manages it."""

    id: str
    is_management: bool

    @property
    def call_as(self) -> str:
        """How this account speaks to StackSets."""
        return "SELF" if self.is_management else "DELEGATED_ADMIN"


def lacks_of_rules(place: Place) -> list[Lack]:
    """What the rules need: that AWS Config knows a recorder, and that changes are told to EventBridge."""
    return [*_recorder(place), *_trail(place)]


def lacks_of_functions(place: Place, reserved: int, already: int = 0) -> list[Lack]:
    """What the functions need: executions that may still be reserved, besides those that are already."""
    try:
        limit = place.client("lambda").get_account_settings()["AccountLimit"]
    except CALL_FAILURES as error:
        return [_unasked("lambda:GetAccountSettings", error)]
    free = int(limit["UnreservedConcurrentExecutions"]) + already - UNRESERVED
    if reserved <= max(free, 0):
        return []
    return [
        Lack(
            f"Lambda lets {max(free, 0)} more executions be reserved in {place.region} and {reserved} are "
            "wanted: raise the quota L-B99A9384 (Concurrent executions), or deploy with "
            "--parameter RuleConcurrency=0 --parameter WatchConcurrency=0",
            stops=True,
        )
    ]


def organization_of(place: Place) -> Organization | None:
    """The organization of the account, None if it has none or may not ask."""
    try:
        found = place.client("organizations").describe_organization()["Organization"]
    except CALL_FAILURES:
        return None
    return Organization(str(found["Id"]), str(found["MasterAccountId"]) == place.account)


def lacks_of_central(place: Place, organization: Organization | None) -> list[Lack]:
    """What a central account needs: to be in the organization, not to manage it, and to be trusted."""
    if organization is None:
        return [Lack(f"account {place.account} is in no organization that it may ask about", stops=True)]
    if organization.is_management:
        return [
            Lack(
                "this is the management account, which StackSets leave out and which should run nothing: "
                "better take another account"
            )
        ]
    return _delegated(place, CONFIG, "the aggregator needs it", stops=True)


def lacks_of_members(place: Place, organization: Organization | None) -> list[Lack]:
    """What StackSets need: trusted access, and a delegated administrator where this is not the management."""
    if organization is None:
        return [Lack(f"account {place.account} is in no organization that it may ask about", stops=True)]
    found: list[Lack] = []
    if not organization.is_management:
        found += _delegated(place, STACK_SETS, "StackSets need it", stops=True)
    try:
        client = place.client("cloudformation")
        status = client.describe_organizations_access(CallAs=organization.call_as)["Status"]
    except CALL_FAILURES as error:
        return [*found, _unasked("cloudformation:DescribeOrganizationsAccess", error)]
    if status != "ENABLED":
        found.append(
            Lack(
                "CloudFormation StackSets have no trusted access to the organization: in the management "
                "account, run `aws cloudformation activate-organizations-access`",
                stops=True,
            )
        )
    return found


def _delegated(place: Place, service: str, why: str, *, stops: bool) -> list[Lack]:
    """Whether the account is a delegated administrator of a service."""
    try:
        pages = place.client("organizations").get_paginator("list_delegated_administrators")
        found = [
            str(each["Id"])
            for page in pages.paginate(ServicePrincipal=service)
            for each in page["DelegatedAdministrators"]
        ]
    except CALL_FAILURES as error:
        return [_unasked("organizations:ListDelegatedAdministrators", error)]
    if place.account in found:
        return []
    return [
        Lack(
            f"account {place.account} is no delegated administrator of {service} ({why}): in the management "
            f"account, run `aws organizations register-delegated-administrator --account-id {place.account} "
            f"--service-principal {service}`",
            stops,
        )
    ]


def _recorder(place: Place) -> list[Lack]:
    """AWS Config must have been set up; it need not record. config API, PutConfigRule (errors)"""
    try:
        found = place.client("config").describe_configuration_recorders()["ConfigurationRecorders"]
    except CALL_FAILURES as error:
        return [_unasked("config:DescribeConfigurationRecorders", error)]
    if found:
        return []
    return [
        Lack(
            f"AWS Config has no configuration recorder in {place.region}, without which it may refuse rules: "
            "set AWS Config up there; it need not record anything"
        )
    ]


def _trail(place: Place) -> list[Lack]:
    """EventBridge learns of API calls from a trail that logs management events that write.

    eventbridge/latest/userguide/eb-service-event-cloudtrail
    """
    try:
        client = place.client("cloudtrail")
        trails = client.describe_trails(includeShadowTrails=True)["trailList"]
        told = any(_tells(client, trail) for trail in trails)
    except CALL_FAILURES as error:
        return [_unasked("cloudtrail:DescribeTrails", error)]
    if told:
        return []
    return [
        Lack(
            f"no trail of CloudTrail logs management events in {place.region}: changes are not followed at "
            "once, only by the schedule; create a trail"
        )
    ]


def _tells(client: Any, trail: Mapping[str, Any]) -> bool:
    """Whether a trail is on and logs writes of management events; one without selectors does.

    awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail
    """
    arn = trail["TrailARN"]
    if not client.get_trail_status(Name=arn)["IsLogging"]:
        return False
    selectors = client.get_event_selectors(TrailName=arn)
    basic = selectors.get("EventSelectors") or ()
    advanced = selectors.get("AdvancedEventSelectors") or ()
    return not (basic or advanced) or any(map(_basic, basic)) or any(map(_advanced, advanced))


def _basic(selector: Mapping[str, Any]) -> bool:
    reads_only = selector.get("ReadWriteType") == "ReadOnly"
    return bool(selector.get("IncludeManagementEvents", True)) and not reads_only


def _advanced(selector: Mapping[str, Any]) -> bool:
    fields = {each["Field"]: each for each in selector.get("FieldSelectors", ())}
    reads_only = "true" in fields.get("readOnly", {}).get("Equals", ())
    return "Management" in fields.get("eventCategory", {}).get("Equals", ()) and not reads_only


def _unasked(operation: str, error: Exception) -> Lack:
    said = api_error(error)
    return Lack(f"{operation} could not be asked ({said.code}), so what it would tell is not known")


def lacks_of_home(place: Place, home_region: str) -> list[Lack]:
    """Roles are there once per account: another Region's stack, or a StackSet's, may have made them."""
    if place.region != home_region:
        return []
    try:
        place.client("iam").get_role(RoleName=READ_ROLE)
    except CALL_FAILURES as error:
        gone = api_error(error).code == "NoSuchEntity"
        return [] if gone else [_unasked("iam:GetRole", error)]
    return [
        Lack(
            f"the role {READ_ROLE} is there already: name the Region whose stack made it with --home-region; "
            "if a StackSet made it, this account is a member already",
            stops=True,
        )
    ]
