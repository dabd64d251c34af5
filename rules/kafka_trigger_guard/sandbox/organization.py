"""AWS Organizations as its members see it; moto answers the management account alone.

organizations/latest/userguide/orgs_delegate_policies: a delegated administrator may describe and list too.
"""

from __future__ import annotations

from typing import Any

from moto.organizations.exceptions import AWSOrganizationsNotInUseException
from moto.organizations.models import (
    FakeDelegatedAdministrator,
    FakeServiceAccess,
    organizations_backends,
)

from kafka_trigger_guard.sandbox.corrections import correct
from kafka_trigger_guard.sandbox.operations import Call, Reply, operation

STACK_SETS = "member.org.stacksets.cloudformation.amazonaws.com"
_SERVICES = (STACK_SETS, "config.amazonaws.com")
"""Services that AWS lets an organization trust and delegate, and moto does not know.

organizations/latest/userguide/orgs_integrate_services_list
"""
correct(FakeServiceAccess, "TRUSTED_SERVICES")([*FakeServiceAccess.TRUSTED_SERVICES, *_SERVICES])
correct(FakeDelegatedAdministrator, "SUPPORTED_SERVICES")(
    [*FakeDelegatedAdministrator.SUPPORTED_SERVICES, *_SERVICES]
)


def organization_of(call: Call) -> Any:
    """The organization of the caller, whichever account manages it."""
    management, partition = organizations_backends.master_accounts.get(
        call.account, (call.account, call.partition)
    )
    found = organizations_backends[management][partition]
    if found.org is None:
        raise AWSOrganizationsNotInUseException
    return found


def _administers(call: Call) -> bool:
    """Whether the caller is a delegated administrator; moto answers the management account by itself."""
    management, partition = organizations_backends.master_accounts.get(call.account, ("", ""))
    if not management or management == call.account:
        return False
    admins = organizations_backends[management][partition].admins
    return any(admin.account.id == call.account for admin in admins)


@operation("organizations", "DescribeAccount", claims=_administers)
def describe_account(call: Call) -> Reply:
    """An account of the organization."""
    found: Reply = organization_of(call).describe_account(AccountId=call.given("AccountId"))
    return found


@operation("organizations", "ListAccounts", claims=_administers)
def list_accounts(call: Call) -> Reply:
    """Every account of the organization, on one page."""
    return {"Accounts": [account.describe() for account in organization_of(call).accounts]}


@operation("organizations", "ListRoots", claims=_administers)
def list_roots(call: Call) -> Reply:
    """The root of the organization."""
    found: Reply = organization_of(call).list_roots()
    return found


@operation("organizations", "ListDelegatedAdministrators")
def list_delegated_administrators(call: Call) -> Reply:
    """Who administers a service for the organization."""
    service = call.given("ServicePrincipal")
    found: Reply = organization_of(call).list_delegated_administrators(
        **({"ServicePrincipal": service} if service else {})
    )
    return found
