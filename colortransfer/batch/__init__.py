"""Many photographs: on every processor of this machine, or through an engine that others built.

Jobs are paths, so that EXIF data, colour profiles and bit depths survive as they do in the command
line, whose work on one photograph this is (`work.transfer`).
"""

from __future__ import annotations

from .engines import local
from .job import Handling, Job
from .many import transfer_many
from .request import Request
from .work import Receipt

__all__ = ["Handling", "Job", "Receipt", "Request", "local", "transfer_many"]
