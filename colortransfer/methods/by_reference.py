"""The published methods that give an image the colours of another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from .registry import Takes, check_options, register

if TYPE_CHECKING:
    from ..edit import Edit


class ByReference:
    """A function of `classical` of the same name; its options are those of the function."""

    name: ClassVar[str]
    takes: ClassVar[Takes] = "reference"
    has_transform: ClassVar[bool] = True

    def __init__(self, **options: Any) -> None:
        from .. import classical

        self._function = getattr(classical, self.name.replace("-", "_"))
        check_options(self.name, self._function, options)
        self._options = options

    def fit(self, image: Any, target: Any, *, callbacks: Sequence[Any] = ()) -> Edit:
        """Give ``image`` the colours of ``target``; see `Method.fit`."""
        from ..classical import fit

        return fit(self._function.__name__, image, target, **self._options)


@register
class Reinhard(ByReference):
    """Means and deviations in a decorrelated space: `classical.reinhard`."""

    name = "reinhard"


@register
class MatchHistograms(ByReference):
    """The histogram of each channel: `classical.match_histograms`."""

    name = "match-histograms"


@register
class MongeKantorovich(ByReference):
    """The linear map of least displacement: `classical.monge_kantorovich`."""

    name = "monge-kantorovich"


@register
class Mvgd(ByReference):
    """A linear map between multivariate Gaussians: `classical.mvgd`."""

    name = "mvgd"


@register
class DistributionTransfer(ByReference):
    """The whole distribution, by rotations: `classical.distribution_transfer`."""

    name = "distribution-transfer"
    has_transform = False


@register
class Zeng(ByReference):
    """Dominant colours of regions: `classical.zeng`, of a reference or the nearest of several."""

    name = "zeng"
    takes: ClassVar[Takes] = "references"
    has_transform = False
