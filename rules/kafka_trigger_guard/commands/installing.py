"""What `deploy` and `undeploy` share: their options, the terminal, and what is said when they end early."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kafka_trigger_guard.commands import console

if TYPE_CHECKING:
    from kafka_trigger_guard.installing.deploying import Talk
    from kafka_trigger_guard.installing.place import Announce, Place

_INTERRUPTED = 130

Profile = Annotated[str | None, typer.Option("--profile", metavar="P", help="AWS profile to deploy with.")]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region", metavar="R", help="Region to deploy in; may be repeated. The first is the roles' home."
    ),
]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--parameter",
        metavar="NAME=VALUE",
        help="Parameter of the template; rule-name.Name=Value for one rule, Name=Value for every rule that "
        "has it, such as Remediation=auto; may be repeated.",
    ),
]
Tags = Annotated[
    list[str] | None,
    typer.Option("--tag", metavar="KEY=VALUE", help="Tag on everything that is created; may be repeated."),
]
HomeRegion = Annotated[
    str | None,
    typer.Option("--home-region", metavar="R", help="Region whose stack creates the roles; else the first."),
]
Bucket = Annotated[
    str | None,
    typer.Option("--bucket", metavar="NAME", help="Bucket to upload to; without it one is created."),
]
Built = Annotated[
    Path | None,
    typer.Option("--package", metavar="FILE", help="Lambda package to upload; without it one is built."),
]
RoleArn = Annotated[
    str | None, typer.Option("--role-arn", metavar="ARN", help="Service role that CloudFormation works with.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change and touch nothing.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask on the terminal.")]


@dataclass(frozen=True, slots=True)
class Terminal:
    """The user's side of a command: whom it talks to, and which places the options name."""

    talk: Talk
    announce: Announce

    def places(self, profile: str | None, regions: Sequence[str] | None) -> list[Place]:
        """The account of a profile in each Region. Raises CollectError."""
        from kafka_trigger_guard.aws.sessions import sources
        from kafka_trigger_guard.installing.place import Place

        found = sources(profile=profile, regions=regions or ())
        return [Place(each.session, each.account, each.region, self.announce) for each in found]


@contextmanager
def terminal(title: str, *, yes: bool) -> Iterator[Terminal]:
    """Progress while the block runs; what goes wrong is one line, and an interruption says how to go on."""
    from kafka_trigger_guard.aws.failures import CollectError
    from kafka_trigger_guard.installing.deploying import Talk
    from kafka_trigger_guard.installing.failures import InstallError

    progress = _Progress(title)
    talk = Talk(lambda text: console.emit(f"{text}\n"), lambda question: yes or progress.asked(question))
    try:
        with progress.shown():
            yield Terminal(talk, progress.announce)
    except (CollectError, InstallError) as error:
        raise console.CannotEvaluate(str(error)) from None
    except KeyboardInterrupt:
        console.complain("interrupted; AWS finishes what it has begun: run the same command again to go on")
        raise typer.Exit(_INTERRUPTED) from None


class _Progress:
    """A line on a terminal that says what is going on; nothing at all in a pipe."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._stop: Callable[[], None] = lambda: None
        self._start: Callable[[], None] = lambda: None
        self._update: Callable[[str], None] = lambda _: None

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show the line while the block runs."""
        if not sys.stderr.isatty():
            yield
            return
        from rich.console import Console

        with Console(stderr=True).status(self._title) as status:
            self._stop, self._start, self._update = status.stop, status.start, status.update
            yield

    def announce(self, region: str, what: str) -> None:
        """What is going on in a Region."""
        self._update(f"{self._title}: {region} {what}")

    def asked(self, question: str) -> bool:
        """Whether the user agrees; without a terminal nobody is asked, as in a pipeline."""
        if not sys.stdin.isatty():
            return True
        self._stop()
        agreed = typer.confirm(question, err=True)
        self._start()
        return agreed
