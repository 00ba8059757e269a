"""What the commands on the side do: each is a few transactions on a database that is ready, and some lines printed."""

import json
import os
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from sojourn.access.store import create_key, create_login_link
from sojourn.analytics.store import numbers
from sojourn.analytics.store import why as explained
from sojourn.analytics.verify import verify
from sojourn.app import show
from sojourn.app.apply import apply
from sojourn.db.clock import clock_of
from sojourn.db.connect import Pool, database_time, transaction
from sojourn.db.shards import COUNT
from sojourn.journeys import life
from sojourn.journeys import publish as publishing
from sojourn.journeys.life import Rate
from sojourn.journeys.store import newest
from sojourn.kit.documents import Written, problems_of, read_yaml
from sojourn.kit.errors import Conflict, Invalid
from sojourn.kit.settings import Settings
from sojourn.people.jobs import import_csv
from sojourn.people.match import Order
from sojourn.people.store import delete_person, find_person
from sojourn.rehearsal import rehearse as rehearsing
from sojourn.rehearsal.model import DrawnStarts, Engagement
from sojourn.rehearsal.outlook import outlook

console = Console(highlight=False)
WHO = "command line"


async def import_people(file: Path, audience: str, key: str, add_attributes: bool, pool: Pool) -> None:
    order = Order(audience=audience, key=key, source=file.name, who=WHO, add_unknown_attributes=add_attributes)
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


async def apply_files(files: list[Path], pool: Pool) -> None:
    documents = [document for file in files for path in _yaml_files(file) for document in _documents(path)]
    async with transaction(pool) as conn:
        done = await apply(conn, documents, WHO, await database_time(conn))
    for applied in done:
        console.print(f"{applied.what:<10} {applied.kind} {applied.name}", markup=False)


async def check(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        found = await outlook(conn, name, await database_time(conn), Settings().channels)
    console.print(show.outlook(found), soft_wrap=True)
    if found.problems:
        raise Conflict(f"{found.journey!r} cannot be published yet.")


async def publish(name: str, pool: Pool) -> None:
    channels = Settings().channels
    async with transaction(pool) as conn:
        before = await outlook(conn, name, await database_time(conn), channels)
    async with transaction(pool) as conn:
        version = await publishing.publish(conn, name, WHO, await database_time(conn), channels)
    if before.warnings:
        console.print(show.warnings(before), soft_wrap=True)
    console.print(f"{version.name} is {version.state}. Watch it: sojourn status {version.slug}", markup=False)


async def stop(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await publishing.stop(conn, name, WHO, await database_time(conn))
    console.print(f"{version.name} is {version.state}.", markup=False)


async def pause(name: str, freeze: bool, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await life.pause(conn, name, "freeze" if freeze else "run_on", WHO, await database_time(conn))
    console.print(f"{version.name} is {version.state}.", markup=False)


async def resume(name: str, rate: Rate | None, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await life.resume(conn, name, rate, WHO, await database_time(conn))
    console.print(f"{version.name} is {version.state}.", markup=False)


async def status(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await newest(conn, name)
        console.print(show.journey_numbers(version.name, await numbers(conn, version, await database_time(conn))))


async def why(name: str, person: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        version = await newest(conn, name)
        for sentence in await explained(conn, version, await find_person(conn, person)):
            console.print(sentence, markup=False, soft_wrap=True)


async def forget(told: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        person = await find_person(conn, told)
        await delete_person(conn, person)
    console.print(
        f"Person {person} is deleted. A worker ends their participations and erases the rest at its next turn."
    )


async def rehearse(
    name: str, engagement: Path | None, starts: int | None, version: int | None, as_json: bool, pool: Pool
) -> None:
    assumed = _engagement(engagement) if engagement else Engagement()
    if starts:
        assumed = assumed.model_copy(update={"starts": DrawnStarts(per_day=starts)})
    async with transaction(pool) as conn:
        now = await database_time(conn)
    with _progress() as bar:
        task = bar.add_task("Rehearsing", total=None)

        def watch(at: datetime) -> None:
            bar.update(task, description=f"Rehearsing {at:%Y-%m-%d %H:%M}")

        found = await rehearsing.rehearse(pool, name, assumed, now, watch, number=version)
    print(found.model_dump_json(indent=2)) if as_json else console.print(show.rehearsal(found))


async def verify_all(as_json: bool, pool: Pool) -> None:
    with _progress() as bar:
        result = await verify(pool, bar.track(range(COUNT), description="Recounting"))
    print(json.dumps(vars(result))) if as_json else console.print(show.verification(result))
    if result.faults:
        raise Conflict(f"Things that do not add up: {len(result.faults)}.")


async def make_key(name: str, pool: Pool) -> None:
    async with transaction(pool) as conn:
        print(await create_key(conn, name, await database_time(conn)))


async def make_login_link(email: str, pool: Pool) -> None:
    settings = Settings()
    async with transaction(pool) as conn:
        token = await create_login_link(conn, email.strip().lower(), await database_time(conn))
    print(f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/app/#login={token}")


def _engagement(file: Path) -> Engagement:
    """What a YAML file assumes. Raises Invalid with the place of everything that is not understood."""
    for document in read_yaml(file.read_text("utf-8"), file.name):
        try:
            return Engagement.model_validate(document)
        except ValidationError as error:
            raise Invalid(f"{file.name} was not understood.", problems_of(error, document)) from error
    return Engagement()


def _yaml_files(file: Path) -> list[Path]:
    if not file.is_dir():
        return [file]
    if found := sorted(file.glob("*.y*ml")):
        return found
    raise Invalid(f"The folder {file} has no YAML files.")


def _documents(path: Path) -> list[Written]:
    try:
        return read_yaml(path.read_text("utf-8"), str(path))
    except UnicodeDecodeError as error:
        raise Invalid(f"{path} is not a text in UTF-8.") from error


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
        console=Console(stderr=True), transient=True,
    )  # fmt: skip
