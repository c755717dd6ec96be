"""The report's plots, as SVG to be put into a page."""

from __future__ import annotations

import io
from typing import Any

from ..errors import MissingDependencyError

BLUE, GREY = "#1f5a93", "#9a9a9a"


def shares(comparisons: dict[str, Any]) -> str:
    """Shares of wins: a dot, Wilson's interval, and the bootstrap's as a thinner line."""
    figure, axes = _figure(len(comparisons))
    for y, row in enumerate(comparisons.values()):
        axes.plot([row["bootstrap_low"], row["bootstrap_high"]], [y, y], color=GREY, lw=1.5)
        axes.plot([row["low"], row["high"]], [y, y], color=BLUE, lw=4, solid_capstyle="butt")
        axes.plot(row["share"], y, "o", color="black", ms=5)
    axes.axvline(0.5, color="black", lw=0.8, ls=":")
    axes.set(xlim=(0, 1), xlabel="share of choices for the first of the two")
    return _drawn(figure, axes, list(comparisons))


def scores(rows: dict[str, Any]) -> str:
    """Scores of Bradley and Terry with their intervals, the best on top."""
    figure, axes = _figure(len(rows))
    for y, row in enumerate(rows.values()):
        axes.plot([row["low"], row["high"]], [y, y], color=GREY, lw=1.5)
        axes.plot(row["score"], y, "o", color="black", ms=5)
    axes.axvline(0, color="black", lw=0.8, ls=":")
    axes.set(xlabel="score (log odds; 0 is the mean of all methods)")
    return _drawn(figure, axes, list(rows))


def photographs(rows: dict[str, Any]) -> str:
    """The share of each photograph, in order: how far the choice depends on the photograph."""
    figure, axes = _figure(4)
    values = [row["wins"] / row["of"] for row in rows.values()]
    axes.bar(range(len(values)), values, color=BLUE, width=0.8)
    axes.axhline(0.5, color="black", lw=0.8, ls=":")
    axes.set(ylim=(0, 1), xticks=[], ylabel="share", xlabel="photographs")
    return _drawn(figure, axes)


def _figure(rows: int) -> tuple[Any, Any]:
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingDependencyError(
            "the report needs matplotlib; pip install 'colortransfer[study]'"
        ) from error
    # Not pyplot: it would choose a backend for the whole process.
    figure = Figure(figsize=(7.2, 0.9 + 0.34 * rows), layout="constrained")
    return figure, figure.subplots()


def _drawn(figure: Any, axes: Any, labels: list[str] | None = None) -> str:
    from matplotlib import rc_context

    if labels is not None:
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "path", "svg.hashsalt": "colortransfer"}):
        figure.savefig(stream, format="svg", metadata={"Date": None}, transparent=True)
    text = stream.getvalue()
    return text[text.index("<svg") :]
