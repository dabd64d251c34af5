"""Route 53 Profiles: sharing endpoints and private hosted zones among VPCs; moto has none.

https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/profiles.html
"""

import uuid
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend
from moto.core.utils import utcnow

from kafka_trigger_guard.sandbox.operations import Call, Refusal, Reply, operation, paged

MAX_PAGE = 100
_RESOURCE_TYPES = {"hostedzone": "PRIVATE_HOSTED_ZONE", "vpc-endpoint": "VPC_ENDPOINT"}


class _State(BaseBackend):
    """The Profiles of one account and Region, reset with moto."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self.profiles: dict[str, dict[str, Any]] = {}
        self.associations: dict[str, dict[str, Any]] = {}
        self.resources: dict[str, dict[str, Any]] = {}


_states = BackendDict(_State, "ec2")


def _state(call: Call) -> _State:
    state: _State = _states[call.account][call.region]
    return state


def _new(call: Call, prefix: str, **members: Any) -> dict[str, Any]:
    return {
        "Id": f"{prefix}-{uuid.uuid4().hex[:17]}",
        "Name": call.given("Name"),
        "OwnerId": call.account,
        "Status": "COMPLETE",
        "CreationTime": utcnow(),
        "ModificationTime": utcnow(),
        **members,
    }


def _page(call: Call, items: list[dict[str, Any]]) -> tuple[list[Any], str | None]:
    try:
        return paged(items, int(call.given("MaxResults") or MAX_PAGE), call.given("NextToken"))
    except ValueError:
        raise Refusal("InvalidNextTokenException", "The NextToken is not valid.") from None


def _profile(call: Call) -> dict[str, Any]:
    found = _state(call).profiles.get(call.given("ProfileId"))
    if found is None:
        raise Refusal("ResourceNotFoundException", f"The Profile {call.given('ProfileId')} does not exist.")
    return found


@operation("route53profiles", "CreateProfile")
def create_profile(call: Call) -> Reply:
    """Create an empty Profile."""
    profile = _new(call, "rp", ShareStatus="NOT_SHARED", ClientToken=call.given("ClientToken"))
    profile["Arn"] = (
        f"arn:{call.partition}:route53profiles:{call.region}:{call.account}:profile/{profile['Id']}"
    )
    _state(call).profiles[profile["Id"]] = profile
    return {"Profile": profile}


@operation("route53profiles", "ListProfiles")
def list_profiles(call: Call) -> Reply:
    """The Profiles, one page of them."""
    page, token = _page(call, list(_state(call).profiles.values()))
    return {"ProfileSummaries": page, "NextToken": token}


@operation("route53profiles", "AssociateProfile")
def associate_profile(call: Call) -> Reply:
    """Associate a Profile with a VPC; a VPC has at most one."""
    state, vpc_id = _state(call), call.given("ResourceId")
    profile = _profile(call)
    if any(item["ResourceId"] == vpc_id for item in state.associations.values()):
        raise Refusal("ConflictException", f"The VPC {vpc_id} already has a Profile.")
    association = _new(call, "rpassoc", ProfileId=profile["Id"], ResourceId=vpc_id)
    state.associations[association["Id"]] = association
    return {"ProfileAssociation": association}


@operation("route53profiles", "ListProfileAssociations")
def list_profile_associations(call: Call) -> Reply:
    """The associations with VPCs, by Profile or VPC, one page of them."""
    wanted = {"ProfileId": call.given("ProfileId"), "ResourceId": call.given("ResourceId")}
    chosen = [item for item in _state(call).associations.values() if _matches(item, wanted)]
    page, token = _page(call, chosen)
    return {"ProfileAssociations": page, "NextToken": token}


def _matches(item: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(value is None or item[name] == value for name, value in wanted.items())


@operation("route53profiles", "AssociateResourceToProfile")
def associate_resource(call: Call) -> Reply:
    """Put a private hosted zone or an interface endpoint into a Profile."""
    arn = str(call.given("ResourceArn"))
    kind = arn.split(":")[-1].split("/")[0]
    if kind not in _RESOURCE_TYPES:
        raise Refusal("InvalidParameterException", f"{arn} cannot be associated with a Profile.")
    resource = _new(
        call,
        "rpr",
        ProfileId=_profile(call)["Id"],
        ResourceArn=arn,
        ResourceType=_RESOURCE_TYPES[kind],
        ResourceProperties=call.given("ResourceProperties"),
    )
    _state(call).resources[resource["Id"]] = resource
    return {"ProfileResourceAssociation": resource}


@operation("route53profiles", "ListProfileResourceAssociations")
def list_profile_resource_associations(call: Call) -> Reply:
    """What a Profile holds, one page of it."""
    wanted = {
        "ProfileId": _profile(call)["Id"],
        "ResourceArn": call.given("ResourceArn"),
        "ResourceType": call.given("ResourceType"),
    }
    page, token = _page(call, [item for item in _state(call).resources.values() if _matches(item, wanted)])
    return {"ProfileResourceAssociations": page, "NextToken": token}
