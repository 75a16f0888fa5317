"""The pipeline: the six notebooks in order, what is unchanged left alone, and the promotion of a green edition.

Flows in: a workspace, an edition and parameters as text. Flows out: `data/work/<edition>` and, when validation is
green, `data/clean/<edition>`. Heavy libraries are imported only when a notebook is about to run.
"""

from qingshan.pipeline.lab import LabCommand, lab, prepare_lab, save_notebooks
from qingshan.pipeline.parameters import PARAMETERS
from qingshan.pipeline.plan import STAGES, Stage
from qingshan.pipeline.run import run, run_stages

__all__ = [
    "PARAMETERS",
    "STAGES",
    "LabCommand",
    "Stage",
    "lab",
    "prepare_lab",
    "run",
    "run_stages",
    "save_notebooks",
]
