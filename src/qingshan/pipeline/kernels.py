"""How a notebook's kernel is started and stopped: this Python, its own socket folder, no trace afterwards.

Flows in: the settings of the running process. Flows out: a kernel manager class for papermill. It must not read the
kernel specifications or IPython profiles of the machine: they would make one person's run differ from another's.
"""

from __future__ import annotations

import os
import sys
import tempfile
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from qingshan import files
from qingshan.model import StageError

_LONGEST = 80  # bytes of a socket folder's path: a socket's whole path may have 107 (sockaddr_un)
# a machine's habit of writing no bytecode slows every kernel; a display for charts is the kernel's own affair; a run
# that a notebook starts is not that notebook: nobody looks at its review queue
_NOT_INHERITED = ("PYTHONDONTWRITEBYTECODE", "MPLBACKEND", "PYTHONSTARTUP", "JUPYTER_RUNTIME_DIR", "JPY_SESSION_NAME")


class OwnFolderKernelManager(AsyncKernelManager):
    """A kernel of the running Python that talks through unix sockets in a folder of its own.

    Kernels over TCP race for ports when several start at once, and kernels over sockets collide in a shared folder.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        folder = socket_folder()
        self._remove_folder = weakref.finalize(self, files.remove_tree, folder)
        self._own_folder = folder
        self.transport = "ipc"
        self.ip = str(folder / "s")
        self.connection_file = str(folder / "kernel.json")

    @property
    def kernel_spec(self) -> KernelSpec:
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )

    async def _async_pre_start_kernel(self, **settings: Any) -> tuple[list[str], dict[str, Any]]:
        environment = kernel_environment(settings.pop("env", None) or os.environ)
        environment["IPYTHONDIR"] = str(self._own_folder / "ipython")
        return await super()._async_pre_start_kernel(env=environment, **settings)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        await super()._async_cleanup_resources(restart=restart)
        if not restart:
            self._remove_folder()

    # the names under which the base class offers the two methods above to its callers
    pre_start_kernel = _async_pre_start_kernel
    cleanup_resources = _async_cleanup_resources


def kernel_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a kernel: that of this process without what must not be inherited; TZ stays."""
    kept = {name: value for name, value in environment.items() if name not in _NOT_INHERITED}
    return kept | {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # a debugger's warning on start, of no use here


def socket_folder() -> Path:
    """Make a folder, readable by its owner only, whose path leaves room for a socket's name.

    Raises
    ------
    StageError
        No temporary folder has a path short enough.
    """
    for parent in (tempfile.gettempdir(), "/tmp"):
        if len(os.fsencode(parent)) <= _LONGEST - 12 and os.access(parent, os.W_OK):
            return Path(tempfile.mkdtemp(prefix="qs-", dir=parent))
    raise StageError(f"no temporary folder with a path under {_LONGEST} bytes: set TMPDIR to a shorter one")
