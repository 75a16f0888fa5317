"""Runs the stages of an edition in order and promotes the edition when validation is green.

Flows in: a workspace whose sources have been checked, and typed parameters. Flows out: executed notebooks, stage
records, the validation report, and the promoted edition. It holds no rule about figures.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape

from qingshan import files
from qingshan.model import InputError, Problem, QingshanError, StageError, Workspace, nearest
from qingshan.pipeline import plan, publication
from qingshan.pipeline.parameters import Value, check_all
from qingshan.pipeline.plan import STAGES, Stage

Say = Callable[[str], object]
Values = Mapping[str, Mapping[str, Value]]

_REASONS_SHOWN = 10
_FAILURE_PAGE = """<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><title>{edition} 运行未完成 · run stopped</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>body{{font-family:sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}}pre{{white-space:pre-wrap}}</style>
</head><body><h1>{edition} 运行未完成</h1><p>本次运行在“{stage}”一步停下，没有产生核验结果，也没有发布任何内容。</p>
<h2 lang="en">Run stopped</h2><p lang="en">This run stopped in stage {stage}: nothing was validated or published.</p>
<pre>{message}</pre></body></html>
"""


def run(
    workspace: Workspace,
    edition: str,
    *,
    only: str = "",
    force: bool = False,
    dry_run: bool = False,
    parameters: Mapping[str, str] | None = None,
    say: Say = print,
) -> int:
    """Check everything a person gave, then run what is stale and promote what is green.

    Parameters
    ----------
    only
        Name of the one stage to run; the stages before it must be fresh.
    force
        Run stages although nothing changed.
    dry_run
        Say which stages would run and why; write nothing.
    parameters
        Name -> text, for any of the notebooks; each takes the names it declares.
    say
        Where progress goes, one line at a time. The last line is the path of the report, also after a failure.

    Returns
    -------
    int
        0 done; 1 validation failed or a stage broke; 2 a stage found a mistake in the input.

    Raises
    ------
    InputError
        Before any kernel starts: parameters, stage name, sources, another run under way.
    """
    values = _checked(workspace, edition, only, parameters or {})
    if dry_run:
        return _dry_run(workspace, edition, values, only, force, say)
    return run_stages(workspace, edition, values, only=only, force=force, say=say)


def run_stages(
    workspace: Workspace, edition: str, values: Values, *, only: str = "", force: bool = False, say: Say = print
) -> int:
    """Do what `run` does after its checks; `values` holds the typed values of each notebook.

    Raises
    ------
    InputError
        Another run is under way, or stages before `only` are stale.
    """
    target = workspace.clean(edition)
    with files.run_lock(workspace.work(edition, "run.lock")):
        if files.recover(target):
            say(f"{workspace.shown(target)}: finished a promotion that had been cut short")
        files.remove_litter(workspace.work(edition))
        code = _Run(workspace, edition, values, force, say, plan.package_hash()).go(only)
    say(workspace.shown(workspace.report(edition)))
    return code


@dataclass
class _Run:
    """One run under the lock."""

    workspace: Workspace
    edition: str
    values: Values
    force: bool
    say: Say
    package: str

    def go(self, only: str) -> int:
        chosen = _chosen(only)
        self._require_fresh(STAGES[: chosen[0].number - 1], only)
        for stage in chosen:
            started = time.monotonic()
            try:
                self._stage(stage, started)
            except QingshanError as error:
                return self._stopped(stage, str(error), error.exit_code, started)
            except KeyboardInterrupt:
                return self._stopped(stage, "stopped by hand", 1, started)
        try:
            return self._finish(chosen[-1])
        except QingshanError as error:
            self.say(str(error))
            return error.exit_code

    def _fingerprint(self, stage: Stage) -> dict[str, object]:
        values = self.values[stage.notebook]
        return plan.fingerprint(stage, self.workspace, self.edition, values, self.package)

    def _require_fresh(self, stages: Iterable[Stage], only: str) -> None:
        """Refuse to build on what is stale: it would look fresh afterwards."""
        stale = [
            Problem(f"stage {stage.name}", why, f"a fresh stage before {only}", f"Run: qingshan run {self.edition}.")
            for stage in stages
            if (why := plan.why_run(stage, self.workspace, self.edition, self._fingerprint(stage)))
        ]
        if stale:
            raise InputError(stale)

    def _stage(self, stage: Stage, started: float) -> None:
        fingerprint = self._fingerprint(stage)
        if not self.force and not plan.why_run(stage, self.workspace, self.edition, fingerprint):
            self.say(_line(stage, f"{stage.summary(self.workspace, self.edition)} (unchanged, reused)", started))
            return
        self._execute(stage)
        if self._fingerprint(stage) != fingerprint:
            raise StageError("its inputs changed while it ran; run again when nobody edits them")
        plan.write_record(stage, self.workspace, self.edition, fingerprint)
        self.say(_line(stage, stage.summary(self.workspace, self.edition), started))

    def _execute(self, stage: Stage) -> None:
        from qingshan.pipeline.notebooks import run_notebook  # papermill: only when a notebook is about to run

        files.remove_tree(stage.record(self.workspace, self.edition))
        for place in stage.writes(self.workspace, self.edition).values():
            files.remove_tree(place)
        source = plan.notebook_file(stage, self.workspace)
        target = self.workspace.work(self.edition, "runs", source.name)
        # the kernel starts in the workspace, so that no path of the machine stands in the executed copy
        run_notebook(source, target, {"workspace": ".", **self.values[stage.notebook]}, self.workspace.root)

    def _stopped(self, stage: Stage, message: str, code: int, started: float) -> int:
        self.say(_line(stage, "stopped", started))
        self.say(f"stage {stage.name}, {message}")
        copy = self.workspace.work(self.edition, "runs", f"{stage.notebook}.ipynb")
        self.say(f"executed copy: {self.workspace.shown(copy)}")
        if stage.number <= _number("validate"):  # after it, the report of this run stands already
            page = _FAILURE_PAGE.format(edition=escape(self.edition), stage=stage.name, message=escape(message))
            files.write_atomic(self.workspace.report(self.edition), page)
        return code

    def _finish(self, last: Stage) -> int:
        """Promote a green edition; say why another is none. A verdict that is missing is not green.

        A published edition is never replaced by a candidate: what differs from it needs a new revision.
        """
        if last.number < _number("validate"):
            return 0
        verdict = plan.read_json(self.workspace.work(self.edition, "validate", "verdict.json"))
        if verdict.get("publishable") is True:
            return self._promote() if last is STAGES[-1] else 0
        given = verdict.get("reasons")
        reasons = [str(reason) for reason in given] if isinstance(given, list) else []
        reasons = reasons or ["validation left no verdict"]
        draft = f"; a watermarked draft is in {self.workspace.shown(self.workspace.staged(self.edition))}"
        self.say(f"not published: {len(reasons)} reason(s){draft if last is STAGES[-1] else ''}")
        for reason in reasons[:_REASONS_SHOWN]:
            self.say(f"  - {reason}")
        return 1

    def _promote(self) -> int:
        if publication.is_recorded(self.workspace, self.edition):
            return publication.restore(self.workspace, self.edition, self.say)
        publication.promote(self.workspace, self.edition, self.workspace.staged(self.edition), self.say)
        return 0


def _checked(workspace: Workspace, edition: str, only: str, given: Mapping[str, str]) -> Values:
    """Check all a person gave before anything is written or started."""
    from qingshan import sources

    problems = []
    if "edition" in given:
        remedy = "Leave it out of the parameters."
        problems.append(Problem("parameter edition", repr(given["edition"]), "the command's argument only", remedy))
    names = [stage.name for stage in STAGES]
    if only and only not in names:
        remedy = f"Stages are: {', '.join(names)}."
        problems.append(Problem("--only", f"{only!r}{nearest(only, names)}", "the name of a stage", remedy))
    for stage in STAGES:
        try:
            plan.notebook_file(stage, workspace)
        except InputError as error:
            problems.extend(error.problems)
    values: Values = {}
    try:
        values = check_all({**given, "edition": edition}, workspace=workspace)
    except InputError as error:
        problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    for made in ("work", "clean"):  # a link there would lead the writing out of the workspace
        files.inside(workspace.root, f"data/{made}/{edition}")
    sources.check_sources(workspace, edition)
    return values


def _dry_run(workspace: Workspace, edition: str, values: Values, only: str, force: bool, say: Say) -> int:
    package, earlier = plan.package_hash(), ""
    for stage in _chosen(only):
        fingerprint = plan.fingerprint(stage, workspace, edition, values[stage.notebook], package)
        why = plan.why_run(stage, workspace, edition, fingerprint) or ("--force" if force else "")
        if why:
            text, earlier = f"would run: {why}", earlier or stage.name
        else:
            text = f"unchanged, unless {earlier} writes something new" if earlier else "unchanged"
        say(f"[{stage.number}/{len(STAGES)}] {stage.name:<9} {text}")
    say(workspace.shown(workspace.report(edition)))
    return 0


def _chosen(only: str) -> tuple[Stage, ...]:
    return tuple(stage for stage in STAGES if only in ("", stage.name))


def _number(name: str) -> int:
    return next(stage.number for stage in STAGES if stage.name == name)


def _line(stage: Stage, text: str, started: float) -> str:
    return f"[{stage.number}/{len(STAGES)}] {stage.name:<9} {text.strip()}   {time.monotonic() - started:.1f} s"
