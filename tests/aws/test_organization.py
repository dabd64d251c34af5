"""Specification of reading an organization: who is asked, who refuses, and what the network account costs."""

from collections import Counter

import pytest

from kafka_trigger_guard.aws.failures import CollectError
from kafka_trigger_guard.aws.organization import OrganizationRead, active_members, read
from kafka_trigger_guard.aws.roles import Roles
from kafka_trigger_guard.evaluation import Evaluation, evaluate
from kafka_trigger_guard.rules.findings import Verdict
from kafka_trigger_guard.sandbox import aws as sandbox
from tests.aws.canned_aws import REGION, Fault
from tests.aws.canned_organization import MANAGEMENT, ROLE, CannedOrganization, accounts
from tests.aws.fleet_of_accounts import fleet, spoke_account
from tests.conftest import Figure
from tests.networks.organization import HUB_ACCOUNT, central_endpoints

ELSEWHERE = "eu-west-1"


def of_fleet(canned: CannedOrganization, *regions: str) -> OrganizationRead:
    """What is read of an organization in some Regions."""
    return read(canned.session(), ROLE, regions or (REGION,))


def judged(found: OrganizationRead) -> list[Evaluation]:
    """The evaluations of the accounts and Regions that were asked for."""
    return [e for e in evaluate(found.snapshots) if (e.account, e.region) in found.evaluated]


def verdicts(found: OrganizationRead) -> Counter[Verdict]:
    """How often each verdict is given."""
    return Counter(f.verdict for e in judged(found) for trigger in e.triggers for f in trigger.findings)


def test_fifty_accounts_of_which_three_deny_the_role_are_judged_but_for_these(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    canned = fleet(3, 46).install(monkeypatch)
    canned.denying = {spoke_account(1), "300000000007", "300000000021"}
    found = of_fleet(canned)
    assert len(canned.members) == 50
    assert len(found.evaluated) == len(judged(found)) == 47
    assert [(each.account, each.operation, each.error.code) for each in found.not_evaluated] == [
        (account, "sts:AssumeRole", "AccessDeniedException") for account in sorted(canned.denying)
    ]
    assert verdicts(found) == {Verdict.COMPLIANT: 16}
    assert not canned.calls_of(spoke_account(1))


def test_two_hundred_accounts_read_the_network_account_once_in_each_region(
    monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    canned, alone = fleet(20, 179, REGION, ELSEWHERE), fleet(1, 0)
    of_fleet(alone.install(monkeypatch))
    found = of_fleet(canned.install(monkeypatch), REGION, ELSEWHERE)
    assert (len(canned.members), len(found.evaluated)) == (200, 400)
    assert verdicts(found) == {Verdict.COMPLIANT: 20 * 2 * 8}
    for region in (REGION, ELSEWHERE):
        assert canned.calls_of(HUB_ACCOUNT, region) == alone.calls_of(HUB_ACCOUNT)
    assert sorted(canned.assumed) == sorted(canned.members)
    calls = sum(canned.calls_of(HUB_ACCOUNT).values())
    figure(f"200 accounts, 20 with a trigger, 2 Regions: {canned.calls.total()} API calls")
    figure(f"in the network account: {calls} API calls a Region, as for one account with a trigger")


def test_every_page_of_accounts_is_listed_and_closed_accounts_are_left_out() -> None:
    canned = CannedOrganization().join(*accounts(45))
    canned.closed = {accounts(45)[3], accounts(45)[44]}
    found = active_members(canned.session(), REGION, lambda _where, _operation: None)
    assert [member.account for member in found] == [a for a in accounts(45) if a not in canned.closed]
    assert canned.calls["organization", "organizations:ListAccounts"] == 3


def test_the_management_account_is_read_by_the_role_too(monkeypatch: pytest.MonkeyPatch) -> None:
    canned = CannedOrganization().join(MANAGEMENT).install(monkeypatch)
    assert of_fleet(canned).evaluated == {(MANAGEMENT, REGION)}
    assert canned.assumed == [MANAGEMENT]


def test_who_may_not_list_the_accounts_is_told_whose_credentials_may() -> None:
    canned = CannedOrganization(fault=Fault.DENIED)
    with pytest.raises(CollectError, match=r"ListAccounts failed \(AccessDenied.*delegated administrator"):
        of_fleet(canned)


def test_own_credentials_that_have_expired_are_said_to_have_expired() -> None:
    with pytest.raises(CollectError, match="credentials have expired"):
        of_fleet(CannedOrganization(fault=Fault.EXPIRED))


def test_it_is_an_error_only_if_no_account_can_be_evaluated(monkeypatch: pytest.MonkeyPatch) -> None:
    canned = CannedOrganization().join(*accounts(3)).install(monkeypatch)
    canned.denying = set(accounts(3))
    with pytest.raises(CollectError, match=rf"by the role {ROLE} \(3 refused; the first is {accounts(1)[0]}"):
        of_fleet(canned)
    canned.denying.pop()
    assert len(of_fleet(canned).evaluated) == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.DENIED, "AccessDeniedException"),
        (Fault.THROTTLED, "ThrottlingException"),
        (Fault.REFUSED_KEYS, "NotReadable"),
    ],
)
def test_an_account_whose_triggers_cannot_be_listed_is_not_evaluated(
    monkeypatch: pytest.MonkeyPatch, fault: Fault, code: str
) -> None:
    """Keys are refused in a Region that the account has not enabled."""
    canned = fleet(2, 0).install(monkeypatch)
    canned.places[spoke_account(0), REGION].faults["lambda:ListEventSourceMappings"] = fault
    found = of_fleet(canned)
    (refused,) = found.not_evaluated
    assert (refused.account, refused.region, refused.error.code) == (spoke_account(0), REGION, code)
    assert str(refused).startswith(f"{spoke_account(0)} {REGION} (lambda:ListEventSourceMappings: {code}: ")
    assert (spoke_account(0), REGION) not in found.evaluated
    assert verdicts(found) == {Verdict.COMPLIANT: 8}


