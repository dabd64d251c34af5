"""Deploys one account, a central account, or the members of an organization."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kafka_trigger_guard.installing import bucket, names
from kafka_trigger_guard.installing.failures import CALL_FAILURES, InstallError, failed
from kafka_trigger_guard.installing.lacks import (
    Lack,
    Organization,
    lacks_of_central,
    lacks_of_functions,
    lacks_of_home,
    lacks_of_members,
    lacks_of_rules,
    organization_of,
)
from kafka_trigger_guard.installing.package import package
from kafka_trigger_guard.installing.place import Place
from kafka_trigger_guard.installing.plans import compared, lines_of, settings_changed
from kafka_trigger_guard.installing.settings import settings
from kafka_trigger_guard.installing.stack_sets import StackSet, Targets
from kafka_trigger_guard.installing.stacks import Change, Stack, Wanted
from kafka_trigger_guard.installing.template import Template, template_of

_CONCURRENCY = ("RuleConcurrency", "WatchConcurrency")


@dataclass(frozen=True, slots=True)
class Talk:
    """How the user is told something, and asked whether to go on."""

    say: Callable[[str], None]
    agreed: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks for; the first place is the home Region's, unless one is named."""

    places: Sequence[Place]
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    home_region: str | None = None
    bucket: str | None = None
    built_package: Path | None = None
    role_arn: str | None = None
    dry_run: bool = False
    units: Sequence[str] = ()
    excluded: Sequence[str] = ()
    central_account: str | None = None


def deploy_single(asked: Asked, talk: Talk) -> None:
    """Everything in one account, in each Region. Raises InstallError."""
    template = template_of("single-account.yaml")
    given = settings(template, asked.parameters)
    stacks = [Stack(place, names.SINGLE_STACK) for place in asked.places]
    home = _home(asked, given, stacks)
    lacks = [lack for stack in stacks for lack in _lacks_of_stack(stack, template, given)]
    lacks += [lack for place in asked.places for lack in lacks_of_rules(place)]
    lacks += lacks_of_home(stacks[0].place, home) if not stacks[0].parameters() else []
    _tell(lacks, talk)
    _deploy_stacks(stacks, template, {**given, "HomeRegion": home}, asked, talk)


def deploy_central(asked: Asked, talk: Talk) -> None:
    """What answers for others, in each Region of the central account. Raises InstallError."""
    template = template_of("central.yaml")
    given = settings(template, asked.parameters)
    stacks = [Stack(place, names.CENTRAL_STACK) for place in asked.places]
    organization = organization_of(asked.places[0])
    lacks = [lack for stack in stacks for lack in _lacks_of_stack(stack, template, given)]
    if organization is not None:
        given.setdefault("OrganizationId", organization.id)
    if organization is not None or not given.get("AllowedAccounts"):
        lacks = [*lacks_of_central(asked.places[0], organization), *lacks]
    _tell(lacks, talk)
    _deploy_stacks(stacks, template, {**given, "HomeRegion": _home(asked, given, stacks)}, asked, talk)


def deploy_members(asked: Asked, talk: Talk) -> None:
    """What every account of the organization has, by a StackSet. Raises InstallError."""
    template = template_of("member.yaml")
    given = settings(template, asked.parameters)
    place, organization = asked.places[0], organization_of(asked.places[0])
    _tell([*lacks_of_members(place, organization), *_lacks_of_center(asked, organization)], talk)
    assert organization is not None
    stack_set = StackSet(place, names.MEMBERS_STACK_SET, organization.call_as)
    given["CentralAccount"] = asked.central_account or place.account
    targets = Targets(asked.units or _root(place), asked.excluded, [each.region for each in asked.places])
    before = stack_set.described()
    known = {each["ParameterKey"]: each["ParameterValue"] for each in (before or {}).get("Parameters", [])}
    given["HomeRegion"] = asked.home_region or known.get("HomeRegion") or targets.regions[0]
    parameters = _kept(template, known, given)
    changes = compared(str((before or {}).get("TemplateBody", "")), template)
    _show(f"the StackSet {stack_set.name}", changes, settings_changed(known, parameters), talk)
    talk.say(_whom(targets))
    if asked.dry_run:
        talk.say("nothing was touched")
        return
    if not talk.agreed("Deploy this?"):
        raise InstallError("nothing was deployed")
    used = bucket.prepared(place, asked.bucket)
    bucket.upload(place, used, template.key, template.text.encode())
    if before is not None:
        stack_set.settle()
    stack_set.put(bucket.address(place, used, template.key), parameters, asked.tags)
    stack_set.spread(targets)
    accounts = {each["Account"] for each in stack_set.instances()}
    talk.say(
        f"the StackSet {stack_set.name} stands in {len(accounts)} accounts; new accounts join by themselves"
    )


