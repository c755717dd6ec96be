"""One photograph's file: read, handed to an edit, written."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from ..errors import FileError
from . import storage

if TYPE_CHECKING:
    from .request import Request


@dataclasses.dataclass(frozen=True, kw_only=True)
class Handling:
    """How files are read and written, whatever is done to their photographs.

    Attributes
    ----------
    quality
        Of JPEG and WebP files, 1 to 100.
    strip_metadata
        Whether EXIF, XMP, IPTC, texts and the colour profile are left out.
    all_pages
        Whether every picture of a file is edited, as the first is.
    range
        What becomes of floats outside [0, 1]; see `images.to_range`. None refuses them.

    Examples
    --------
    >>> Handling(quality=90)
    Handling(quality=90, strip_metadata=False, all_pages=False, range=None)
    """

    quality: int = 95
    strip_metadata: bool = False
    all_pages: bool = False
    range: Literal["clip", "scale", "keep"] | None = None


@dataclasses.dataclass(frozen=True)
class Job:
    """One photograph: where it comes from, where it goes, what is asked of it.

    Attributes
    ----------
    source, output
        Paths, or URLs that ``fsspec`` knows. Folders of the output are made.
    request
        What this photograph asks for; None is what the whole batch asks for.

    Examples
    --------
    >>> from colortransfer.images import save
    >>> save(folder / "a.png", photo)
    >>> opened = Job(str(folder / "a.png"), str(folder / "b.png")).open(Handling())
    >>> opened.save([255 - opened.pages[0]])
    >>> sorted(path.name for path in folder.iterdir())
    ['a.png', 'b.png']
    """

    source: str
    output: str
    _: dataclasses.KW_ONLY
    request: Request | None = None

    def open(self, handling: Handling) -> Opened:
        """Read the photograph; FileError if its result could not take its place without a loss."""
        from .. import images

        source = self.content()
        pages = images.load_all(source) if handling.all_pages else [images.load(source)]
        suffix = self.suffix_for(pages[0])
        lost = [images.losses(p, suffix, strip_metadata=handling.strip_metadata) for p in pages]
        if self.source == self.output != "-":
            self._refuse_losses([loss for loss in lost[0] if not _is_page(loss, handling)])
        how = handling.range
        inside = pages if how is None else [images.to_range(page, how) for page in pages]
        return Opened(self, handling, inside, pages, source)

    def content(self) -> str | bytes:
        """What `images.load` takes."""
        return storage.read(self.source) if storage.is_url(self.source) else self.source

    def suffix_for(self, image: Any) -> str:
        """Of the file that its result becomes."""
        return os.path.splitext(self.output)[1]

    def put(self, opened: Opened, edited: Sequence[Any], options: dict[str, Any]) -> None:
        """Write the result; ``options`` are those of `images.save_all`."""
        from .. import images

        if storage.is_url(self.output):
            suffix = self.suffix_for(opened.originals[0])
            storage.write(self.output, images.encode_all(edited, suffix, **options))
        else:
            storage.make_room(self.output)
            images.save_all(self.output, edited, **options)

    def _refuse_losses(self, lost: Sequence[str]) -> None:
        if lost:
            raise FileError(
                f"{self.source} holds {', '.join(lost)}, which would be lost; use -o with another "
                "name (or --pages all, where the pictures are pages or frames)"
            )


@dataclasses.dataclass(frozen=True)
class Opened:
    """A file that has been read: ``pages`` have colours in [0, 1], and are one unless asked.

    Examples
    --------
    >>> Opened(Job("a.png", "b.png"), Handling(), [photo], [photo], "a.png").pages[0].shape
    (40, 56, 3)
    """

    job: Job
    handling: Handling
    pages: list[Any]
    originals: list[Any]
    source: str | bytes  # what it was read from

    def save(self, edited: Sequence[Any]) -> None:
        """Write the edited pages in full, or leave everything as it is."""
        from .. import images

        if self.handling.range == "keep":
            pairs = zip(edited, self.originals, strict=True)
            edited = [images.with_excess(*pair) for pair in pairs]
        options = {
            "quality": self.handling.quality,
            "strip_metadata": self.handling.strip_metadata,
        }
        self.job.put(self, edited, options)


def _is_page(loss: str, handling: Handling) -> bool:
    """Whether it is about other pictures, and they are edited too."""
    return handling.all_pages and "other picture" in loss
