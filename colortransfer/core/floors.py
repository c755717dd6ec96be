"""The least that is divided by, where a divisor may be 0.

`transforms` (numpy) and `rendering` (TensorFlow) draw by the same numbers.
"""

COVERED = 1e-9  # by masks: less of a pixel, or of all pixels together, is none
ROOM = 1e-6  # of values to 0 and 1: nearer ones have odds without a use
DISTANCE = 1e-9  # a pixel at the very mean of a swatch belongs to it alone, whatever the others say
