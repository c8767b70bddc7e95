"""One event a line on standard error: logfmt for people, JSON for collectors.

Standard output belongs to the log receiver. Other libraries' records go the same way, from
warnings on; httpx says full URLs below that, which are secrets here.
"""

import logging
import sys
from enum import StrEnum
from typing import Final

import structlog
from structlog.typing import Processor


class LogFormat(StrEnum):
    """How an event is written."""

    LOGFMT = "logfmt"
    JSON = "json"


LEVELS: Final = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
}
_QUIET: Final = ("httpx", "httpcore", "asyncio", "uvicorn")


def set_up_logging(level: str, log_format: LogFormat) -> None:
    """Send every event of *level* and above to standard error."""
    first: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", key="ts"),
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False)
        if log_format is LogFormat.JSON
        else structlog.processors.LogfmtRenderer(key_order=["ts", "level", "event"])
    )
    structlog.configure(
        processors=[*first, structlog.processors.format_exc_info, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    foreign = logging.StreamHandler(sys.stderr)
    foreign.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    logging.basicConfig(handlers=[foreign], level=logging.WARNING, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
