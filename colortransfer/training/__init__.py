"""The training room: one loop, exact resume, checkpoints, schedules, averages, guarded steps.

It knows no networks. What is trained gives its variables by name (``state``) and a function that
makes one step; :mod:`colortransfer.gan` and :mod:`colortransfer.distillation` are its clients.
"""

from __future__ import annotations

from . import workers
from .averaging import RunningAverage
from .checkpoints import array_digest, assign_variables
from .guarded_adam import GuardedAdam
from .guarded_rmsprop import GuardedRMSProp
from .log import Row
from .loop import Callback, History, Options, Phase, train
from .schedule import Schedule

__all__ = [
    "Callback",
    "GuardedAdam",
    "GuardedRMSProp",
    "History",
    "Options",
    "Phase",
    "Row",
    "RunningAverage",
    "Schedule",
    "array_digest",
    "assign_variables",
    "train",
    "workers",
]
