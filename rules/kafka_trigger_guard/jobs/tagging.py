"""Who owns the functions of triggers: one tag of each, read in the accounts that a user names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kafka_trigger_guard.jobs.gathering import Progress, Sources

if TYPE_CHECKING:
    from kafka_trigger_guard.evaluation import Evaluation


def owners(
    sources: Sources, evaluations: Sequence[Evaluation], tag: str, progress: Progress
) -> dict[str, str]:
    """The owner of each trigger's function, by the function's ARN; none of snapshot files.

    A function without the tag, or whose tags may not be read, is left out.
    """
    asked = [each for each in evaluations if each.triggers]
    if sources.files or not asked:
        return {}
    from kafka_trigger_guard.aws.failures import CollectError
    from kafka_trigger_guard.aws.reads.owner import read_owners
    from kafka_trigger_guard.aws.workers import side_by_side
    from kafka_trigger_guard.jobs.measuring import sessions_of

    try:
        session_of = sessions_of(sources, asked[0].region)
    except CollectError:
        return {}

    with progress("Reading who owns the functions") as announce:

        def one(evaluation: Evaluation) -> dict[str, str]:
            session = session_of(evaluation.account)
            if session is None:
                return {}
            where = f"{evaluation.account} {evaluation.region}"
            arns = [each.trigger.function_arn for each in evaluation.triggers]
            return read_owners(
                session, evaluation.region, arns, tag, lambda operation: announce(where, operation)
            )

        return {arn: owner for found in side_by_side(one, asked) for arn, owner in found.items()}
