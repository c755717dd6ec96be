"""What counts as fine detail: whatever a Gaussian takes away.

Its deviation is a share of the longer side, so that a picture and its reduced copy say the same.
`transforms` (numpy) and `rendering` (TensorFlow) draw by these numbers.
"""

SHARE = 1 / 300  # of the longer side: deviation of the Gaussian that knows no detail
LEAST = 1.5  # pixels, of the same
TRUNCATE = 4  # deviations at which a Gaussian ends
