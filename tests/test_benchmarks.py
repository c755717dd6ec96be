"""What the benchmarks share: their command line, and that they use the library from outside."""

import ast
import pickle
from pathlib import Path

import numpy as np
import pytest

from colortransfer import colors
from colortransfer.exactness import exact_shift

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def common(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import common

    return common


def test_parts_run_in_order_with_their_options_and_are_recorded(common, monkeypatch, capsys):
    records = []
    monkeypatch.setattr(common, "record", lambda name, figures: records.append((name, figures)))
    parts = {
        "one": lambda arguments: {"count": arguments.count},
        "two": lambda arguments: {"count": -arguments.count},
    }

    def call(*words):
        monkeypatch.setattr("sys.argv", ["benchmark", *words])
        common.main("name", "What it measures.\n\nMore.", parts, {"--count": {"type": int}})

    call("--count", "3")
    call("--count", "4", "--parts", "two")
    expected = [("name_one", 3), ("name_two", -3), ("name_two", -4)]
    assert records == [(name, {"count": count}) for name, count in expected]
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call("--parts", "two,three")
    assert "no part three; there are one, two" in capsys.readouterr().err
    assert len(records) == 3


def test_parts_that_run_in_processes_of_their_own_can_be_pickled(common):
    from benchmarks import paper, speed

    for module in (paper, speed):
        for part in module.PARTS.values():
            assert pickle.loads(pickle.dumps(part)) is part


def test_the_mean_shift_of_the_benchmarks_is_exact(common, photo):
    image, color = (photo / 255).astype(np.float32), colors.parse_color("#5b86b4")
    shifted = common.mean_shift(image, color)
    assert shifted.dtype == np.float32
    np.testing.assert_allclose(shifted.mean((0, 1)), color, atol=3e-5)
    expected = np.clip(image + exact_shift(image, color), 0, 1)
    np.testing.assert_allclose(shifted, expected, atol=5e-5)


@pytest.mark.slow
def test_a_tiff_of_two_pages_that_is_killed_is_the_old_one_or_the_new(common):
    from benchmarks.kill import killed

    counts = killed(moments=12, seed=1)
    assert counts["neither"] == 0
    assert counts["old"] + counts["new"] == 12


def test_mangled_files_are_counted_by_kind_and_outcome(common, tmp_path):
    from benchmarks import fuzz

    assert fuzz.table(fuzz.run(1, 0, tmp_path)).keys() == {"npz"}  # the second batch is of edits
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["common", "quality", "kid", "speed", "classical", "paper", "candidates"]
)
def test_benchmarks_use_the_library_from_outside(name):
    """Names that begin with an underscore belong to whoever defines them."""
    tree = ast.parse((ROOT / "benchmarks" / f"{name}.py").read_text("utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert {attribute for attribute in used if attribute.startswith("_")} == set()
