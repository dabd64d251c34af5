"""Costs of whole networks, as the rules judge them."""

from __future__ import annotations

from decimal import Decimal

from kafka_trigger_guard.aws.traffic import Traffic
from kafka_trigger_guard.cost import Stated
from kafka_trigger_guard.cost.demand import Way
from kafka_trigger_guard.triggers.trigger import Service
from tests.cost.payload import costing, leaving_by_nat, moved
from tests.networks import shapes, triggers
from tests.networks.builder import Scenario
from tests.networks.catalogue import CASES
from tests.networks.healthy import healthy, healthy_msk
from tests.networks.organization import HUB_ACCOUNT, central_egress
from tests.networks.shapes import ACCOUNT, REGION

HERE = (ACCOUNT, REGION)
NAT = shapes.nat_gateway_id()


def idle_vpc() -> Scenario:
    """A healthy trigger that went to provisioned mode, with its endpoints left."""
    return healthy().provisioned()


def test_a_trigger_with_its_endpoints_costs_nothing_by_nat() -> None:
    found = costing(healthy())
    assert found.demands == ()
    assert found.wanted() == {}
    assert found.costs().totals == ()


def test_a_trigger_on_a_nat_path_wants_a_lambda_endpoint_in_its_zones() -> None:
    (demand,) = costing(leaving_by_nat()).demands
    assert (demand.way, demand.by, demand.nat_ids) == (Way.NAT_GATEWAY, (NAT,), (NAT,))
    assert (demand.services, len(demand.zones)) == ((Service.LAMBDA,), 3)


def test_a_nat_path_that_is_allowed_costs_the_same() -> None:
    allowed = costing(leaving_by_nat(), parameters={"AllowNat": "true"})
    assert [each.services for each in allowed.demands] == [(Service.LAMBDA,)]


def test_where_nat_is_not_allowed_every_missing_endpoint_counts() -> None:
    network = leaving_by_nat().without_endpoint("sts").without_endpoint("secretsmanager")
    network.without_endpoint("sqs")
    (strict,) = costing(network, parameters={"AllowNat": "false"}).demands
    assert strict.services == (Service.LAMBDA, Service.STS, Service.SECRETS_MANAGER, Service.SQS)
    (usual,) = costing(network).demands
    assert usual.services == (Service.LAMBDA,)


def test_an_s3_destination_needs_no_endpoint_that_costs() -> None:
    network = leaving_by_nat().with_destination("arn:aws:s3:::failed-batches")
    (demand,) = costing(network, parameters={"AllowNat": "false"}).demands
    assert Service.S3 not in demand.services


def test_an_endpoint_without_private_dns_is_paid_already() -> None:
    network = healthy().nat().change(shapes.endpoint_id("lambda"), PrivateDnsEnabled=False)
    (demand,) = costing(network).demands
    assert (demand.services, demand.idle_endpoint_ids) == ((), (shapes.endpoint_id("lambda"),))


def test_a_nat_instance_is_no_nat_gateway() -> None:
    network = next(case for case in CASES if case.name == "a NAT instance carries").build()
    (demand,) = costing(network).demands
    assert (demand.way, demand.nat_ids) == (Way.NAT_INSTANCE, ())


def test_every_payload_that_leaves_by_nat_has_a_cost_and_no_other_one() -> None:
    """Over the whole catalogue of networks, by the reason that the rule for Lambda gives."""
    for case in CASES:
        reason = case.findings.get("lambda") or case.findings.get("kafka-trigger-lambda-endpoint")
        found = costing(case.build(), parameters=case.parameters)
        leaves = reason in ("nat-path", "nat-allowed", "central-egress")
        assert bool(found.demands) == leaves, case.name
        costs = found.costs(stated=Stated.of(["100"])).by_trigger.values()
        assert all(cost.saving is not None for cost in costs), case.name


def test_a_transit_gateway_is_told_as_a_central_egress() -> None:
    network = healthy().without_endpoint("lambda").transit_gateway()
    network.route("private", "0.0.0.0/0", TransitGatewayId=shapes.identify("tgw", "main"))
    (demand,) = costing(network).demands
    assert (demand.way, demand.over_transit_gateway, demand.nat_ids) == (Way.CENTRAL, True, ())


def test_metrics_are_wanted_of_what_carries_the_payload_and_of_nothing_else() -> None:
    wanted = costing(leaving_by_nat()).wanted()
    assert wanted.keys() == {HERE}
    assert (wanted[HERE].nat_gateway_ids, wanted[HERE].endpoint_ids, wanted[HERE].topics) == ((NAT,), (), {})


def test_of_a_cluster_in_the_account_its_topics_are_wanted() -> None:
    wanted = costing(healthy_msk().without_endpoint("lambda").nat()).wanted()
    assert wanted[HERE].topics == {triggers.CLUSTER_ARN.split("/")[1]: ("orders",)}


