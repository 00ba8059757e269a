"""Logging: one JSON object per line for machines, colour for people; no addresses, bodies or secrets in it."""

import logging
import sys
from typing import Any

import structlog


def configure(*, json: bool, level: str = "info") -> None:
    text = structlog.dev.ConsoleRenderer(pad_event_to=28, colors=sys.stderr.isatty())
    renderer: Any = structlog.processors.JSONRenderer() if json else text
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def logger(name: str) -> Any:
    return structlog.get_logger(part=name)