def _deploy_stacks(
    stacks: Sequence[Stack], template: Template, given: Mapping[str, str], asked: Asked, talk: Talk
) -> None:
    """Plan and make the change of each stack, the home Region's first: its roles are used by all."""
    ordered = sorted(stacks, key=lambda stack: stack.place.region != given["HomeRegion"])
    if asked.dry_run:
        for stack in ordered:
            known = stack.parameters()
            changes = compared(stack.template(), template)
            _show(_named(stack), changes, settings_changed(known, _kept(template, known, given)), talk)
        talk.say("nothing was touched")
        return
    built = package(asked.built_package)
    for stack in ordered:
        place = stack.place
        used = bucket.prepared(place, asked.bucket)
        bucket.upload(place, used, built.key, built.content)
        bucket.upload(place, used, template.key, template.text.encode())
        code = {"CodeBucket": used, "CodeKey": built.key}
        _deploy_stack(
            stack, template, {**given, **code}, bucket.address(place, used, template.key), asked, talk
        )


def _deploy_stack(
    stack: Stack, template: Template, given: Mapping[str, str], address: str, asked: Asked, talk: Talk
) -> None:
    stands = stack.ready()
    known = stack.parameters() if stands else {}
    parameters = _kept(template, known, given)
    change_set = stack.propose(Wanted(address, parameters, asked.tags, asked.role_arn), stands=stands)
    if change_set is None:
        talk.say(f"{_named(stack)} is up to date")
        return
    _show(_named(stack), change_set.changes, settings_changed(known, parameters), talk)
    if not talk.agreed("Deploy this?"):
        stack.discard(change_set)
        raise InstallError(f"{_named(stack)} was not changed")
    stack.execute(change_set)
    talk.say(f"{_named(stack)} is deployed")


def _lacks_of_stack(stack: Stack, template: Template, given: Mapping[str, str]) -> list[Lack]:
    """What the functions of a stack lack, beside what it has reserved already."""
    known = stack.parameters()
    defaults = {name: str(template.parameters[name]["Default"]) for name in _CONCURRENCY}
    already = sum(int(known.get(name, "0")) for name in _CONCURRENCY)
    wanted = sum(int(given.get(name) or known.get(name) or defaults[name]) for name in _CONCURRENCY)
    return lacks_of_functions(stack.place, wanted, already)


def _lacks_of_center(asked: Asked, organization: Organization | None) -> list[Lack]:
    """What answers must be there first: AWS Config refuses rules whose function it may not ask."""
    if asked.central_account is None and organization is not None and organization.is_management:
        return [Lack("name the account that answers with --central-account", stops=True)]
    if asked.central_account not in (None, asked.places[0].account):
        return []
    missing = [p.region for p in asked.places if not Stack(p, names.CENTRAL_STACK).parameters()]
    return [
        Lack(f"nothing answers in {region}: run `kafka-trigger-guard deploy central --region {region}`", True)
        for region in missing
    ]


def _tell(lacks: Sequence[Lack], talk: Talk) -> None:
    """Say what is missing, before anything is touched. Raises InstallError if it must not be."""
    sentences = list(dict.fromkeys(lack.sentence for lack in lacks))
    stopping = [lack.sentence for lack in lacks if lack.stops]
    for sentence in sentences:
        if sentence not in stopping[:1]:
            talk.say(f"missing: {sentence}")
    if stopping:
        raise InstallError(f"nothing was touched: {stopping[0]}")


def _show(what: str, changes: Sequence[Change], more: Sequence[str], talk: Talk) -> None:
    lines = [*lines_of(changes), *more]
    talk.say("\n".join([f"{what} would change:", *lines]) if lines else f"{what} would not change")


def _home(asked: Asked, given: Mapping[str, str], stacks: Sequence[Stack]) -> str:
    """The Region whose stack creates the roles: as named, as it is already, else the first."""
    known = (stack.parameters().get("HomeRegion") for stack in stacks)
    named = asked.home_region or given.get("HomeRegion") or next((each for each in known if each), None)
    return named or asked.places[0].region


def _kept(template: Template, known: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str | None]:
    """The parameters of a change: as given, else as the stack has them (None), else the defaults."""
    found: dict[str, str | None] = {}
    for name, described in template.parameters.items():
        if name in given:
            found[name] = given[name]
        elif name in known:
            found[name] = None
        elif "Default" in described:
            found[name] = str(described["Default"])
    return found


def _named(stack: Stack) -> str:
    return f"the stack {stack.name} in {stack.place.region}"


def _whom(targets: Targets) -> str:
    but = f" but {', '.join(targets.excluded)}" if targets.excluded else ""
    return f"accounts: all of {', '.join(targets.units)}{but}; Regions: {', '.join(targets.regions)}"


def _root(place: Place) -> list[str]:
    """The root of the organization: all its accounts."""
    try:
        return [str(each["Id"]) for each in place.client("organizations").list_roots()["Roots"]]
    except CALL_FAILURES as error:
        raise failed("finding the organization's root", error, "name units with --ou") from None
