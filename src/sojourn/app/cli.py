"""The command line: `sojourn serve`, `demo`, `import people`, `apply`, `check`, `publish`, `pause`, `resume`, `stop`,
`status`, `forget`, `verify`, `login`, `key`.

Commands on the side work on the database directly: beside a running server of the same data folder, or alone. Each
imports what it needs and no more, so that they answer quickly.
"""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console

from sojourn import __version__
from sojourn.db.ready import database
from sojourn.kit.errors import Conflict, Invalid, Problem, SojournError
from sojourn.kit.log import configure
from sojourn.kit.settings import Settings

if TYPE_CHECKING:
    from sojourn.app.serve import Running
    from sojourn.db.connect import Pool

app = typer.Typer(
    help="Open-source customer journeys.", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)
importing = typer.Typer(help="Bring people in.", no_args_is_help=True)
app.add_typer(importing, name="import")

console = Console(highlight=False)

Data = Annotated[Path | None, typer.Option(help="Folder of the embedded database; default SOJOURN_DATA.")]
Clock = Annotated[str, typer.Option(help="`real`, or `virtual` for tests: time moves when PUT /api/v1/clock says so.")]
Name = Annotated[str, typer.Argument(help="Name or id of the journey.")]


def main() -> None:
    """Runs the command line; what a person can act on ends with a sentence and exit code 1, not with a traceback."""
    try:
        app()
    except (Invalid, Conflict) as error:
        _fail(str(error), [str(problem) for problem in error.problems])
    except SojournError as error:
        _fail(str(error))


@app.command("serve")
def serve_command(
    data: Data = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 lets the system choose.")] = None,
    clock: Clock = "real",
    worker: Annotated[bool, typer.Option(help="Run a worker beside the server.")] = True,
) -> None:
    """Run the server, a worker and (unless SOJOURN_DATABASE_URL is set) the embedded PostgreSQL."""
    from sojourn.app.serve import serve

    settings = _settings(data, port)
    serve(settings, virtual=_virtual(clock), worker=worker, ready=_announce)


@app.command("demo")
def demo_command(
    data: Data = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 lets the system choose.")] = None,
    people: Annotated[int, typer.Option(min=20, max=100_000, help="How many customers to make up.")] = 1000,
    stay: Annotated[bool, typer.Option(help="Leave the server running at the end.")] = True,
    browser: Annotated[bool, typer.Option(help="Open the console in your browser, if there is a screen.")] = True,
) -> None:
    """Run a journey for a thousand made-up customers before your eyes, and leave the server running."""
    from sojourn.app.demo.browser import can_show
    from sojourn.app.demo.story import Plot, run_demo

    seen = browser and sys.stdout.isatty() and can_show(os.environ, sys.platform)
    run_demo(_settings(data, port), console, Plot(people, stay, seen))


@app.command("worker")
def worker_command(clock: Clock = "real") -> None:
    """Run one more worker on SOJOURN_DATABASE_URL; workers share the shards among themselves."""
    from sojourn.app.work import work

    settings = _settings(None)
    with database(settings) as url:
        work(settings, url, virtual=_virtual(clock))


@importing.command("people")
def import_people(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A CSV file with a header line.")],
    audience: Annotated[str, typer.Option(help="contact, lead or customer_profile.")] = "contact",
    key: Annotated[str, typer.Option(help="The column that identifies a person.")] = "email",
    add_attributes: Annotated[bool, typer.Option(help="Declare columns that the audience does not have.")] = False,
    data: Data = None,
) -> None:
    """Import people from a CSV file; importing it again changes nothing twice."""
    from sojourn.app.commands import import_people as act

    _run(data, partial(act, file, audience, key, add_attributes))


@app.command("apply")
def apply_command(
    files: Annotated[list[Path], typer.Argument(exists=True, help="YAML files, or folders of them.")], data: Data = None
) -> None:
    """Make the workspace what YAML documents say: attributes, segments, content, journeys."""
    from sojourn.app.commands import apply_files

    _run(data, partial(apply_files, files))


