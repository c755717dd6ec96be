"""Mangled files for every reader: only the library's own errors, in little time and memory.

``python -m benchmarks.fuzz --files 100000 --record`` prints a line for each file that broke a
promise, which is kept in the folder ``--keep``, and a line per kind of file. Files are read in
batches, each in a process of its own. With ``--record`` the counts are written to
``benchmarks/results/fuzz.json`` after each batch, and a campaign that was stopped goes on from
there. Exit status 1 if anything was found. HEIC and raw files take part where pillow-heif and rawpy
are installed.
"""

from __future__ import annotations

import argparse
import collections
import io
import itertools
import json
import logging
import multiprocessing
import random
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from pathlib import Path
from typing import Any

from .common import RESULTS, commit
from .fuzz_samples import READERS, png_chunk

# A file; of processors, not of the clock, so that what else runs does not count. A hang is noticed
# by the clock.
SECONDS, GIGABYTES = 2.0, 1.0
BATCH = 250
# Address space beyond what a process has at first: a net for what the measure below would miss.
MOST_GIGABYTES = 4
# Half of the files are pictures.
CYCLE = (
    "pictures",
    "edits",
    "pictures",
    "cubes",
    "pictures",
    "checkpoints",
    "pictures",
    "containers",
)
FINE = ("read", "refused")
RECORD = RESULTS / "fuzz.json"
# Lengths, counts and offsets that programs trip over.
NUMBERS = (b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff", b"\x80\0\0\0", b"\xff\xff", b"\0\1", b"inf")

Counts = collections.Counter[str]  # of "kind: outcome"


def mangled(content: bytes, chance: random.Random) -> bytes:
    """The content damaged, and half of the time with checksums that fit the damage."""
    if content[:2] == b"PK" and chance.random() < 0.7:
        return _with_a_member(content, chance)
    result = damaged(content, chance)
    return mended(result) if chance.random() < 0.5 else result


def damaged(content: bytes, chance: random.Random) -> bytes:
    """The content with a few bits, numbers or stretches changed, often near the start, or cut."""
    result = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        end = min(len(result), 300 if chance.random() < 0.5 else len(result))
        place = chance.randrange(max(1, end))
        if chance.random() < 0.5 and place < len(result):
            result[place] ^= 1 << chance.randrange(8)
        else:
            new = chance.choice((*NUMBERS, chance.randbytes(chance.randint(0, 6))))
            result[place : place + chance.choice((len(new), len(new), 0, 9))] = new
    if chance.random() < 0.2:
        del result[chance.randrange(len(result) + 1) :]
    return bytes(result)


def _with_a_member(archive: bytes, chance: random.Random) -> bytes:
    """A zip archive (.npz too) one of whose files is damaged, missing or there twice."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(result, "w") as target:
        names = source.namelist()
        chosen, how = chance.choice(names), chance.random()
        for name in names:
            content = source.read(name)
            if name != chosen or how > 0.1:
                target.writestr(name, damaged(content, chance) if name == chosen else content)
        if how < 0.05:
            target.writestr(f"{chosen}x", source.read(chosen))
    return result.getvalue()


def mended(content: bytes) -> bytes:
    """A PNG with its checksums set right, so that decoders look at what was damaged."""
    if content[:4] != b"\x89PNG":
        return content
    result, place = content[:8], 8
    while place + 12 <= len(content):
        end = place + 8 + int.from_bytes(content[place : place + 4], "big")
        if end + 4 > len(content):
            break
        result += png_chunk(content[place + 4 : place + 8], content[place + 8 : end])
        place = end + 4
    return result + content[place:]


def batch(reader: str, seed: int, messages: Any) -> None:
    """Mangle and read `BATCH` files; says what happens over a connection."""
    import resource

    warnings.simplefilter("ignore")
    logging.disable()
    make, read = READERS[reader]
    samples, chance = make(), random.Random(seed)
    used = memory("VmSize")
    resource.setrlimit(resource.RLIMIT_AS, (used + (MOST_GIGABYTES << 30),) * 2)
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(BATCH):
            name = chance.choice(sorted(samples))
            content = mangled(samples[name], chance)
            path = Path(folder) / name.replace(" ", "_")
            path.write_bytes(content)
            messages.send(("reading", name, content))
            messages.send((outcome(read, path, samples), name, content))
    messages.send(("done", "", b""))


def outcome(read: Any, path: Path, samples: dict[str, bytes]) -> str:
    """ "read" or "refused", or what promise was broken."""
    from colortransfer.errors import ColorTransferError

    Path("/proc/self/clear_refs").write_text("5")  # the peak is now what is used
    before, began, result = memory("VmHWM"), time.process_time(), "read"
    try:
        read(path, samples)
    except ColorTransferError as error:
        result = "refused" if "\n" not in str(error) else f"error of several lines: {error}"
        if "not enough memory" in str(error):
            return f"more than {MOST_GIGABYTES} GB of addresses"
    except BaseException:
        return f"foreign error: {traceback.format_exc()}"
    seconds, taken = time.process_time() - began, (memory("VmHWM") - before) / 2**30
    if seconds > SECONDS:
        return f"slow: {seconds:.1f} s"
    return f"large: {taken:.2f} GB" if taken > GIGABYTES else result


def memory(name: str) -> int:
    """A line of /proc/self/status, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith(name))


