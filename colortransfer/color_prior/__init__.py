"""Which colours stand where in photographs: a small colourisation network as a prior."""

from .prior import ColorPrior, at_places, bundled_prior, log_likelihoods, reduced, reduction

__all__ = [
    "ColorPrior",
    "at_places",
    "bundled_prior",
    "log_likelihoods",
    "reduced",
    "reduction",
]
