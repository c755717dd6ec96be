"""benchmarks.kid in toy size: pairs, kept edits, shares and their errors."""

from pathlib import Path

import numpy as np
import pytest

from colortransfer import evaluation

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def kid(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import kid

    return kid


@pytest.fixture
def candidates(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))
    from benchmarks import candidates

    return candidates


@pytest.fixture
def given(kid):
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (40, 8, 8, 3), dtype=np.uint8)
    return kid.Data(images[:6], rng.uniform(0.3, 0.7, (6, 3)), images[6:])


def test_candidates_have_names(candidates, given):
    image, color = given.sources[0], tuple(given.targets[0])
    shifted = candidates.build("mean_shift").fit(image, color).image
    np.testing.assert_array_equal(candidates.build("shift").fit(image, color).image, shifted)
    mine = candidates.build("colortransfer:FeatureMatcher")
    assert type(candidates.build("v01")) is type(mine)
    for wrong in ("nonsense", "reinhard"):
        with pytest.raises(ValueError, match=f"no method '{wrong}'; there are mean_shift"):
            candidates.build(wrong)


def test_edits_are_kept_until_they_are_asked_for_again(
    kid, candidates, given, monkeypatch, tmp_path
):
    monkeypatch.setattr(kid, "BATCH", 4)
    made = []

    class Counting:
        def fit(self, image, color):
            if len(made) == 5:
                raise KeyboardInterrupt
            made.append(color)
            return candidates.build("shift").fit(image, color)

    monkeypatch.setitem(candidates.NAMED, "counting", Counting)
    with pytest.raises(KeyboardInterrupt):
        kid.edits("counting", given, tmp_path)
    made.clear()  # the first four were kept
    found = kid.edits("counting", given, tmp_path)
    assert len(made) == 2
    assert found.dtype == np.uint8
    np.testing.assert_allclose(found.mean((1, 2)) / 255, given.targets, atol=1 / 255)
    np.testing.assert_array_equal(kid.edits("counting", given, tmp_path), found)
    made.clear()
    fewer = kid.Data(given.sources[:3], given.targets[:3], given.real)
    np.testing.assert_array_equal(kid.edits("counting", fewer, tmp_path), found[:3])
    assert len(made) == 3
    made.clear()
    kid.edits("counting", fewer, tmp_path, again=True)
    assert len(made) == 3


def test_features_are_averaged_over_the_picture(kid, given):
    rows = kid.features(given.sources, lambda x: x)
    assert rows.shape == (6, 3)
    assert kid.features(given.sources, lambda x: x[:, 0, 0]).shape == (6, 3)
    flat = np.full((1, 8, 8, 3), 51, np.uint8)
    np.testing.assert_allclose(kid.features(flat, lambda x: x), [[0.2] * 3], rtol=1e-3)


def test_a_share_is_a_ratio_of_kids_with_an_honest_error(kid):
    rng = np.random.default_rng(0)

    def sample():
        rows, real = rng.normal(0.4, 1, (60, 6)), rng.normal(1.5, 1, (90, 6))
        return rows, rows - 0.8, real

    found = np.array([kid.share(*sample()) for _ in range(40)])
    rows, shifted, real = sample()
    first, second = (
        evaluation.kernel_inception_distance(x, real, unit=True) for x in (rows, shifted)
    )
    assert kid.share(rows, shifted, real).value == pytest.approx(first.value / second.value)
    values, errors = found.T
    assert 0.6 < np.median(errors) / values.std() < 1.7
    assert kid.share(shifted, shifted, real) == pytest.approx((1, 0))


def test_every_method_is_compared_under_every_network(kid, given):
    pictures = {"mean_shift": given.sources, "dark": given.sources // 2}
    judges = {"colors": lambda x: x, "squares": lambda x: x**2}
    figures = kid.compare(pictures, given.real, judges)
    assert figures.keys() == pictures.keys()
    for name, found in figures.items():
        assert found.keys() == judges.keys()
        for values in found.values():
            assert values["error"] > 0
            assert ("share_error" in values) == (name != "mean_shift")


def test_networks_from_a_file_join_those_of_shared(kid, shared, tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("def networks():\n    return {'mine': lambda x: x[:, 0, 0]}\n", "utf-8")
    found = kid.networks(str(path))
    assert list(found) == ["googlenet", "squeezenet", "mine"]
    image = np.zeros((1, 112, 112, 3), np.float32)
    assert [found[name](image).shape[-1] for name in found] == [1024, 512, 3]


def test_pairs_and_real_images_are_different_ones(kid, shared):
    few = kid.data(20)
    assert few.sources.shape == (20, 64, 64, 3)
    assert len(few.real) == 5000 - 40
    assert {x.tobytes() for x in few.sources}.isdisjoint({x.tobytes() for x in few.real})
    with pytest.raises(ValueError, match="two for each pair"):
        kid.data(2500)
