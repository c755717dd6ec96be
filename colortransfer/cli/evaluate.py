"""Measure how edited photographs differ from the original.

Prints a table: a line per measure, a column per edited photograph, and which way is better; "-"
where a measure does not apply (no pixel is near black, or near white). The measures are explained
under `colortransfer.evaluation` in the documentation. Name the original among the edited ones to
see its own colourfulness, clipping and white tint. A grey photograph is compared with the grey that
has the luma of the colour.
"""

from __future__ import annotations

import argparse
import json
import math
from typing import Any

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("original", metavar="ORIGINAL", help="the photograph before the edit")
    parser.add_argument(
        "edited", nargs="+", metavar="EDITED", help="results of one or several edits, of its size"
    )
    parser.add_argument(
        "-c",
        "--color",
        type=arguments.color,
        help="the colour that was asked for: adds color_error and color_difference",
    )
    parser.add_argument(
        "--features",
        action="store_true",
        help="add the feature distance under the bundled network; needs TensorFlow and memory, "
        "about 0.8 GB a megapixel",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print {file: {measure: number}}; null where a measure does not apply",
    )


def run(options: argparse.Namespace) -> int:
    from .. import images
    from ..edit import measured_with_grey
    from ..errors import ColorTransferError
    from ..evaluation import evaluate, measured, table

    original = measured(images.load(options.original), name=options.original)
    extractors = _extractors() if options.features else []
    rows: dict[str, dict[str, float]] = {}
    status = console.SUCCESS
    for name in options.edited:
        try:
            edited = images.load(name)
            if options.color is not None and images.as_canvas(edited).grey:
                note = console.one_line(f"{name}: {measured_with_grey(options.color)}")
                console.say(f"colortransfer: {note}", to_stderr=True)
            rows[name] = evaluate(original, edited, options.color, extractors=extractors)
        except ColorTransferError as error:
            text = str(error)
            console.complain(text if name in text else f"{name}: {text}")
            status = console.FAILURE
    if options.json:
        console.say(json.dumps({name: _plain(row) for name, row in rows.items()}, indent=2))
    elif rows:
        console.say(table({console.one_line(name): row for name, row in rows.items()}))
    return status


def _extractors() -> list[Any]:
    from ..feature_extractors import PlainNet

    return [PlainNet()]


def _plain(row: dict[str, float]) -> dict[str, float | None]:
    """Numbers that JSON knows: it has no NaN and no infinity."""
    return {name: value if math.isfinite(value) else None for name, value in row.items()}
