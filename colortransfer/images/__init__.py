"""Photographs: files to arrays and back, arrays to float RGB and back. Without TensorFlow."""

from __future__ import annotations

from .canvas import Canvas, as_canvas
from .encoding import encode, encode_all
from .files import load, load_all, save, save_all
from .float_range import to_range, with_excess
from .formats import READ_ONLY, SUFFIXES
from .grey import in_colors
from .losses import losses
from .photograph import Metadata, Photograph

__all__ = [
    "READ_ONLY",
    "SUFFIXES",
    "Canvas",
    "Metadata",
    "Photograph",
    "as_canvas",
    "encode",
    "encode_all",
    "in_colors",
    "load",
    "load_all",
    "losses",
    "save",
    "save_all",
    "to_range",
    "with_excess",
]
