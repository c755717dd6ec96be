"""Which of a TIFF file's pages are its pictures: reduced copies, masks and raw data are not."""

from __future__ import annotations

from collections.abc import Iterator

import tifffile

from ..errors import FileError
from .raw import WITHOUT, RawDataError

_REDUCED, _MASK = 1, 4  # bits of NewSubfileType
_RAW_COLORS = (32803, 34892)  # color filter array, linear raw
_DNG_VERSION = 50706
_MOST = 10_000  # pages; a file with more is damaged or hostile


def pictures(file: tifffile.TiffFile) -> list[tifffile.TiffPage]:
    """The pictures of full size, in order: at least one.

    Raises
    ------
    FileError
        If there is none, or raw data of a sensor.
    """
    found: dict[int, tifffile.TiffPage] = {}
    for page in file.pages:
        # A link that leads back would go round for ever.
        if not isinstance(page, tifffile.TiffPage) or page.offset in found or len(found) >= _MOST:
            break
        found[page.offset] = page
    pages = list(found.values())
    if not pages:
        raise FileError("its first page cannot be read")
    nested = [inner for page in pages for inner in _nested(page)]
    if _DNG_VERSION in pages[0].tags or any(_is_raw(page) for page in (*pages, *nested)):
        raise RawDataError(WITHOUT)
    full = [page for page in pages if not page.subfiletype & (_REDUCED | _MASK)]
    if not full:  # the pages show what a directory inside them holds
        full = [page for page in nested if not page.subfiletype & (_REDUCED | _MASK)][:1]
    return full or [max(pages, key=lambda page: page.imagewidth * page.imagelength)]


def _nested(page: tifffile.TiffPage) -> Iterator[tifffile.TiffPage]:
    if page.subifds:
        for inner in page.pages or ():
            if isinstance(inner, tifffile.TiffPage):
                yield inner


def _is_raw(page: tifffile.TiffPage) -> bool:
    return page.photometric in _RAW_COLORS
