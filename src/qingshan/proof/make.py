"""Compares a laid-out file with an edition, number by number.

Flows in: a file that came back from layout, the folder of an edition, the registry. Flows out: every number of the file
with its verdict, and the report that a person ticks off, under ``data/work/<edition>/proof``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qingshan import files
from qingshan.documents import read_given
from qingshan.model import Column, InputError, Problem, SourceText, TableContract, Workspace, visible
from qingshan.proof.align import Aligner
from qingshan.proof.blocks import blocks
from qingshan.proof.compare import DIFFERS, LABEL, MATCHES, UNSOURCED, Checked, compare
from qingshan.proof.known import Known
from qingshan.proof.settle import Settler
from qingshan.proof.tokens import Tokenizer
from qingshan.readers.choose import read_source
from qingshan.registry import load_registry

FORMATS = ("docx", "pdf", "html", "txt")
PROOF = TableContract(
    "proof",
    (
        Column("number", str, "the number as laid out, with the words beside it"),
        Column("verdict", str, "matches, differs, unsourced, label"),
        Column("what", str, "in what it differs"),
        Column("ours", str, "the number as the edition has it"),
        Column("observation_ids", str, "observations that it can be, a blank between them"),
        Column("where", str, "page, paragraph or cell of the file"),
        Column("sentence", str, "the sentence or row of the file"),
        Column("edition_sentence", str, "the one of the edition it was compared with"),
    ),
    (),
)


@dataclass(frozen=True)
class Proof:
    """Every number of one laid-out file, in the order of the file."""

    edition: str
    file: str
    checked: tuple[Checked, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many numbers have which verdict."""
        return dict(Counter(one.verdict for one in self.checked))

    @property
    def wrong(self) -> tuple[Checked, ...]:
        """The numbers that differ or have no source."""
        return tuple(one for one in self.checked if one.verdict in (DIFFERS, UNSOURCED))

    def lines(self) -> Iterator[str]:
        """Yield a line for each wrong number, and one that sums up."""
        for one in self.wrong:
            ours = f", ours: {one.ours} (another {one.what})" if one.ours else ""
            yield visible(f"{one.block.locator}: {one.verdict}: {one.printed}{ours}", line_end=" ")
        told = ", ".join(f"{self.counts.get(name, 0)} {name}" for name in (MATCHES, DIFFERS, UNSOURCED))
        yield f"{self.file}: {len(self.checked)} numbers: {told}, {self.counts.get(LABEL, 0)} labels and dates"


def check(
    printed: SourceText, references: Iterable[SourceText], tokenizer: Tokenizer, known: Known
) -> tuple[Checked, ...]:
    """Return every number of a read file, judged by the sentences of the edition's own files and by its data."""
    own = [block for reference in references for block in blocks(reference, tokenizer)]
    aligner = Aligner(tuple({(block.text, block.is_row): block for block in own}.values()))
    found = [one for block in blocks(printed, tokenizer) for one in compare(block, aligner.align(block), known)]
    return Settler(own).settle(found)


def proof(workspace: Workspace, edition: str, file: Path) -> tuple[Proof, Path]:
    """Check a laid-out file against an edition; write the report and return both.

    Raises
    ------
    InputError
        A file that no reader reads, no such edition, or an edition whose files are not as its manifest says.
    """
    from qingshan.dataset import published_folder
    from qingshan.edition.published import check as check_folder
    from qingshan.edition.published import table as published_table
    from qingshan.proof import report

    ending = file.name.lower().rpartition(".")[2]
    if ending not in FORMATS:
        found = f"a file named .{ending}" if "." in file.name else "a name without an ending"
        raise InputError(Problem(str(file), found, f"one of {', '.join(FORMATS)}", "Save it in one of these formats."))
    data = read_given(file, "a laid-out file")
    folder = published_folder(workspace, edition)
    check_folder(folder, workspace.shown(folder))
    printed = read_source(data, where=file.name, name=file.name)
    registry = load_registry(workspace.registry)
    known = Known(published_table(folder, "observations")[1], registry)
    made = Proof(edition, file.name, check(printed, own_texts(folder), Tokenizer(registry), known))
    target = workspace.work(edition, "proof")
    files.write_atomic(target / f"{file.name}.csv", PROOF.csv_text(_rows(made.checked)))
    path = target / f"{file.name}.html"
    files.write_atomic(path, report.render(made))
    return made, path


def own_texts(folder: Path) -> list[SourceText]:
    """Return the files of an edition that people read: its Word files, else its pages."""
    documents = sorted(folder.glob("**/*.docx")) or sorted(folder.glob("index.*.html"))
    return [read_source(path.read_bytes(), where=path.name, name=path.name) for path in documents]


def _rows(checked: Sequence[Checked]) -> Iterable[dict[str, str]]:
    for one in checked:
        yield {
            "number": one.printed,
            "verdict": one.verdict,
            "what": one.what,
            "ours": one.ours,
            "observation_ids": " ".join(one.observations),
            "where": one.block.locator,
            "sentence": one.block.text,
            "edition_sentence": one.reference,
        }
