"""Tell the whole story in the embedded AWS."""

from __future__ import annotations

from kafka_trigger_guard.commands import console


def demo() -> None:
    """Tell the whole story in an AWS embedded in this process.

    Six Kafka triggers, of which two are well; AWS Config repairs three, and one
    needs a person. Needs no account and no network: every call goes through boto3
    and stays in this process.
    """
    try:
        from kafka_trigger_guard.demo import demonstration
    except ModuleNotFoundError as error:
        raise console.CannotEvaluate(
            f"the embedded AWS needs {error.name}: install it with `pip install '{console.PROGRAM}[sandbox]'`"
        ) from None
    from kafka_trigger_guard.report.story import story_text

    with console.shown_progress()("Building an AWS in this process") as announce:
        found = demonstration(announce)
    console.emit(story_text(found, console.page()))
