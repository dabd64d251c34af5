"""Removes what was deployed, and leaves nothing: stacks, StackSet, log groups, and the bucket."""

from __future__ import annotations

from kafka_trigger_guard.installing import bucket, names
from kafka_trigger_guard.installing.deploying import Asked, Talk
from kafka_trigger_guard.installing.failures import InstallError
from kafka_trigger_guard.installing.lacks import organization_of
from kafka_trigger_guard.installing.place import Place
from kafka_trigger_guard.installing.stack_sets import StackSet
from kafka_trigger_guard.installing.stacks import Stack


def undeploy_single(asked: Asked, talk: Talk) -> None:
    """Remove the stack of one account from each Region. Raises InstallError."""
    _remove_stacks(asked, names.SINGLE_STACK, talk)


def undeploy_central(asked: Asked, talk: Talk) -> None:
    """Remove the central account's stacks; their members must be gone before. Raises InstallError."""
    if _members(asked.places[0]) is not None:
        raise InstallError(
            "members are still deployed and would ask in vain; "
            "run `kafka-trigger-guard undeploy members` first"
        )
    _remove_stacks(asked, names.CENTRAL_STACK, talk)


def undeploy_members(asked: Asked, talk: Talk) -> None:
    """Remove the members' stacks from every account and Region, then the StackSet. Raises InstallError."""
    place = asked.places[0]
    stack_set = _members(place)
    if stack_set is None:
        talk.say(f"there is no StackSet {names.MEMBERS_STACK_SET} in {place.region}")
    else:
        stack_set.settle()
        stacks = len(stack_set.instances())
        if not _agreed(f"the StackSet {stack_set.name} with {stacks} stacks", asked, talk):
            return
        talk.say(f"removed the StackSet {stack_set.name} with {stack_set.remove()} stacks")
    if not asked.dry_run:
        _remove_bucket(place, talk)


def _remove_stacks(asked: Asked, name: str, talk: Talk) -> None:
    """The home Region's stack last: its roles are used by all."""
    stacks = [Stack(place, name) for place in asked.places]
    known = {stack.place.region: stack.parameters() for stack in stacks}
    for stack in sorted(
        stacks, key=lambda each: known[each.place.region].get("HomeRegion") == each.place.region
    ):
        named = f"the stack {name} in {stack.place.region}"
        if stack.described() is None:
            talk.say(f"there is no stack {name} in {stack.place.region}")
        elif not _agreed(named, asked, talk):
            continue
        else:
            stack.delete()
            talk.say(f"removed {named}")
        if not asked.dry_run:
            _remove_bucket(stack.place, talk)


def _agreed(what: str, asked: Asked, talk: Talk) -> bool:
    if asked.dry_run:
        talk.say(f"{what} would be removed; nothing was touched")
        return False
    if not talk.agreed(f"Remove {what}?"):
        raise InstallError(f"{what} was not removed")
    return True


def _remove_bucket(place: Place, talk: Talk) -> None:
    """Our own bucket, unless something else that is deployed here still needs it."""
    others = (names.SINGLE_STACK, names.CENTRAL_STACK)
    if any(Stack(place, name).described() is not None for name in others) or _members(place) is not None:
        return
    if bucket.remove(place):
        talk.say(f"removed the bucket {names.bucket_of(place.account, place.region)}")


def _members(place: Place) -> StackSet | None:
    """The StackSet of members that this account administers, if there is one."""
    organization = organization_of(place)
    if organization is None:
        return None
    stack_set = StackSet(place, names.MEMBERS_STACK_SET, organization.call_as)
    return None if stack_set.described() is None else stack_set
