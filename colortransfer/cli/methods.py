"""The methods of ``colortransfer transfer``: what each takes, and how it is called."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import console

if TYPE_CHECKING:
    import numpy as np

    from ..transforms import Transform

COLOR = ("feature-matching", "shift", "gan")  # reach a mean colour
REFERENCE = (  # take the colours of another photograph
    "reinhard",
    "match-histograms",
    "monge-kantorovich",
    "mvgd",
    "distribution-transfer",
    "zeng",
)
WITHOUT_TRANSFORM = ("gan", "distribution-transfer", "zeng")
SEVERAL = "zeng"  # chooses among references
DEFAULT = COLOR[0]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """An edited photograph; ``color`` is the mean that was to be reached, if there was one."""

    image: Any
    transform: Transform | None
    color: np.ndarray | None = None
    error: float = 0.0
    remarks: tuple[str, ...] = ()


# (photograph, callback for the progress) -> Outcome
Method = Callable[[Any, Any], Outcome]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--method",
        choices=(*COLOR, *REFERENCE),
        default=DEFAULT,
        help="feature-matching, shift and gan reach a mean colour; the others, published methods, "
        "take the colours of --reference (default: %(default)s)",
    )
    parser.add_argument(
        "--reference",
        action="append",
        metavar="FILE",
        help="photograph whose colours are taken; for the first three, its mean colour. Given "
        "several times, zeng takes the one with the most similar dominant colours",
    )


def check(options: argparse.Namespace) -> None:
    """UsageError unless the method has what it needs, and no more."""
    if (options.color is None) == (options.reference is None):
        raise console.UsageError("say which colours: either -c COLOR or --reference FILE")
    if options.method in REFERENCE and options.reference is None:
        raise console.UsageError(f"--method {options.method} takes --reference FILE, not -c")
    if options.reference is not None and len(options.reference) > 1 and options.method != SEVERAL:
        raise console.UsageError(f"--method {options.method} takes one --reference FILE")
    linear = options.mean_space == "linear"
    if linear and options.method != DEFAULT:
        raise console.UsageError(f"--mean-space linear is for --method {DEFAULT}")
    if options.method in WITHOUT_TRANSFORM:
        if options.save_transform is not None or options.cube is not None:
            raise console.UsageError(f"--method {options.method} has no transform to save")
        if options.strength < 1:
            raise console.UsageError(f"--strength is not for --method {options.method}")


def build(options: argparse.Namespace) -> Method:
    """The method of the command line, ready for any number of photographs."""
    from .. import images

    references = [images.load(name) for name in options.reference or ()]
    if options.method in REFERENCE:
        several = options.method == SEVERAL
        return _from_reference(options.method, references if several else references[0])
    color = _mean(references[0], options.mean_space) if references else options.color
    if options.method == "shift":
        return _shift(color)
    if options.method == "gan":
        return _gan(color)
    from ..feature_matcher import FeatureMatcher

    matcher = FeatureMatcher(mean_space=options.mean_space)

    def fit(image: Any, show: Any) -> Outcome:
        result = matcher.fit(image, tuple(color), callbacks=[show])
        remarks = list(result.remarks)
        if result.reason == "diverged":
            remarks.append("the fit met values that are not finite and ended early")
        return Outcome(
            result.image, result.transform, result.color, result.color_error, tuple(remarks)
        )

    return fit


def _shift(color: np.ndarray) -> Method:
    from ..classical import fit

    def move(image: Any, show: Any) -> Outcome:
        edit = fit("shift", image, tuple(color))
        return Outcome(edit.image, edit.transform, color, edit.color_error)

    return move


def _gan(color: np.ndarray) -> Method:
    from ..evaluation import color_error
    from ..gan import ColorGAN

    gan = ColorGAN.pretrained()

    def generate(image: Any, show: Any) -> Outcome:
        edited = gan.transfer(image, tuple(color))
        return Outcome(edited, None, color, color_error(edited, color))

    return generate


def _from_reference(name: str, reference: Any) -> Method:
    from ..classical import fit

    def match(image: Any, show: Any) -> Outcome:
        edit = fit(name.replace("-", "_"), image, reference)
        return Outcome(edit.image, edit.transform)

    return match


def _mean(reference: Any, space: Any) -> np.ndarray:
    from ..images import as_canvas

    return as_canvas(reference, name="the reference").mean_color(space)
