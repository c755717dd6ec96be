"""What is asked for beside a mean colour: one pair of functions for each group of options."""

from __future__ import annotations

import argparse

from ..batch.request import Request
from . import arguments, console


def request(options: argparse.Namespace) -> Request:
    """All that is asked for."""
    given = ((kind, getattr(options, option)) for option, _, kind, _ in STATISTICS)
    return Request(
        color=options.color,
        reference=tuple(options.reference or ()),
        reference_as=options.reference_as,
        palette=tuple(options.palette or ()),
        mask=options.mask,
        protect=options.protect,
        labels=options.labels,
        regions=tuple(options.region or ()),
        keep_luminance=options.keep_luminance,
        tint=options.tint,
        statistics=tuple((kind, value) for kind, value in given if value is not None),
        mean_space=options.mean_space,
    )


def asks_alone(options: argparse.Namespace) -> bool:
    """Whether there is something to reach without -c and --reference."""
    return bool(options.region or options.palette or asks_for_statistics(options))


# Masks and regions


def add_mask_arguments(parser: argparse.ArgumentParser) -> None:
    """Where the colour is asked for."""
    parser.add_argument(
        "--mask",
        metavar="FILE",
        help="a picture of the photograph's size, in greys or with alpha: the mean is the one "
        "within it, and so is the edit; where it is black every byte stays",
    )
    parser.add_argument(
        "--protect", metavar="FILE", help="another such picture, of what may not change at all"
    )
    parser.add_argument(
        "--region",
        action="append",
        type=arguments.region,
        metavar="LABEL=COLOR",
        help="the mean colour of a region of --labels; can be given several times, in place of -c",
    )
    parser.add_argument(
        "--labels",
        metavar="FILE",
        help="a picture of the photograph's size whose greys are the numbers of regions (default: "
        "regions of similar colour, the largest 1; needs the extra [regions])",
    )


def add_luma_arguments(parser: argparse.ArgumentParser) -> None:
    """What of the colour is asked for."""
    parser.add_argument(
        "--keep-luminance",
        action="store_true",
        help="every pixel keeps its luma; the colour is reached at the photograph's own",
    )
    parser.add_argument(
        "--tint", action="store_true", help="a grey photograph becomes one in colours"
    )


def asks_for_masks(options: argparse.Namespace) -> bool:
    """Whether any of these options is given."""
    return bool(
        options.region
        or options.labels
        or options.mask
        or options.protect
        or options.keep_luminance
        or options.tint
    )


def check_masks(options: argparse.Namespace) -> None:
    """UsageError if they contradict each other or the rest."""
    if not asks_for_masks(options):
        return
    if options.reference_as != "mean":
        raise console.UsageError("--reference-as is of the whole photograph; leave out the rest")
    if not (options.color is not None or options.reference or options.region or options.labels):
        raise console.UsageError(
            "masks, --keep-luminance and --tint say how a colour is meant; add -c COLOR"
        )
    if options.method != "feature-matching":
        raise console.UsageError("masks, regions and tints are for --method feature-matching")
    if options.labels and not options.region:
        raise console.UsageError("--labels says where regions are; add --region LABEL=COLOR")
    with_region = {
        "-c": options.color is not None,
        "--reference": options.reference,
        "--mask": options.mask,
        "--protect": options.protect,
        "--keep-luminance": options.keep_luminance,
        "--tint": options.tint,
    }
    if options.region and any(with_region.values()):
        name = next(name for name, given in with_region.items() if given)
        raise console.UsageError(f"regions have colours and places of their own; leave out {name}")
    if len({label for label, _ in options.region or ()}) < len(options.region or ()):
        raise console.UsageError("a region has one colour; give each --region LABEL once")
    if options.cube and (options.mask or options.protect or options.region):
        raise console.UsageError(
            "a look-up table has no places: leave out --cube, and save the edit with its masks by "
            "--save-transform (in Python, transform.transforms[0].to_cube gives that of the inside)"
        )
    if options.keep_luminance and options.mean_space == "linear":
        raise console.UsageError("--keep-luminance is for means in sRGB; leave out --mean-space")


def files(options: argparse.Namespace) -> list[str]:
    """Those that are read, and may not be written."""
    return [name for name in (options.mask, options.protect, options.labels) if name is not None]


# Statistics

# Option, metavar, class in `targets`, help.
STATISTICS = (
    ("saturation", "FACTOR", "Saturation", "mean chroma of Oklab, relative to the photograph's"),
    ("brightness", "0-1", "Brightness", "mean luma"),
    ("contrast", "FACTOR", "Contrast", "deviation of luma, relative to the photograph's"),
    ("hue", "DEGREES", "Hue", "by how much hues turn"),
    ("sharpness", "FACTOR", "Sharpness", "energy of fine detail, relative to the photograph's"),
)


def add_statistic_arguments(parser: argparse.ArgumentParser) -> None:
    """--saturation and its like; with -c all are reached at once."""
    group = parser.add_argument_group(
        "statistics", "with -c COLOR, or without; see docs/statistics"
    )
    for option, metavar, _, text in STATISTICS:
        group.add_argument(f"--{option}", type=float, metavar=metavar, help=text)


def asks_for_statistics(options: argparse.Namespace) -> bool:
    """Whether any of these options is given."""
    return any(getattr(options, option) is not None for option, *_ in STATISTICS)


def check_statistics(options: argparse.Namespace) -> None:
    """UsageError if they contradict the rest."""
    if not asks_for_statistics(options):
        return
    if options.method != "feature-matching":
        raise console.UsageError(
            f"--method {options.method} reaches a mean colour only; leave out --method"
        )
    if options.cube and options.sharpness is not None:
        raise console.UsageError(
            "a look-up table knows no neighbours of a pixel: leave out --cube or --sharpness"
        )
    if options.reference_as != "mean":
        raise console.UsageError("--reference-as says what becomes of all colours; leave out more")
    if asks_for_masks(options):
        raise console.UsageError(
            "statistics are of the whole photograph and all its colours; leave out masks, regions, "
            "--keep-luminance and --tint"
        )


# Palettes


def add_palette_arguments(parser: argparse.ArgumentParser) -> None:
    """--palette."""
    parser.add_argument(
        "--palette",
        action="append",
        type=arguments.palette,
        metavar="[OLD=]COLOR",
        help="a dominant colour that the result has; can be given several times, in place of -c. "
        "With OLD= the dominant colour next to OLD becomes it, and all others stay",
    )


def check_palette(options: argparse.Namespace) -> None:
    """UsageError if it contradicts itself or the rest."""
    if not options.palette:
        return
    if len({source is None for source, _ in options.palette}) > 1:
        raise console.UsageError("give --palette OLD=COLOR each time, or COLOR each time")
    if options.method != "feature-matching":
        raise console.UsageError("palettes are for --method feature-matching")
    others = options.color is not None or options.reference
    if others or asks_for_masks(options) or asks_for_statistics(options):
        raise console.UsageError(
            "a palette says what becomes of all colours; leave out -c, --reference and the rest"
        )
