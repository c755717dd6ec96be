"""Photographs: files to arrays and back, arrays to float RGB and back. Without TensorFlow."""

from __future__ import annotations

from .canvas import Canvas, as_canvas
from .encoding import SUFFIXES, encode
from .files import load, save
from .photograph import Metadata, Photograph

__all__ = [
    "SUFFIXES",
    "Canvas",
    "Metadata",
    "Photograph",
    "as_canvas",
    "encode",
    "load",
    "save",
]
