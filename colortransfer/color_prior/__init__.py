"""Which colours stand where in photographs: a small colourisation network as a prior."""

from .prior import ColorPrior, bundled_prior, log_likelihoods

__all__ = ["ColorPrior", "bundled_prior", "log_likelihoods"]
