"""One photograph of a command line: how it is handled, streams, and the closing line."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from ..batch import job as files
from ..batch.job import Handling, Opened
from ..batch.plan import FORMATS
from ..core.folders import make_folder
from . import arguments, console

STREAM = "-"  # standard input or output


def add_handling(parser: argparse.ArgumentParser) -> None:
    """The options that become a `Handling`."""
    parser.add_argument(
        "--quality",
        type=arguments.quality,
        default=95,
        metavar="1-100",
        help="of JPEG and WebP files (default: %(default)s)",
    )
    parser.add_argument(
        "--strip-metadata",
        action="store_true",
        help="leave out EXIF, XMP, IPTC, texts and the colour profile (the result is sRGB)",
    )
    parser.add_argument(
        "--pages",
        choices=("first", "all"),
        default="first",
        help="of files with several pictures (TIFF, animated WebP and PNG): all are edited as the "
        "first is (default: %(default)s)",
    )
    parser.add_argument(
        "--range",
        choices=("clip", "scale", "keep"),
        help="what becomes of floats outside [0, 1]: the nearest value, all scaled to [0, 1], or "
        "edited at the nearest value and kept as far outside (default: refuse them)",
    )


def handling(options: argparse.Namespace) -> Handling:
    """From the arguments of `add_handling`."""
    return Handling(
        quality=options.quality,
        strip_metadata=options.strip_metadata,
        all_pages=options.pages == "all",
        range=options.range,
    )


@dataclasses.dataclass(frozen=True)
class Job(files.Job):
    """One photograph: where it comes from and where it goes; "-" is standard input or output.

    ``suffix`` is the format of what goes to standard output; None keeps the photograph's own.
    ``folder`` is made if it is missing, once there is something to put into it.
    """

    suffix: str | None = None
    folder: Path | None = None

    @property
    def to_stream(self) -> bool:
        return self.output == STREAM

    @property
    def title(self) -> str:
        return "standard input" if self.source == STREAM else self.source

    def open(self, handling: Handling) -> Opened:
        opened = super().open(handling)
        if self.folder is not None:
            make_folder(self.folder)
        return opened

    def content(self) -> str | bytes:
        return console.read_input() if self.source == STREAM else self.source

    def suffix_for(self, image: Any) -> str:
        if not self.to_stream:
            return super().suffix_for(image)
        kind = (image.metadata.format or "PNG").lower()
        return self.suffix or FORMATS.get(kind, FORMATS["png"])

    def put(self, opened: Opened, edited: Sequence[Any], options: dict[str, Any]) -> None:
        from .. import images

        if self.to_stream:
            suffix = self.suffix_for(opened.originals[0])
            console.write_output(images.encode_all(edited, suffix, **options))
        else:
            images.save_all(self.output, edited, **options)

    def describe(
        self, opened: Opened, image: Any, mean_space: Literal["srgb", "linear"] = "srgb"
    ) -> str:
        """How a closing line begins: ``out.png: 900 x 600, mean #5b86b4``."""
        from ..colors import to_hex
        from ..images import as_canvas

        mean = to_hex(as_canvas(image).mean_color(mean_space))
        name = "standard output" if self.to_stream else self.output
        pages = f", {len(opened.pages)} pages" if len(opened.pages) > 1 else ""
        size = f"{image.shape[1]} x {image.shape[0]}"
        return console.one_line(f"{name}: {size}{pages}, mean {mean}")
