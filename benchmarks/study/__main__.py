"""Make a blind study, or evaluate its answers: see PROTOCOL.md.

python -m benchmarks.study make --candidates default,gan --baselines shift,v01 --out FOLDER
                                --keys KEYFILE
python -m benchmarks.study report ANSWERS.csv ... --keys KEYFILE
python -m benchmarks.study judge ANSWERS.csv ... --keys KEYFILE --out FILE
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from . import judging, making, report


def main(words: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.study", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("make", help="write the pictures, and the key apart from them")
    make.add_argument(
        "--pairs", default="all", help="all, tuned, held_out, names, or 'imagenet_sample N,N...'"
    )
    make.add_argument("--candidates", required=True, help="methods; see benchmarks/candidates.py")
    make.add_argument("--baselines", default="shift", help="each candidate is compared with each")
    make.add_argument("--out", type=Path, required=True, help="a new folder for the pictures")
    make.add_argument("--keys", type=Path, required=True, help="a new file outside that folder")
    make.add_argument("--size", type=int, default=448, help="longest side of a picture in pixels")
    make.add_argument("--repeats", type=int, default=2, help="pairs shown twice, by comparison")
    make.add_argument("--seed", type=int, default=0)
    read = commands.add_parser("report", help="wins, faults and consistency")
    judge = commands.add_parser("judge", help="which measures choose as the observers did")
    for command in (read, judge):
        command.add_argument("answers", nargs="+", type=Path, help="CSV files, one an observer")
        command.add_argument(
            "--keys", nargs="+", type=Path, required=True, help="one for all, or one for each"
        )
        command.add_argument("--out", type=Path, help="(default: beside the first key)")
    options = parser.parse_args(words)
    try:
        if options.command == "make":
            count = making.make(options)
            print(f"{count} pictures in {options.out}")
            return
        keys = [json.loads(path.read_text("utf-8")) for path in options.keys]
        keys *= len(options.answers) if len(keys) == 1 else 1
        if len(keys) != len(options.answers):
            raise ValueError("give one key for all observers, or one for each file of answers")
        shown = dict(zip((p.stem for p in options.answers), keys, strict=True))
        answers = {p.stem: report.read(p, shown[p.stem]) for p in options.answers}
        program = {"report": report, "judge": judging}[options.command]
        found = program.evaluate(shown, answers)
    except ValueError as error:
        parser.error(str(error))
    target = options.out or options.keys[0].with_suffix(f".{options.command}.json")
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(program.text(found))
    print(f"wrote {target}")


if __name__ == "__main__":
    main()
