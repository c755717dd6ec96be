"""What other people's files broke in 0.1, tried again: ``python -m benchmarks.field``.

Every fault that was found has its line: the smallest input that showed it, run as its finder ran it
(`field_snippets`), and the tests that hold the rest of its kind, which are run too. Writes
``benchmarks/results/field.json``; exit status 1 if anything does not give what is wanted.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable
from typing import NamedTuple

from . import common
from . import field_snippets as snippets

RECORD = common.RESULTS / "field.json"
AS_WANTED = "as wanted"


class Fault(NamedTuple):
    """What went wrong; the input that showed it, if it is quickly tried; tests, under tests/."""

    name: str
    snippet: Callable[[], bool] | None
    tests: tuple[str, ...] = ()


FAULTS = (
    Fault("1 several pictures in a file", snippets.frames_are_kept, ("images/test_pages.py",)),
    Fault(
        "2 containers that begin with a reduced picture, raw data",
        snippets.full_picture_of_a_container,
        ("images/test_pages.py",),
    ),
    Fault(
        "3 scribbles saved with loss",
        snippets.scribbles_of_a_jpeg,
        (
            "classical/test_colorization.py::test_scribbles_that_were_saved_with_loss",
            "classical/test_colorization.py::test_thin_strokes_that_were_saved_with_loss",
            "classical/test_colorization.py::test_a_picture_that_counts_as_drawn_is_remarked_on",
        ),
    ),
    Fault("4 forks and threads that load", None, ("images/test_image_threads.py",)),
    Fault(
        "5 XMP, IPTC, comments, texts, GeoTIFF",
        snippets.xmp_and_comments,
        ("images/test_metadata_carried.py", "images/test_xmp.py"),
    ),
    Fault("6 Ctrl-C in a training", None, ("training/test_loop.py",)),
    Fault("7 PNG colour chunks", snippets.linear_png, ("images/test_png_color.py",)),
    Fault(
        "8 orientation and EXIF in unusual places",
        None,
        (
            "images/test_metadata_carried.py::test_in_png_as_imagemagick_writes_it",
            "images/test_metadata_carried.py::test_in_tiff_of_both_orders_and_sizes",
            "images/test_metadata_carried.py::test_an_orientation_that_only_xmp_tells",
        ),
    ),
    Fault(
        "9 floats outside [0, 1]",
        snippets.light_outside_the_range,
        ("images/test_float_range.py",),
    ),
    Fault("10 targets that erase a channel", snippets.erased_channels_are_named),
    Fault("11 inputs that were overwritten", snippets.inputs_are_protected),
    Fault("12 forks after TensorFlow", None, ("core/test_forks.py",)),
    Fault("13 damaged containers", snippets.damaged_containers, ("test_datasets.py",)),
    Fault("14 grey photographs", snippets.grey_photographs),
    Fault(
        "15 file systems without chmod or fsync, mount points",
        None,
        (
            "images/test_image_saving.py::test_file_systems_without_permissions_or_flushing",
            "images/test_image_saving.py::test_a_mount_point_is_overwritten",
        ),
    ),
    Fault("16 a crash during TensorFlow's import", None, ("test_import.py",)),
    Fault(
        "17 Ctrl-C during TensorFlow's import",
        None,
        ("test_cli.py::test_an_interrupted_import_ends_the_batch",),
    ),
    Fault(
        "18 transforms and methods as values",
        snippets.values,
        ("gan/test_color_gan.py::test_copies_give_the_same_pictures",),
    ),
    Fault(
        "19 a folder with a damaged photograph",
        None,
        ("test_cli.py::test_a_folder_goes_on_after_a_file_that_fails",),
    ),
    Fault(
        "20 formats, .cube, more steps, leaving EXIF out",
        snippets.formats,
        (
            "images/test_more_formats.py",
            "test_cube_files.py",
            "training/test_loop.py::test_a_training_goes_on_for_more_steps_and_ends_as_a_long_one",
            "images/test_metadata_carried.py::test_all_of_it_can_be_left_out",
        ),
    ),
    Fault("words of errors", snippets.words_of_errors, ("test_feature_matcher_options.py",)),
    Fault("pictures that declare too many pixels", snippets.too_many_pixels),
    Fault("folders, missing folders", snippets.folders_and_missing_folders),
    Fault(
        "further channels of TIFF, EXIF too long for JPEG",
        snippets.other_channels_of_tiff,
        ("images/test_image_metadata.py::test_exif_data_too_long_for_jpeg_is_one_error",),
    ),
    Fault(
        "Adobe RGB by EXIF alone, pixels of kinds that are not read",
        None,
        (
            "images/test_image_profiles.py::test_adobe_rgb_that_only_exif_tells",
            "images/test_image_formats.py::test_other_kinds_of_tiff_pixels",
        ),
    ),
    Fault("colours of CSS 4", snippets.colours_of_css),
    Fault("a result in a notebook", snippets.short_results),
    Fault("KID that says something", None, ("test_benchmark_kid.py",)),
)


def tried(snippet: Callable[[], bool]) -> bool:
    """Whether the snippet gives what is wanted, in an empty folder; an exception is told."""
    back = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            return bool(snippet())
        except Exception as error:
            print(f"{snippet.__name__}: {type(error).__name__}: {error}")
            return False
        finally:
            os.chdir(back)


def pass_all(tests: tuple[str, ...]) -> bool:
    """Whether there are these tests, and none fails."""
    names = [f"tests/{name}" for name in tests]
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *names]
    done = subprocess.run(words, cwd=common.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stdout[-2000:])
    return done.returncode == 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="faults with this in their name; others stay")
    only = parser.parse_args().only
    before = json.loads(RECORD.read_text("utf-8"))["results"] if RECORD.exists() else {}
    figures = {}
    for fault in FAULTS:
        if only not in fault.name:
            figures[fault.name] = before.get(fault.name, "not tried")
            continue
        good = fault.snippet is None or tried(fault.snippet)
        good = good and (not fault.tests or pass_all(fault.tests))
        figures[fault.name] = AS_WANTED if good else "not as wanted"
        print(f"{fault.name}: {figures[fault.name]}", flush=True)
    failed = sum(result != AS_WANTED for result in figures.values())
    common.record("field", {"faults": len(FAULTS), "not_as_wanted": failed, "results": figures})
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