def run(number: int, seed: int, keep: Path) -> Counts:
    """Batch ``number`` in a process of its own: a crash or a hang is an outcome too."""
    reader = CYCLE[number % len(CYCLE)]
    context = multiprocessing.get_context("spawn")
    messages, end = context.Pipe(duplex=False)
    process = context.Process(target=batch, args=(reader, seed + number, end))
    process.start()
    end.close()
    counts: Counts = collections.Counter()
    name, content = "", b""
    while True:
        result = "crash or hang"
        try:
            if messages.poll(120):
                result, name, content = messages.recv()
        except EOFError:  # it died
            pass
        if result == "done":
            process.join()
            return counts
        if result == "reading":
            continue
        what = result.partition(":")[0]
        counts[f"{name.partition(' ')[0]}: {what}"] += 1
        if what not in FINE:
            path = keep / f"{seed + number}-{counts.total()}-{name.replace(' ', '_')}"
            path.write_bytes(content)
            print(f"{path}: {result}", flush=True)
        if what == "crash or hang":
            process.kill()
            return counts


def table(counts: Counts) -> dict[str, dict[str, int]]:
    """Outcomes and how often, by kind of file."""
    found: dict[str, dict[str, int]] = {}
    for key in sorted(counts):
        kind, _, what = key.partition(": ")
        found.setdefault(kind, {})[what] = counts[key]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--record", action="store_true", help="keep the counts, and go on there")
    parser.add_argument("--keep", default="fuzz-findings", help="folder for files that broke it")
    options = parser.parse_args()
    keep = Path(options.keep)
    keep.mkdir(parents=True, exist_ok=True)
    counts, first = collections.Counter[str](), 0
    if options.record and RECORD.exists():
        before = json.loads(RECORD.read_text("utf-8"))
        if before["seed"] == options.seed:
            first = before["batches"]
            for kind, row in before["kinds"].items():
                counts.update({f"{kind}: {what}": count for what, count in row.items()})
    numbers = range(first, -(-options.files // BATCH))
    with ThreadPoolExecutor(options.processes) as pool:
        batches = pool.map(run, numbers, itertools.repeat(options.seed), itertools.repeat(keep))
        for number, found in zip(numbers, batches, strict=True):
            counts += found
            if options.record:
                _record(options.seed, number + 1, counts)
    for kind, row in table(counts).items():
        print(f"{kind}: {row}")
    print(f"{counts.total()} files, seed {options.seed}")
    return int(any(key.partition(": ")[2] not in FINE for key in counts))


def _record(seed: int, batches: int, counts: Counts) -> None:
    names = ("numpy", "pillow", "tifffile", "imagecodecs", "pillow-heif", "rawpy", "tensorflow")
    record = {
        "command": f"python -m benchmarks.fuzz --files {batches * BATCH} --seed {seed} --record",
        "measured_on": commit(),
        "seed": seed,
        "batches": batches,
        "files": counts.total(),
        "limits": {"seconds": SECONDS, "gigabytes": GIGABYTES},
        "packages": {name: _version(name) for name in names},
        "kinds": table(counts),
    }
    RECORD.write_text(json.dumps(record, indent=2) + "\n", "utf-8")


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":
    sys.exit(main())
