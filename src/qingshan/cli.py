"""The command line: arguments only. Every mistake a person can make ends in one clear message and exit code 2."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from qingshan import __version__
from qingshan.model import InputError, Problem, QingshanError, Workspace, visible

_SAID = {
    "value": "NUMBER",
    "unit": "UNIT",
    "kind": "KIND",
    "qualifier": "WORD",
    "subject": "TEXT",
    "indicator": "ID",
    "region": "NAME",
    "period": "PERIOD",
    "base_period": "PERIOD",
    "scope": "ID",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return 0 (done), 1 (validation failed or nothing published) or 2 (wrong use or input)."""
    options = _parser().parse_args(arguments)
    try:
        return options.command(options)
    except InputError as error:
        for problem in error.problems:
            _say(problem)
        return error.exit_code
    except QingshanError as error:
        _say(error)
        return error.exit_code
    except PermissionError as error:  # folders are looked into in many places, and any of them may be closed
        place = error.filename or "a file or folder"
        remedy = "Give yourself leave to use it, or work elsewhere."
        _say(Problem(str(place), "permission denied", "leave to use it", remedy))
        return InputError.exit_code
    except BrokenPipeError:  # the reader of our output, such as head, went away
        sys.stderr.close()
        return 0
    except KeyboardInterrupt:
        print("qingshan: interrupted; the published edition is as it was", file=sys.stderr)
        return 130