@app.command("rehearse")
def rehearse_command(
    name: Name,
    engagement: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A YAML file of what people are assumed to do.")
    ] = None,
    starts: Annotated[
        int | None,
        typer.Option("--starts-per-day", min=1, help="Of a journey that an event starts: so many a day, for a week."),
    ] = None,
    version: Annotated[
        int | None, typer.Option(min=1, help="Number of the version; default the draft, or else the newest.")
    ] = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Run a journey for its whole audience on a virtual clock; nothing is sent, nothing is left behind."""
    from sojourn.app.commands import rehearse

    _run(data, partial(rehearse, name, engagement, starts, version, as_json))


@app.command("check")
def check_command(name: Name, data: Data = None) -> None:
    """List everything that forbids publishing a journey, and what may be a mistake; exit code 1 if it is forbidden."""
    from sojourn.app.commands import check

    _run(data, partial(check, name))


@app.command("publish")
def publish_command(name: Name, data: Data = None) -> None:
    """Publish a journey, or list everything that forbids it."""
    from sojourn.app.commands import publish

    _run(data, partial(publish, name))


@app.command("stop")
def stop_command(name: Name, data: Data = None) -> None:
    """Stop a live journey for good; everybody inside ends."""
    from sojourn.app.commands import stop

    _run(data, partial(stop, name))


@app.command("pause")
def pause_command(
    name: Name,
    freeze: Annotated[bool, typer.Option("--freeze", help="Waits and limits stand still meanwhile.")] = False,
    data: Data = None,
) -> None:
    """Pause a journey: nobody enters, no message is handed over."""
    from sojourn.app.commands import pause

    _run(data, partial(pause, name, freeze))


@app.command("resume")
def resume_command(
    name: Name,
    per_minute: Annotated[int | None, typer.Option(min=1, help="Messages that were held back, in each minute.")] = None,
    data: Data = None,
) -> None:
    """Let a paused journey go on."""
    from sojourn.app.commands import resume
    from sojourn.journeys.life import Rate

    _run(data, partial(resume, name, Rate(people=per_minute, per="minute") if per_minute else None))


@app.command("status")
def status_command(name: Name, data: Data = None) -> None:
    """Show the numbers of every step of a journey."""
    from sojourn.app.commands import status

    _run(data, partial(status, name))


@app.command("why")
def why_command(
    name: Name,
    person: Annotated[str, typer.Argument(help="Key of the person, or a reference such as 37-10234.")],
    data: Data = None,
) -> None:
    """Tell why somebody did, or didn't, get what a journey sends: what decided each step."""
    from sojourn.app.commands import why

    _run(data, partial(why, name, person))


@app.command("forget")
def forget_command(
    person: Annotated[str, typer.Argument(help="Key of the person, or a reference such as 37-10234.")],
    data: Data = None,
) -> None:
    """Delete a person for good: they leave every journey, and what is known of them is erased."""
    from sojourn.app.commands import forget

    _run(data, partial(forget, person))


@app.command("verify")
def verify_command(data: Data = None, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Recount from the tables that every participant has exactly one explanation and all numbers add up."""
    from sojourn.app.commands import verify_all

    _run(data, partial(verify_all, as_json))


@app.command("login")
def login_command(
    email: Annotated[str, typer.Argument(help="The email address of the account.")], data: Data = None
) -> None:
    """Print a link that logs an account in once, within ten minutes: for who has forgotten the password."""
    from sojourn.app.commands import make_login_link

    _run(data, partial(make_login_link, email))


@app.command("key")
def key_command(name: Annotated[str, typer.Argument(help="What will use it.")], data: Data = None) -> None:
    """Make an API key and print it, this once."""
    from sojourn.app.commands import make_key

    _run(data, partial(make_key, name))


@app.command("version")
def version_command() -> None:
    """Print the version."""
    console.print(__version__)


def _run(data: Path | None, act: Callable[["Pool"], Coroutine[Any, Any, None]]) -> None:
    from sojourn.db.connect import open_pool

    async def connected(url: str) -> None:
        async with open_pool(url, size=4) as pool:
            await act(pool)

    with database(_settings(data)) as url:
        asyncio.run(connected(url))


def _settings(data: Path | None, port: int | None = None) -> Settings:
    given = {name: value for name, value in (("data", data), ("port", port)) if value is not None}
    try:
        settings = Settings().model_copy(update=given)
    except ValidationError as error:
        found = [(str(part["loc"][0]).upper(), part["msg"].removeprefix("Value error, ")) for part in error.errors()]
        problems = [Problem("not_understood", f"SOJOURN_{name}", f"{message}.") for name, message in found]
        raise Invalid("A setting is wrong.", problems) from error
    configure(json=settings.log == "json", level=settings.log_level)
    return settings


def _virtual(clock: str) -> bool:
    if clock not in ("real", "virtual"):
        raise Invalid(f"--clock is real or virtual, not {clock!r}.")
    return clock == "virtual"


def _announce(running: "Running") -> None:
    console.print(f"Sojourn {__version__} listens on [bold]{running.url}[/]", soft_wrap=True)
    if running.setup_url:
        console.print(f"Set it up here: {running.setup_url}", soft_wrap=True)


def _fail(message: str, details: list[str] | None = None) -> NoReturn:
    errors = Console(stderr=True, highlight=False)
    errors.print(message, style="red", markup=False)
    for detail in details or []:
        errors.print(f"  - {detail}", markup=False)
    sys.exit(1)
