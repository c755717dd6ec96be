"""What ``colortransfer transfer`` may reach beside a mean colour, one function a group."""

from __future__ import annotations

import argparse
import functools
import operator
from typing import Any

from . import console

# Option, metavar, class in `targets`, help.
STATISTICS = (
    ("saturation", "FACTOR", "Saturation", "mean chroma of Oklab, relative to the photograph's"),
    ("brightness", "0-1", "Brightness", "mean luma"),
    ("contrast", "FACTOR", "Contrast", "deviation of luma, relative to the photograph's"),
    ("hue", "DEGREES", "Hue", "by how much hues turn"),
)


def add_statistic_arguments(parser: argparse.ArgumentParser) -> None:
    """--saturation and its like; with -c all are reached at once."""
    group = parser.add_argument_group(
        "statistics", "with -c COLOR, or without; see docs/statistics"
    )
    for option, metavar, _, text in STATISTICS:
        group.add_argument(f"--{option}", type=float, metavar=metavar, help=text)


def asks_statistic(options: argparse.Namespace) -> bool:
    """Whether one of them is given; UsageError if the method does not take them."""
    given = any(getattr(options, option) is not None for option, *_ in STATISTICS)
    if given and options.method != "feature-matching":
        raise console.UsageError(
            f"--method {options.method} reaches a mean colour only; leave out --method"
        )
    return given


def statistic_target(options: argparse.Namespace, color: Any) -> Any:
    """The target of the options and of ``color``, which may be None or a target itself."""
    from .. import targets

    parts = [] if color is None else [color]
    if parts and not isinstance(color, targets.Target):
        parts = [targets.MeanColor(color, space=options.mean_space)]
    for option, _, kind, _ in STATISTICS:
        if (value := getattr(options, option)) is not None:
            parts.append(getattr(targets, kind)(value))
    return functools.reduce(operator.and_, parts)
