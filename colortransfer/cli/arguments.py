"""Types of arguments: each checks one word of the command line and says what would be right."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from ..errors import InputError

Subparsers = Any  # argparse does not name the type


def color(text: str) -> Any:
    """A colour as ``colors.parse_color`` returns it."""
    from ..colors import parse_color

    try:
        return parse_color(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def region(text: str) -> tuple[int, Any]:
    """A label and its colour: ``3=teal``."""
    label, _, name = text.partition("=")
    if not (label.strip().isdecimal() and name):
        raise argparse.ArgumentTypeError(f"{text!r} is not LABEL=COLOR, such as 3=teal")
    return int(label), color(name.strip())


def palette(text: str) -> tuple[Any, Any]:
    """A dominant colour, and what it becomes: ``#aa5533=#3355aa``; without the former, None."""
    before, equals, after = text.partition("=")
    return (color(before.strip()), color(after.strip())) if equals else (None, color(text))


def strength(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return value


def quality(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 100):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 to 100")
    return int(text)


def methods(text: str) -> tuple[str, str]:
    """Two names: ``ours,shift``."""
    one, comma, other = (part.strip() for part in text.partition(","))
    if not (one and comma and other) or "," in other:
        raise argparse.ArgumentTypeError(f"{text!r} is not two methods, such as ours,shift")
    return one, other


def transform_path(text: str) -> Path:
    return _with_suffix(text, ".npz")


def edit_path(text: str) -> Path:
    """Of an edit to read: saved here, or a look-up table."""
    return _with_suffix(text, ".npz", ".cube")


def cube_path(text: str) -> Path:
    return _with_suffix(text, ".cube")


def add_color(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-c",
        "--color",
        type=color,
        help="the mean colour to reach: '#5b86b4', steelblue, 'rgb(91 134 180)'",
    )


def add_strength(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--strength",
        type=strength,
        default=1.0,
        metavar="0-1",
        help="how far to go: 0 leaves the photograph, 1 is the whole edit (default: 1)",
    )


def add_mean_space(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mean-space",
        choices=("srgb", "linear"),
        default="srgb",
        help="where the mean is taken: sRGB values, or linear light (default: %(default)s)",
    )


def add_checkpoint_every(parser: argparse.ArgumentParser) -> None:
    """The option of the commands that train."""
    parser.add_argument(
        "--checkpoint-every",
        type=positive,
        default=250,
        metavar="STEPS",
        help="what a crash can cost at most (default: 250)",
    )


def positive(text: str) -> int:
    if not (text.isdecimal() and int(text) >= 1):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0")
    return int(text)


def _with_suffix(text: str, *suffixes: str) -> Path:
    # So that no photograph is overwritten by mistake.
    if Path(text).suffix.lower() not in suffixes:
        raise argparse.ArgumentTypeError(f"{text!r} does not end in {' or '.join(suffixes)}")
    return Path(text)
