"""The command line: `sojourn serve`, `demo`, `import people`, `apply`, `publish`, `stop`, `status`, `verify`, `key`.

Commands on the side work on the database directly: beside a running server of the same data folder, or alone.
"""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from sojourn import __version__
from sojourn.access.store import create_key
from sojourn.analytics.store import numbers
from sojourn.analytics.verify import verify
from sojourn.app import show
from sojourn.app.apply import apply
from sojourn.app.serve import Running, database, serve
from sojourn.app.work import work
from sojourn.db.clock import clock_of
from sojourn.db.connect import Pool, database_time, open_pool, transaction
from sojourn.db.shards import COUNT
from sojourn.journeys import publish as publishing
from sojourn.journeys.store import newest
from sojourn.kit.documents import read_yaml
from sojourn.kit.errors import Conflict, Invalid, SojournError
from sojourn.kit.ids import slug
from sojourn.kit.log import configure
from sojourn.kit.settings import Settings
from sojourn.people.jobs import import_csv
from sojourn.people.match import Order

app = typer.Typer(
    help="Open-source customer journeys.", no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)
importing = typer.Typer(help="Bring people in.", no_args_is_help=True)
app.add_typer(importing, name="import")

console = Console(highlight=False)
WHO = "command line"

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
    except ValidationError as error:
        _fail("A setting is wrong.", [f"SOJOURN_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors()])


@app.command("serve")
def serve_command(
    data: Data = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 lets the system choose.")] = None,
    clock: Clock = "real",
    worker: Annotated[bool, typer.Option(help="Run a worker beside the server.")] = True,
) -> None:
    """Run the server, a worker and (unless SOJOURN_DATABASE_URL is set) the embedded PostgreSQL."""
    settings = _settings(data, port)
    serve(settings, virtual=_virtual(clock), worker=worker, ready=_announce)


@app.command("demo")
def demo_command(
    data: Data = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 lets the system choose.")] = None,
    people: Annotated[int, typer.Option(min=20, max=100_000, help="How many customers to make up.")] = 1000,
    stay: Annotated[bool, typer.Option(help="Leave the server running at the end.")] = True,
) -> None:
    """Run a journey for a thousand made-up customers before your eyes, and leave the server running."""
    from sojourn.app.demo.story import run_demo  # noqa: PLC0415 - its mail server is an extra

    run_demo(_settings(data, port), console, people=people, stay=stay)


@app.command("worker")
def worker_command(clock: Clock = "real") -> None:
    """Run one more worker on SOJOURN_DATABASE_URL; workers share the shards among themselves."""
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
    order = Order(audience=audience, key=key, source=file.name, who=WHO, add_unknown_attributes=add_attributes)
    _run(data, partial(_import_people, file, order))


@app.command("apply")
def apply_command(
    files: Annotated[list[Path], typer.Argument(exists=True, help="YAML files, or folders of them.")], data: Data = None
) -> None:
    """Make the workspace what YAML documents say: attributes, segments, content, journeys."""
    _run(data, partial(_apply, files))


@app.command("publish")
def publish_command(name: Name, data: Data = None) -> None:
    """Publish a journey, or list everything that forbids it."""
    _run(data, partial(_publish, name))


@app.command("stop")
def stop_command(name: Name, data: Data = None) -> None:
    """Stop a live journey for good; everybody inside ends."""
    _run(data, partial(_stop, name))


@app.command("status")
def status_command(name: Name, data: Data = None) -> None:
    """Show the numbers of every step of a journey."""
    _run(data, partial(_status, name))


@app.command("verify")
def verify_command(data: Data = None, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Recount from the tables that every participant has exactly one explanation and all numbers add up."""
    _run(data, partial(_verify, as_json))


@app.command("key")
def key_command(name: Annotated[str, typer.Argument(help="What will use it.")], data: Data = None) -> None:
    """Make an API key and print it, this once."""
    _run(data, partial(_key, name))


@app.command("version")
def version_command() -> None:
    """Print the version."""
    console.print(__version__)


async def _import_people(file: Path, order: Order, pool: Pool) -> None:
    with _progress() as bar, file.open("rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        task = bar.add_task(f"Importing {file.name}", total=size)
        done = await import_csv(
            pool, clock_of(pool, virtual=False), opened, order, lambda _: bar.update(task, completed=opened.tell())
        )
        bar.update(task, completed=size)
    console.print(show.finished_import(done))
    if done["failure"]:
        raise Conflict(f"The file could not be read to its end: {done['failure']} What was accepted is kept.")


async def _apply(files: list[Path], pool: Pool) -> None:
    paths = [path for file in files for path in (sorted(file.glob("*.y*ml")) if file.is_dir() else [file])]
    documents = [document for path in paths for document in read_yaml(path.read_text("utf-8"), str(path))]
    async with transaction(pool) as conn:
        for applied in await apply(conn, documents, WHO, await database_time(conn)):
            console.print(f"{applied.what:<10} {applied.kind} {applied.name}")


async def _publish(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await publishing.publish(conn, slug(name), WHO, await database_time(conn))
    console.print(f"[green]{version.name} is {version.state}.[/] Watch it: sojourn status {version.slug}")


async def _stop(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await publishing.stop(conn, slug(name), WHO, await database_time(conn))
    console.print(f"{version.name} is {version.state}.")


async def _status(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await newest(conn, slug(name))
        console.print(show.journey_numbers(version.name, await numbers(conn, version, await database_time(conn))))


async def _verify(as_json: bool, pool: Pool) -> None:
    with _progress() as bar:
        result = await verify(pool, bar.track(range(COUNT), description="Recounting"))
    print(json.dumps(vars(result))) if as_json else console.print(show.verification(result))
    if result.faults:
        raise Conflict(f"{len(result.faults)} things do not add up.")


async def _key(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        print(await create_key(conn, name, await database_time(conn)))


def _run(data: Path | None, act: Callable[[Pool], Coroutine[Any, Any, None]]) -> None:
    async def connected(url: str) -> None:
        async with open_pool(url, size=4) as pool:
            await act(pool)

    with database(_settings(data)) as url:
        asyncio.run(connected(url))


def _settings(data: Path | None, port: int | None = None) -> Settings:
    given = {name: value for name, value in (("data", data), ("port", port)) if value is not None}
    settings = Settings().model_copy(update=given)
    configure(json=settings.log == "json", level=settings.log_level)
    return settings


def _virtual(clock: str) -> bool:
    if clock not in ("real", "virtual"):
        raise Invalid(f"--clock is real or virtual, not {clock!r}.")
    return clock == "virtual"


def _announce(running: Running) -> None:
    console.print(f"Sojourn {__version__} listens on [bold]{running.url}[/]", soft_wrap=True)
    if running.setup_url:
        console.print(f"Set it up here: {running.setup_url}", soft_wrap=True)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip


def _fail(message: str, details: list[str] | None = None) -> NoReturn:
    errors = Console(stderr=True, highlight=False)
    errors.print(f"[red]{message}[/]")
    for detail in details or []:
        errors.print(f"  - {detail}", markup=False)
    sys.exit(1)
