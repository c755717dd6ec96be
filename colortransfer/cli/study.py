"""Let people judge: a page of blind choices, and the report of their answers.

`study make` writes a page that opens from a file in any browser, without a server: a photograph and
two results of the same mean colour, sides unknown, two questions. Each observer downloads one file
of answers at the end; `study report` makes a page of all of them, and the same as JSON beside it.
"""

from __future__ import annotations

import argparse

from . import arguments, console


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    make = actions.add_parser("make", help="write the page", allow_abbrev=False)
    make.add_argument(
        "pairs",
        nargs="+",
        metavar="PAIRS",
        help="a folder for each photograph: original.* and a result of each method, named by it "
        "(sea/original.jpg, sea/ours.png, sea/shift.png)",
    )
    make.add_argument("-o", "--output", required=True, metavar="FOLDER", help="a new folder")
    make.add_argument(
        "--compare",
        action="append",
        type=arguments.methods,
        metavar="A,B",
        help="two methods; can be given several times (default: each with each other)",
    )
    make.add_argument(
        "--each", type=arguments.count, metavar="N", help="pairs for an observer (default: all)"
    )
    _add_number(make, "--size", 640, "longest side in pixels")
    _add_number(make, "--repeats", 2, "pairs of each comparison that are shown twice")
    _add_number(make, "--traps", 4, "pairs of which one has plain patches")
    _add_number(make, "--orders", 16, "seeded orders, of which each observer gets one")
    _add_number(make, "--seed", 0, "of sides and orders")
    make.add_argument("--title", help="of the page")
    make.add_argument("--consent", metavar="TEXT", help="what observers agree to")
    make.set_defaults(action=_make)
    report = actions.add_parser("report", help="say what the answers say", allow_abbrev=False)
    report.add_argument("answers", nargs="+", metavar="ANSWERS", help="files that observers gave")
    report.add_argument("-o", "--output", required=True, metavar="FILE.html")
    _add_number(report, "--replicates", 1000, "of the bootstrap")
    _add_number(report, "--seed", 0, "of the bootstrap")
    report.set_defaults(action=_report)


def _add_number(parser: argparse.ArgumentParser, flag: str, default: int, text: str) -> None:
    text = f"{text} (default: {default})"
    parser.add_argument(flag, type=arguments.count, default=default, metavar="N", help=text)


def run(options: argparse.Namespace) -> int:
    status: int = options.action(options)
    return status


def _make(options: argparse.Namespace) -> int:
    from .. import study

    names = ("compare", "each", "size", "repeats", "traps", "orders", "seed")
    given = {name: getattr(options, name) for name in names}
    texts = {"title": options.title, "consent": options.consent}
    given |= {name: text for name, text in texts.items() if text is not None}
    count = study.make(options.pairs, options.output, **given)
    console.say(console.one_line(f"{options.output}/index.html: {count} pairs for each observer"))
    return console.SUCCESS


def _report(options: argparse.Namespace) -> int:
    from .. import study

    choices = study.read_all(options.answers)
    found = study.evaluate(choices, replicates=options.replicates, seed=options.seed)
    beside = study.write_report(found, options.output)
    for question, row in found["questions"].items():
        for name, figures in row["comparisons"].items():
            text = f"{question}: {name} {figures['wins']} of {figures['of']}"
            text += f" ({figures['low']:.0%} to {figures['high']:.0%}; p {figures['p']:.2g})"
            console.say(console.one_line(text))
    failed = [name for name, row in found["observers"].items() if not row["counts"]]
    if failed:
        console.say(console.one_line(f"failed the traps: {', '.join(failed)}"))
    console.say(console.one_line(f"wrote {options.output} and {beside}"))
    return console.SUCCESS
