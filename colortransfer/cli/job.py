"""One photograph of a command line: read, handed to an edit, written."""

from __future__ import annotations

import argparse
import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from ..core.folders import make_folder
from ..errors import FileError
from . import arguments, console

STREAM = "-"  # standard input or output
FORMATS = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp"}


@dataclasses.dataclass(frozen=True)
class Handling:
    """How files are read and written, whatever is done to their photographs."""

    quality: int
    strip_metadata: bool
    all_pages: bool
    range: Literal["clip", "scale", "keep"] | None

    @classmethod
    def of(cls, options: argparse.Namespace) -> Handling:
        """From the arguments of `add_handling`."""
        pages = options.pages == "all"
        return cls(options.quality, options.strip_metadata, pages, options.range)


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


@dataclasses.dataclass(frozen=True)
class Job:
    """One photograph: where it comes from and where it goes; "-" is standard input or output.

    ``suffix`` is the format of what goes to standard output; None keeps the photograph's own.
    ``folder`` is made if it is missing, once there is something to put into it.
    """

    source: str
    target: str
    suffix: str | None = None
    folder: Path | None = None

    @property
    def to_stream(self) -> bool:
        return self.target == STREAM

    @property
    def title(self) -> str:
        return "standard input" if self.source == STREAM else self.source

    def open(self, handling: Handling) -> Opened:
        """Read the photograph; FileError if its result could not take its place without a loss."""
        from .. import images

        source = console.read_input() if self.source == STREAM else self.source
        pages = images.load_all(source) if handling.all_pages else [images.load(source)]
        suffix = self.suffix_for(pages[0])
        lost = [images.losses(p, suffix, strip_metadata=handling.strip_metadata) for p in pages]
        if self.source == self.target and not self.to_stream:
            self._refuse_losses([loss for loss in lost[0] if not _is_page(loss, handling)])
        if self.folder is not None:
            make_folder(self.folder)
        how = handling.range
        inside = pages if how is None else [images.to_range(page, how) for page in pages]
        return Opened(self, handling, inside, pages)

    def suffix_for(self, image: Any) -> str:
        """Of the file that its result becomes."""
        if not self.to_stream:
            return os.path.splitext(self.target)[1]
        kind = (image.metadata.format or "PNG").lower()
        return self.suffix or FORMATS.get(kind, FORMATS["png"])

    def _refuse_losses(self, lost: Sequence[str]) -> None:
        if lost:
            raise FileError(
                f"{self.source} holds {', '.join(lost)}, which would be lost; use -o with another "
                "name (or --pages all, where the pictures are pages or frames)"
            )


@dataclasses.dataclass(frozen=True)
class Opened:
    """A file that has been read: ``pages`` have colours in [0, 1], and are one unless asked."""

    job: Job
    handling: Handling
    pages: list[Any]
    originals: list[Any]

    def save(self, edited: Sequence[Any]) -> None:
        """Write the edited pages in full, or leave everything as it is."""
        from .. import images

        if self.handling.range == "keep":
            pairs = zip(edited, self.originals, strict=True)
            edited = [images.with_excess(*pair) for pair in pairs]
        options: Any = {
            "quality": self.handling.quality,
            "strip_metadata": self.handling.strip_metadata,
        }
        if self.job.to_stream:
            suffix = self.job.suffix_for(self.originals[0])
            console.write_output(images.encode_all(edited, suffix, **options))
        else:
            images.save_all(self.job.target, edited, **options)

    def describe(self, image: Any, mean_space: Literal["srgb", "linear"] = "srgb") -> str:
        """How a closing line begins: ``out.png: 900 x 600, mean #5b86b4``."""
        from ..colors import to_hex
        from ..images import as_canvas

        mean = to_hex(as_canvas(image).mean_color(mean_space))
        name = "standard output" if self.job.to_stream else self.job.target
        pages = f", {len(self.pages)} pages" if len(self.pages) > 1 else ""
        size = f"{image.shape[1]} x {image.shape[0]}"
        return console.one_line(f"{name}: {size}{pages}, mean {mean}")


def _is_page(loss: str, handling: Handling) -> bool:
    """Whether it is about other pictures, and they are edited too."""
    return handling.all_pages and "other picture" in loss
