"""``colortransfer COMMAND ...``: the parser, and what becomes of errors."""

from __future__ import annotations

import argparse
import logging
import platform
from collections.abc import Sequence
from importlib import metadata
from typing import Any, NoReturn

from .. import __version__
from . import (
    apply,
    batch,
    colorize,
    console,
    demo,
    dream,
    evaluate,
    studio,
    study,
    tensorflow_log,
    train_extractor,
    train_gan,
    train_prior,
    transfer,
    video,
)

COMMANDS = (
    transfer,
    batch,
    apply,
    video,
    colorize,
    demo,
    dream,
    evaluate,
    studio,
    study,
    train_extractor,
    train_gan,
    train_prior,
)

DESCRIPTION = """\
Give a photograph another mean colour while it keeps looking like itself.

A colour is '#5b86b4', a CSS name such as steelblue, or 'rgb(91 134 180)': sRGB. Quote it, for the
shell reads # and brackets in its own way. Photographs are JPEG, PNG, TIFF or WebP files; their
metadata, colour profile, transparency and bit depth are kept. GIF, BMP, AVIF, HEIC and raw files
are read only; the last two need extras."""

EXAMPLES = """\
examples:
  colortransfer demo
        before, mean shift and after in colortransfer-demo.png: a first look, no photograph needed
  colortransfer transfer photo.jpg -c '#5b86b4' -o blue.jpg
  colortransfer transfer photo.jpg -c steelblue -o soft.png --strength 0.6
        60 % of the way there
  colortransfer transfer holiday/ extra.tif -c '#c08a5a' -o warm/
        every photograph of a folder, and one more, into the folder warm
  colortransfer transfer - -c steelblue < photo.jpg > blue.jpg
  colortransfer transfer photo.jpg -c peru -o a.jpg --save-transform warm.npz --cube warm.cube
        keep the edit: for `colortransfer apply`, and for video and photo editors
  colortransfer transfer photo.jpg --reference other.jpg --method reinhard -o c.jpg
        the colours of another photograph, by a published method
  colortransfer batch catalogue.csv scans/ -c steelblue -o blue/
        many photographs, on every processor; the same command goes on where it was stopped
  colortransfer apply warm.npz another.jpg -o b.jpg
  colortransfer video in.mp4 -c '#5b86b4' -o out.mp4
  colortransfer evaluate photo.jpg blue.jpg soft.png

`colortransfer COMMAND --help` explains each command.

exit status: 0 done; 1 something failed; 2 wrong usage, nothing was done; 130 interrupted"""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors take one line, and which notices when it cannot print."""

    def error(self, message: str) -> NoReturn:
        raise console.UsageError(f"{message}; see {self.prog} --help")

    def print_help(self, file: Any = None) -> None:
        console.say(self.format_help().rstrip("\n"))


# What a report of a fault needs beside our version; asked of metadata, for imports take seconds.
REPORTED = ("tensorflow", "keras", "numpy", "pillow", "imagecodecs", "tifffile")


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *unused: Any) -> None:
        console.say(f"colortransfer {__version__}")
        console.say(f"Python {platform.python_version()} on {platform.platform(terse=True)}")
        console.say(", ".join(f"{name} {metadata.version(name)}" for name in REPORTED))
        parser.exit()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (by default the process's own) and return its exit status."""
    tensorflow_log.silence()
    for name in ("tifffile", "PIL", "imageio"):
        # What they think of a file reaches the log of whoever set one up, not the terminal.
        logging.getLogger(name).addHandler(logging.NullHandler())
    try:
        with console.telling_warnings():
            status = _run(arguments)
        console.flush()
    except BaseException as error:
        return console.explain(error)
    return status


def _run(arguments: Sequence[str] | None) -> int:
    options = parser().parse_args(arguments)
    status: int = options.run(options)
    return status


def parser() -> argparse.ArgumentParser:
    """The parser of every command."""
    top = Parser(
        prog="colortransfer",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="print the versions")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2].replace("_", "-")
        summary, _, explanation = (command.__doc__ or "").partition("\n\n")
        sub = commands.add_parser(
            name,
            help=summary.rstrip("."),
            description=f"{summary}\n\n{explanation}".strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        command.add_arguments(sub)
        sub.set_defaults(run=command.run)
    return top