def test_what_was_measured_becomes_the_cost() -> None:
    rate = Decimal(1000) * 1024**3 / (730 * 3600)  # 1000 GB a month
    (cost,) = (
        costing(leaving_by_nat()).costs(traffic={HERE: Traffic(nat_gateways={NAT: rate})}).by_trigger.values()
    )
    assert (cost.nat, cost.endpoints, cost.saving) == tuple(map(Decimal, ("45.00", "31.90", "13.10")))
    assert "at most 1,000 GB a month" in cost.sentence
    assert "Endpoints save up to USD 13.10 a month." in cost.sentence


def test_endpoints_of_provisioned_triggers_are_left_over_with_a_caveat() -> None:
    found = costing(idle_vpc()).costs()
    left = {each.endpoint.id: each for each in found.leftovers}
    assert left.keys() == {shapes.endpoint_id(name) for name in ("lambda", "sts", "secretsmanager")}
    told = left[shapes.endpoint_id("lambda")].sentence
    assert "costs at least USD 14.60 a month" in told  # two zones * 730 * 0.010
    assert "provisioned mode" in told
    assert "Other workloads may use it: look at its metric BytesProcessed" in told
    assert found.totals[0].avoidable == Decimal("43.80")


def test_an_endpoint_that_carries_traffic_is_not_called_avoidable() -> None:
    endpoint, rate = shapes.endpoint_id("lambda"), Decimal(1000) * 1024**3 / (730 * 3600)
    found = costing(idle_vpc())
    assert endpoint in found.wanted()[HERE].endpoint_ids
    measured = found.costs(
        traffic={HERE: Traffic(endpoints={endpoint: rate, shapes.endpoint_id("sts"): Decimal(0)})}
    )
    left = {each.endpoint.id: each for each in measured.leftovers}
    assert not left[endpoint].avoidable
    assert "costs USD 24.60 a month" in left[endpoint].sentence  # and 1000 GB * 0.010
    assert "so other workloads use it" in left[endpoint].sentence
    assert left[shapes.endpoint_id("sts")].avoidable
    assert "processed nothing" in left[shapes.endpoint_id("sts")].sentence
    assert measured.totals[0].avoidable == Decimal("29.20")


def test_an_on_demand_trigger_in_the_vpc_keeps_its_endpoints_even_if_disabled() -> None:
    network = idle_vpc()
    waiting = dict(network.trigger) | {"UUID": "99999999-0000-4000-8000-000000000000", "State": "Disabled"}
    waiting.pop("ProvisionedPollerConfig")
    network.add("lambda:ListEventSourceMappings", waiting)
    assert costing(network).costs().leftovers == ()


def test_an_endpoint_that_is_being_deleted_is_not_left_over() -> None:
    network = idle_vpc().change(shapes.endpoint_id("lambda"), State="deleting")
    left = [each.endpoint.id for each in costing(network).costs().leftovers]
    assert shapes.endpoint_id("lambda") not in left


def test_a_leftover_where_no_price_is_known_is_still_told() -> None:
    found = costing(moved(idle_vpc().document(), "me-south-1")).costs()
    assert {each.charge for each in found.leftovers} == {None}
    assert "costs an unknown amount" in found.leftovers[0].sentence


def test_totals_tell_what_is_known_and_count_what_is_not() -> None:
    found = costing(leaving_by_nat())
    (unknown,) = found.costs().totals
    assert (unknown.triggers, unknown.unknown) == (1, 1)
    assert "the volume or a price is unknown" in unknown.sentence
    (known,) = found.costs(stated=Stated.of(["100"])).totals
    assert known.sentence == (
        "1 trigger sends 3,042 GB a month by NAT, which charges USD 136.88; "
        "endpoints where they are cheaper save USD 84.56 a month."
    )


def test_a_far_nat_gateway_is_wanted_of_its_owner() -> None:
    found = costing(*central_egress().documents())
    (demand,) = found.demands
    assert (demand.way, len(demand.nat_ids)) == (Way.CENTRAL, 1)
    assert {account for account, _ in found.wanted()} == {HUB_ACCOUNT}


def test_totals_say_so_where_no_endpoint_would_be_cheaper() -> None:
    (found,) = costing(leaving_by_nat()).costs(stated=Stated.of(["1"])).totals
    assert found.possible_saving == 0
    assert found.sentence.endswith("endpoints would not be cheaper.")


def test_totals_of_several_vpcs_count_only_where_endpoints_are_cheaper() -> None:
    networks = [moved(leaving_by_nat().document(), region) for region in ("eu-west-1", "us-west-2")]
    found = costing(*networks).costs(prices=["eu-west-1.endpoint-hour=99"], stated=Stated.of(["100"]))
    (summed,) = found.totals
    # Oregon: 136.88 - 21.90 - 30.42; both Regions share the trigger's UUID, and each has its own cost
    assert (summed.triggers, summed.possible_saving) == (2, Decimal("84.56"))
    assert summed.saving < 0
