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
        help=f"{', '.join(reach)} reach a mean colour; translation is a trained CycleGAN or "
        "DualGAN, --weights; the others, published methods, take the colours of --reference "
        "(default: %(default)s)",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE.npz",
        help="networks that train-gan wrote, for --method translation or gan",
    )
    parser.add_argument(
        "--to",
        choices=("a", "b"),
        help="the domain that --method translation goes to: that of the first or of the second "
        "photographs which train-gan was given (default: b)",
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
    check_weights(options)
    sources = (options.color is not None) + (options.reference is not None)
    if method.takes == "nothing":
        if sources or targets.asks_alone(options):
            raise console.UsageError(f"--method {options.method} takes no colours; leave them out")
    elif sources > 1 or (sources == 0 and not targets.asks_alone(options)):
        raise console.UsageError("say which colours: either -c COLOR or --reference FILE")
    if "reference" in method.takes and options.reference is None:
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
    if options.mean_space == "linear" and not _has(options.method, "mean_space"):
        able = ", ".join(name for name in METHODS if _has(name, "mean_space"))
        raise console.UsageError(f"--mean-space linear is for --method {able}")


def check_weights(options: argparse.Namespace) -> None:
    """UsageError unless --weights and --to are there where, and only where, they are needed."""
    for flag, value in (("weights", options.weights), ("to", options.to)):
        if value is not None and not _has(options.method, flag):
            able = " or ".join(name for name in METHODS if _has(name, flag))
            raise console.UsageError(f"--{flag} is for --method {able}")
    if options.method == "translation" and options.weights is None:
        raise console.UsageError("--method translation needs --weights FILE.npz; see train-gan")


def build(options: argparse.Namespace) -> Method:
    """The method, ready for any number of photographs."""
    return METHODS[options.method](**spec(options).options)


def spec(options: argparse.Namespace) -> Spec:
    """The method as plain data, to be built elsewhere."""
    given = {key: getattr(options, key) for key in ("mean_space", "weights", "to")}
    known = {k: v for k, v in given.items() if v is not None and _has(options.method, k)}
    return Spec(options.method, known)


def _has(name: str, option: str) -> bool:
    """Whether a method has an option of this name."""
    return option in inspect.signature(METHODS[name]).parameters


def _choosing() -> str:
    return ", ".join(name for name, method in METHODS.items() if method.takes == "references")
