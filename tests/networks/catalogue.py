"""All hand-written networks."""

from __future__ import annotations

from tests.networks import (
    cases_of_acls,
    cases_of_endpoints,
    cases_of_groups,
    cases_of_nat,
    cases_of_routes,
    cases_of_sources,
)

CASES = (
    *cases_of_groups.CASES,
    *cases_of_acls.CASES,
    *cases_of_nat.CASES,
    *cases_of_routes.CASES,
    *cases_of_endpoints.CASES,
    *cases_of_sources.CASES,
)
