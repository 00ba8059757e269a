"""Sample data: a thousand made-up customers, and a journey for those of them who buy most.

The demo runs it; whoever looks at Sojourn for the first time gets it as a draft.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from sojourn.app.apply import Applied, apply
from sojourn.app.sample.people import write_customers
from sojourn.content.store import postal_address
from sojourn.db.connect import Connection, Pool, Row
from sojourn.journeys.store import newest
from sojourn.kit.clock import Clock
from sojourn.kit.documents import read_yaml
from sojourn.kit.errors import NotFound
from sojourn.people.jobs import import_csv
from sojourn.people.match import Order

JOURNEY = "product-launch"
PEOPLE = 1000


async def has_journey(conn: Connection) -> bool:
    """Whether the sample data have been brought in, and their journey was not deleted since."""
    try:
        await newest(conn, JOURNEY)
    except NotFound:
        return False
    return True


async def import_customers(pool: Pool, clock: Clock, file: Path, people: int, who: str) -> Row:
    """Writes the customers into a file, and imports it. Returns the finished import."""
    await asyncio.to_thread(write_customers, file, people)
    order = Order(audience="contact", key="customer_id", source=file.name, who=who, add_unknown_attributes=True)
    with await asyncio.to_thread(file.open, "rb") as opened:
        return await import_csv(pool, clock, opened, order)


async def bring_in(pool: Pool, clock: Clock, who: str) -> Row:
    """The customers, by way of a file that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        return await import_customers(pool, clock, Path(folder) / "customers.csv", PEOPLE, who)


async def apply_documents(
    conn: Connection, who: str, now: datetime, *, launch: datetime, day: str, frequency: str = "once"
) -> Sequence[Applied]:
    """The segment, the contents and the draft of the journey. `launch` is a local time of the journey's zone, `day` how
    long people have for their click; `frequency` is that of its start."""
    text = files(__package__).joinpath("launch.yaml").read_text("utf-8")
    text = text.replace("LAUNCH", launch.isoformat()).replace("DAY", day).replace("FREQUENCY", frequency)
    documents = read_yaml(text, "launch.yaml")
    if await postal_address(conn):
        documents = [document for document in documents if "workspace" not in document]
    return await apply(conn, documents, who, now)