def test_without_regions_each_account_is_read_where_it_is_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    canned = CannedOrganization().join(*accounts(2)).install(monkeypatch)
    for account, names in zip(accounts(2), ([REGION], [REGION, ELSEWHERE]), strict=True):
        canned.place(account, REGION).items["ec2:DescribeRegions"] = [{"RegionName": name} for name in names]
    found = read(canned.session(), ROLE)
    first, second = accounts(2)
    assert found.evaluated == {(first, REGION), (second, REGION), (second, ELSEWHERE)}


def test_regions_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of one Region's network account is red there and nowhere else."""
    canned = fleet(1, 0, REGION, ELSEWHERE).install(monkeypatch)
    broken = canned.places[HUB_ACCOUNT, ELSEWHERE]
    for attachment in broken.items["ec2:DescribeTransitGatewayAttachments"]:
        attachment.pop("Association")
    found = of_fleet(canned, REGION, ELSEWHERE)
    by_region = {e.region: e for e in judged(found) if e.triggers}
    verdicts_of = {
        region: {finding.verdict for finding in e.triggers[0].findings} for region, e in by_region.items()
    }
    assert verdicts_of[REGION] == {Verdict.COMPLIANT}
    assert Verdict.NON_COMPLIANT in verdicts_of[ELSEWHERE]


def test_an_account_outside_the_organization_is_never_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    canned = CannedOrganization().add(*central_endpoints().over_transit().documents()).install(monkeypatch)
    canned.members.remove(HUB_ACCOUNT)
    found = of_fleet(canned)
    assert HUB_ACCOUNT not in {snapshot.account for snapshot in found.snapshots}
    assert not canned.calls_of(HUB_ACCOUNT)
    assert Verdict.UNKNOWN in verdicts(found)


def test_roles_have_the_partition_of_their_accounts_and_may_have_a_path() -> None:
    session = CannedOrganization().session()
    roles = Roles(session, "/guard/reader", "cn-north-1", "aws-cn", lambda _operation: None)
    assert roles.arn("111122223333") == "arn:aws-cn:iam::111122223333:role/guard/reader"


def test_real_roles_are_assumed_in_the_embedded_aws() -> None:
    with sandbox() as embedded:
        organizations = embedded.session().client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        status = organizations.create_account(AccountName="member", Email="member@example.com")
        member = status["CreateAccountStatus"]["AccountId"]
        told: list[tuple[str, str]] = []
        found = read(embedded.session(), ROLE, [REGION], lambda *call: told.append(call))
    assert (member, REGION) in found.evaluated
    assert len(found.evaluated) == 2
    assert ("organization", "sts:AssumeRole") in told
    assert (f"{member} {REGION}", "lambda:ListEventSourceMappings") in told
