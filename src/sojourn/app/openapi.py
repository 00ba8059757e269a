"""Prints the OpenAPI document without a server or a database: `python -m sojourn.app.openapi`. The console's types are
generated from it."""

import json
import sys
from typing import cast

from sojourn.access.request import Services
from sojourn.app.http import create_app
from sojourn.db.connect import Pool
from sojourn.kit.clock import Clock
from sojourn.kit.settings import Settings


def document() -> str:
    """The text of the document, the same for the same routes."""
    nothing = Services(cast("Pool", None), cast("Clock", None), Settings())
    return json.dumps(create_app(nothing).openapi(), indent=1)


if __name__ == "__main__":
    sys.stdout.write(document())
