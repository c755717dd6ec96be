"""The method of ``colortransfer transfer``, and what it is asked to reach."""

from __future__ import annotations

import argparse
import inspect

from ..methods import METHODS, Method, Spec
from . import console, targets

DEFAULT = "feature-matching"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    reach = [name for name, method in METHODS.items() if method.takes == "color"]
    parser.add_argument(
        "--method",
        choices=METHODS,
        default=DEFAULT,
        help=f"{', '.join(reach)} reach a mean colour; the others, published methods, take the "
        "colours of --reference (default: %(default)s)",
    )
    parser.add_argument(
        "--reference-as",
        choices=("mean", "moments", "palette", "distribution"),
        default="mean",
        help="what --method feature-matching takes of --reference (default: %(default)s)",
    )
    parser.add_argument(
        "--reference",
        action="append",
        metavar="FILE",
        help="photograph whose colours are taken; for methods that reach a mean colour, its mean, "
        f"or what --reference-as says. Given several times, {_choosing()} takes the one with the "
        "most similar dominant colours",
    )


def check(options: argparse.Namespace) -> None:
    """UsageError unless the method has what it needs, and no more."""
    method = METHODS[options.method]
    sources = (options.color is not None) + (options.reference is not None)
    if sources > 1 or (sources == 0 and not targets.asks_alone(options)):
        raise console.UsageError("say which colours: either -c COLOR or --reference FILE")
    if method.takes != "color" and options.reference is None:
        raise console.UsageError(f"--method {options.method} takes --reference FILE, not -c")
    if options.reference_as != "mean" and (not options.reference or options.method != DEFAULT):
        raise console.UsageError(f"--reference-as is for --method {DEFAULT} with --reference FILE")
    if method.takes != "references" and len(options.reference or ()) > 1:
        raise console.UsageError(
            f"--method {options.method} takes one --reference FILE; {_choosing()} chooses among "
            "several"
        )
    check_mean_space(options)
    if not method.has_transform and (options.save_transform or options.cube):
        raise console.UsageError(f"--method {options.method} has no transform to save")


def check_mean_space(options: argparse.Namespace) -> None:
    """UsageError unless the method can take the mean there."""
    if options.mean_space == "linear" and not _has_mean_space(options.method):
        able = ", ".join(name for name in METHODS if _has_mean_space(name))
        raise console.UsageError(f"--mean-space linear is for --method {able}")


def build(options: argparse.Namespace) -> Method:
    """The method, ready for any number of photographs."""
    return METHODS[options.method](**spec(options).options)


def spec(options: argparse.Namespace) -> Spec:
    """The method as plain data, to be built elsewhere."""
    known = {"mean_space": options.mean_space} if _has_mean_space(options.method) else {}
    return Spec(options.method, known)


def _has_mean_space(name: str) -> bool:
    return "mean_space" in inspect.signature(METHODS[name]).parameters


def _choosing() -> str:
    return ", ".join(name for name, method in METHODS.items() if method.takes == "references")