def _say(told: Problem | QingshanError) -> None:
    """Print a message, a problem as one line: names of files and words of sources in it may hold any character."""
    lines = [str(told)] if isinstance(told, Problem) else str(told).split("\n")
    print("qingshan:", "\n".join(map(visible, lines)), file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="qingshan", description=__doc__.partition(".")[0], allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"qingshan {__version__}")
    parser.add_argument(
        "--workspace", default="", metavar="DIR", help="the workspace (found upwards from here if not given)"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run the six notebooks and promote the edition when validation is green")
    run.add_argument("edition")
    run.add_argument("--only", default="", metavar="STAGE", help="run one stage; those before it must be up to date")
    run.add_argument("--force", action="store_true", help="run stages although nothing changed")
    run.add_argument("--dry-run", action="store_true", help="say what would run, and why; write nothing")
    run.add_argument(
        "-p", "--parameter", action="append", default=[], metavar="NAME=VALUE", help="a notebook's parameter"
    )
    run.set_defaults(command=_run)

    init = commands.add_parser("init", help="make a new workspace")
    init.add_argument("folder", type=Path)
    init.set_defaults(command=_init)

    add = commands.add_parser("add", help="register a source of an edition")
    add.add_argument("file", type=Path)
    add.add_argument("--edition", required=True)
    add.add_argument("--id", required=True, help="short name of the source, such as mee-2023-bulletin")
    add.add_argument("--title", default="")
    add.add_argument("--publisher", default="")
    add.add_argument("--published-on", default="", metavar="DATE")
    add.add_argument("--year", default="", help="the year the source is about")
    add.add_argument("--area", default="", help="the place the source is about, such as 全国")
    add.add_argument("--as-of", default="", metavar="DATE", help="date of figures without a date of their own")
    add.add_argument("--url", default="")
    add.add_argument("--released-on", default="", metavar="DATE", help="when its figures were released")
    add.add_argument("--maturity", default="", choices=("", "flash", "preliminary", "final", "revised"))
    add.add_argument(
        "--table",
        type=Path,
        metavar="YML",
        help="a file with `table:`, the mapping by which a CSV or XLSX source is read",
    )
    add.add_argument("--encoding", default="", help="only where it cannot be found out")
    add.add_argument(
        "--replace", action="store_true", help="replace the file of a registered source; keeps the old hash"
    )
    add.set_defaults(command=_add)

    listed = commands.add_parser("sources", help="list what is registered, and what was expected and has not come")
    listed.add_argument("edition")
    listed.add_argument("--json", action="store_true", help="the same for a program")
    listed.set_defaults(command=_sources)

    extract = commands.add_parser("extract", help="print the figures of any one text as CSV")
    extract.add_argument("file", type=Path)
    extract.add_argument("--year", default="", help="the document's year, which 今年 and 上年 count from")
    extract.add_argument("--area", default="", help="the place the document is about")
    extract.add_argument("--encoding", default="", help="only where it cannot be found out")
    extract.add_argument("--out", type=Path, metavar="CSV")
    extract.set_defaults(command=_extract)

    show = commands.add_parser("show", help="show one figure: its quote in context, the reading, the decision")
    show.add_argument("figure_id", metavar="FIGURE_ID", help="<source>@<start>-<end>, or an observation's id")
    show.add_argument("--edition", default="", help="look in one edition only")
    show.set_defaults(command=_show)

    review = commands.add_parser("review", help="list the figures that wait for a person, most consequential first")
    review.add_argument("edition")
    review.set_defaults(command=_review)

    decide = commands.add_parser(
        "decide",
        help="append what a person decides about a figure to data/decisions",
        description="Actions: accept (the key fields may be given), reject, override (what the reader read is wrong), "
        "indicator (say what is measured), flag (a note), merge --into, withdraw (take back what was decided; an "
        "earlier decision's id serves too), add (SOURCE@START-END that the reader missed), fill (SOURCE@POSITION of a "
        "lost value) --from.",
    )
    decide.add_argument("figure_id", metavar="FIGURE_ID", nargs="?", default="")
    decide.add_argument("action", metavar="ACTION", nargs="?", default="")
    decide.add_argument("--reason", default="")
    decide.add_argument("--from-proposed", default="", metavar="ID", help="apply a proposal that a sheet brought")
    decide.add_argument("--by", default="", metavar="NAME", help="who decides (your login name if not given)")
    decide.add_argument("--edition", default="", help="the newest that holds the source if not given")
    for name, told in _SAID.items():
        decide.add_argument(f"--{name.replace('_', '-')}", default=None, metavar=told)
    decide.add_argument("--into", default="", metavar="FIGURE_ID", help="merge: the figure that says the same")
    decide.add_argument("--from", dest="source_figure", default="", metavar="FIGURE_ID", help="fill: where it stands")
    decide.set_defaults(command=_decide)

    _add_publishing(commands)

    proof = commands.add_parser(
        "proof", help="look up every number of a laid-out file (docx, pdf): as the edition has it, different, unsourced"
    )
    proof.add_argument("file", type=Path)
    proof.add_argument("--edition", required=True)
    proof.set_defaults(command=_proof)

    verify = commands.add_parser("verify", help="check every file and every quote of a published edition")
    verify.add_argument("edition")
    verify.set_defaults(command=_verify)

    diff = commands.add_parser(
        "diff",
        help="what changed between two editions of data/clean",
        description="Exit code 0 when both say the same, 1 when they differ, 2 for wrong use or input.",
    )
    diff.add_argument("before", metavar="EDITION", help="a year or a revision: 2022, 2023-r1")
    diff.add_argument("after", metavar="EDITION")
    diff.add_argument("--top", type=int, default=20, metavar="N", help="changes to print, the largest first (20)")
    diff.add_argument("--out", type=Path, default=None, metavar="CSV", help="write every change")
    diff.set_defaults(command=_diff)

    lab = commands.add_parser("lab", help="open JupyterLab on working copies of the notebooks")
    lab.set_defaults(command=_lab)
    save = commands.add_parser("notebooks-save", help="write the working copies back, stripped of outputs")
    save.set_defaults(command=_notebooks_save)
    return parser


def _add_publishing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare what follows a green build: signatures, publication, revisions, sheets for confirmation."""
    sign = commands.add_parser("sign", help="record that a person signed the candidate as it stands")
    sign.add_argument("edition")
    sign.add_argument("--as", dest="role", required=True, metavar="ROLE", help="初审, 复审 or 终审, in this order")
    sign.add_argument("--by", required=True, metavar="NAME", help="who signs; each role another person")
    sign.add_argument("--on", default="", metavar="DATE", help="the day (the edition's published_on if not given)")
    sign.set_defaults(command=_sign)

    publish = commands.add_parser("publish", help="make the signed candidate the published revision")
    publish.add_argument("edition")
    publish.set_defaults(command=_publish)

    revise = commands.add_parser("revise", help="open the next revision of a published edition")
    revise.add_argument("edition")
    revise.set_defaults(command=_revise)

    sheet = commands.add_parser(
        "sheet", help="write a workbook for confirmation outside the tool, or import the replies as proposals"
    )
    sheet.add_argument("edition", nargs="?", default="")
    sheet.add_argument("--by", default="", metavar="GROUP", help="province or theme: a sheet for each")
    sheet.add_argument("--out", type=Path, metavar="XLSX", help="where to write it (data/work/EDITION/sheets)")
    sheet.add_argument("--import", dest="file", type=Path, metavar="XLSX", help="a workbook that came back")
    sheet.add_argument("--edition", dest="named", default="", metavar="YEAR", help="the edition of that workbook")
    sheet.set_defaults(command=_sheet)


def _workspace(options: argparse.Namespace) -> Workspace:
    return Workspace.find(options.workspace)


def _run(options: argparse.Namespace) -> int:
    from qingshan import pipeline

    given: dict[str, str] = {}
    problems = []
    for item in options.parameter:
        name, equals, value = item.partition("=")
        if not equals:
            problems.append(Problem(f"-p {item}", "no '='", "NAME=VALUE", "Write for example -p rows_shown=20."))
        given[name] = value
    if problems:
        raise InputError(problems)
    return pipeline.run(
        _workspace(options),
        options.edition,
        only=options.only,
        force=options.force,
        dry_run=options.dry_run,
        parameters=given,
    )


def _init(options: argparse.Namespace) -> int:
    from qingshan import register

    register.init_workspace(options.folder)
    print(f"{options.folder}: ready. Next, in that folder:")
    print("  qingshan add FILE --edition YEAR --id ID --title TITLE --publisher NAME --year YEAR --area 全国")
    return 0


def _add(options: argparse.Namespace) -> int:
    from qingshan import register, replacement

    if not options.replace and not (options.title and options.publisher):
        raise InputError(
            Problem("qingshan add", "no --title or no --publisher", "both", "Give them as printed on the source.")
        )
    new = register.NewSource(
        edition=options.edition,
        source_id=options.id,
        title=options.title,
        publisher=options.publisher,
        published_on=options.published_on,
        year=options.year,
        area=options.area,
        as_of=options.as_of,
        url=options.url,
        encoding=options.encoding,
        released_on=options.released_on,
        maturity=options.maturity,
        table=options.table,
    )
    replaced = register.add_source(_workspace(options), options.file, new, is_replacement=options.replace)
    print(f"data/raw/{options.edition}/{options.id}: registered {visible(options.file.name)}")
    notes = register.describe_area(_workspace(options), options.area)
    notes += register.describe_reading(_workspace(options), options.edition, options.id)
    for line in [*notes, *(replacement.describe(replaced) if replaced else ())]:
        print(line)
    return 0


def _sources(options: argparse.Namespace) -> int:
    from qingshan.source_state import source_state, state_json, state_lines

    state = source_state(_workspace(options), options.edition)
    if options.json:
        sys.stdout.write(state_json(state))
    else:
        for line in state_lines(state):
            print(line)
    for problem in state.problems:
        _say(problem)
    return 1 if state.problems else 0


def _extract(options: argparse.Namespace) -> int:
    from qingshan import files
    from qingshan.extract import extract_file
    from qingshan.model import FIGURES

    try:
        folder = Workspace.find(options.workspace).registry
    except InputError:
        if options.workspace:
            raise
        folder = Workspace(Path.cwd()).registry  # no workspace is needed: the package's registry serves
    found = extract_file(options.file, folder, year=options.year, area=options.area, encoding=options.encoding)
    text = FIGURES.csv_text(FIGURES.row(figure) for figure in found.figures)
    if options.out is None:
        sys.stdout.write(text)
    else:
        files.write_atomic(options.out, text)
        print(f"{options.out}: {len(found.figures)} figures; {len(found.lost)} values lost at the source")
    return 0


def _show(options: argparse.Namespace) -> int:
    from qingshan.show import show_figure

    print(show_figure(_workspace(options), options.figure_id, options.edition))
    return 0


def _review(options: argparse.Namespace) -> int:
    from qingshan.review import review_lines

    for line in review_lines(_workspace(options), options.edition):
        print(line)
    return 0


def _decide(options: argparse.Namespace) -> int:
    import datetime

    from qingshan.review import Word, decide

    workspace = _workspace(options)
    if options.from_proposed:
        return _apply(options)
    lacking = [name for name in ("figure_id", "action", "reason") if not getattr(options, name)]
    if lacking:
        asked = "FIGURE_ID ACTION --reason TEXT, or --from-proposed ID"
        raise InputError(Problem("qingshan decide", f"no {' and no '.join(lacking)}", asked, "Give them."))
    word = Word(
        target=options.figure_id,
        action=options.action,
        reason=options.reason,
        by=options.by or _login_name(),
        decided_on=datetime.date.today().isoformat(),
        said={name: getattr(options, name) for name in _SAID if getattr(options, name) is not None},
        other=options.into or options.source_figure,
    )
    decision_id, path = decide(workspace, word, options.edition)
    print(f"{workspace.shown(path)}: {decision_id} {options.action} {options.figure_id}")
    return 0


def _apply(options: argparse.Namespace) -> int:
    import datetime

    from qingshan.sheet import apply_proposal

    workspace = _workspace(options)
    given = [name for name in _SAID if getattr(options, name) is not None]
    if options.figure_id or options.action or options.into or options.source_figure or given:
        raise InputError(
            Problem("qingshan decide", "--from-proposed beside a decision of its own", "one of the two",
                    "Apply the proposal as it is, or decide about the figure.")
        )  # fmt: skip
    applied = apply_proposal(
        workspace,
        options.edition,
        options.from_proposed,
        by=options.by or _login_name(),
        decided_on=datetime.date.today().isoformat(),
        reason=options.reason,
    )
    proposal = applied.proposal
    print(
        f"{workspace.shown(applied.path)}: {applied.decision_id} {proposal.action} {proposal.figure_id}, "
        f"as {proposal.proposal_id} proposed"
    )
    return 0


def _login_name() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id that the system has no name for
        raise InputError(Problem("qingshan decide", "no login name", "who decides", "Add --by NAME.")) from None


def _sign(options: argparse.Namespace) -> int:
    from qingshan.publishing import sign

    sign(_workspace(options), options.edition, options.role, options.by, options.on)
    return 0


def _publish(options: argparse.Namespace) -> int:
    from qingshan.publishing import publish

    return publish(_workspace(options), options.edition)


def _revise(options: argparse.Namespace) -> int:
    from qingshan.publishing import revise

    workspace = _workspace(options)
    new = revise(workspace, options.edition)
    print(f"{workspace.shown(workspace.raw(new))}: sources and decisions of {options.edition}, copied. Next:")
    print(f"  give {workspace.shown(workspace.edition_file(new))} its published_on, correct what is wrong, and:")
    print(f"  qingshan run {new}")
    return 0


def _sheet(options: argparse.Namespace) -> int:
    from qingshan.sheet import import_sheet, write_sheet

    edition = options.edition or options.named
    is_import = options.file is not None
    problems = []
    if options.edition and options.named and options.edition != options.named:
        found = f"{options.edition} and --edition {options.named}"
        problems.append(Problem("qingshan sheet", found, "one edition", "Name it once."))
    if not edition:
        problems.append(Problem("qingshan sheet", "no edition", "a year", "Name the edition of the sheet."))
    if is_import == bool(options.by) or (is_import and options.out):
        asked = "either --by province|theme [--out FILE], or --import FILE --edition YEAR"
        problems.append(Problem("qingshan sheet", "both or neither", asked, "Write a sheet or import one."))
    if problems:
        raise InputError(problems)
    workspace = _workspace(options)
    if is_import:
        import_sheet(workspace, edition, options.file)
        return 0
    path, groups = write_sheet(workspace, edition, options.by, options.out)
    numbers = sum(len(group.rows) for group in groups)
    print(f"{path if options.out else workspace.shown(path)}: {numbers} numbers on {len(groups)} sheets")
    return 0


def _proof(options: argparse.Namespace) -> int:
    from qingshan.proof import proof

    workspace = _workspace(options)
    made, path = proof(workspace, options.edition, options.file)
    for line in made.lines():
        print(line)
    print(f"{workspace.shown(path)}: the report to tick off")
    return 1 if made.wrong else 0


def _verify(options: argparse.Namespace) -> int:
    from qingshan.dataset import published_folder
    from qingshan.edition import verify
    from qingshan.edition.published import is_published, manifest_hash, record_problem
    from qingshan.edition.recheck import verify_quotes

    workspace = _workspace(options)
    folder = published_folder(workspace, options.edition)
    problems = verify(folder)
    if not problems and (problem := record_problem(workspace, options.edition)):
        problems = [problem]
    differing, held = verify_quotes(workspace, options.edition, folder)
    problems += differing
    for problem in problems:
        _say(problem)
    if not problems:
        print(f"{workspace.shown(folder)}: every file is as its manifest says")
        quotes = f"{held} quotes are the characters of their sources, one by one"
        print(f"{workspace.shown(folder)}: {quotes if held else 'no source file is here to hold its quotes against'}")
        if is_published(folder):
            name = workspace.shown(workspace.signoff_file(options.edition))
            print(f"{workspace.shown(folder)}: published, manifest {manifest_hash(folder)[:12]}… as in {name}")
    return 1 if problems else 0


def _diff(options: argparse.Namespace) -> int:
    from qingshan import store
    from qingshan.dataset import published_folder
    from qingshan.edition import diff, published
    from qingshan.registry import load_registry

    if options.before == options.after:
        raise InputError(Problem("qingshan diff", f"{options.after} twice", "two editions", "Name another one."))
    workspace = _workspace(options)
    revisions = []
    for edition in (options.before, options.after):
        folder = published_folder(workspace, edition)
        published.check(folder, workspace.shown(folder))
        revisions.append(published.read(folder, edition))
    rows = diff.diff_rows(revisions[0], revisions[1], load_registry(workspace.registry))
    told = ", ".join(f"{number} {kind}" for kind, number in diff.counts(rows).items())
    print(f"{options.before} → {options.after}: {told}")
    for row in rows[: max(options.top, 0)]:
        print(f"  {row['change']:<10} {row['sentence_en']}")
    if options.out:
        store.write_table(options.out, diff.DIFF, rows)
        print(f"{options.out}: {len(rows)} changes")
    return 1 if rows else 0


def _lab(options: argparse.Namespace) -> int:
    from qingshan import pipeline

    pipeline.lab(_workspace(options))
    return 0


def _notebooks_save(options: argparse.Namespace) -> int:
    from qingshan import pipeline

    workspace = _workspace(options)
    saved = pipeline.save_notebooks(workspace)
    for path in saved:
        print(f"saved {workspace.shown(path)}")
    if not saved:
        print("nothing to save: no working copy differs")
    return 0


if __name__ == "__main__":
    sys.exit(main())
