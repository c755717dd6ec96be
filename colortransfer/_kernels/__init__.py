"""Loops over pixels, compiled by numba once there is enough work for them.

Each kernel is a plain function of arrays, and somewhere above it has a twin in numpy that does the
same arithmetic in the same order and precision: results are the same bytes, so that nobody has to
know which of the two ran. numpy alone does the work of small pictures, and everything where numba
is missing or cannot compile.
"""

from .compiling import Kernel
from .counting import count_values
from .luma_chroma import add_changes, to_rgb
from .tables import draw_table

__all__ = ["Kernel", "add_changes", "count_values", "draw_table", "to_rgb"]
