"""A real JupyterLab for the tests: on 127.0.0.1, with a token, on a workspace of the test; ended with all its kernels."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from qingshan.pipeline import prepare_lab

STARTED = """() => {
  const name = document.querySelector(".jp-Toolbar-kernelName");
  const state = document.querySelector(".jp-Notebook-ExecutionIndicator");
  return name && name.innerText.includes("Python") && state && state.dataset.status === "idle";
}"""
PATIENCE = 120.0  # seconds: a busy machine in CI imports JupyterLab for the first time


@contextlib.contextmanager
def running_lab(workspace, log):
    """Start `make lab`'s own command without a browser; give a function from a path to the address that opens it."""
    command = prepare_lab(workspace, lambda text: None)
    token, port = secrets.token_hex(16), _free_port()
    arguments = [*command.arguments, "--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    with log.open("w") as out:
        server = subprocess.Popen(
            arguments, env=command.environment | {"JUPYTER_TOKEN": token}, cwd=workspace.root,
            stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(server, f"http://127.0.0.1:{port}/api/status?token={token}", log)
            yield lambda path: f"http://127.0.0.1:{port}{path}?token={token}"
        finally:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(20)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signal.SIGKILL)  # its own group: the kernels it left
            server.wait(20)


def open_queue(page, address):
    """Open the curation notebook, run all its cells and return the queue once it is shown."""
    asking = page.get_by_text("Select kernel for")  # comes when cells are run before the kernel has started
    page.goto(address("/lab/tree/data/work/lab/3_curate.ipynb"))
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=PATIENCE * 1000)
    page.wait_for_function(STARTED, timeout=PATIENCE * 1000)
    for _ in range(4):
        menu(page, "Run", "Run All Cells")
        either = page.locator(".qs-queue").or_(asking)
        either.first.wait_for(timeout=PATIENCE * 1000)
        if not asking.is_visible():
            break
        page.keyboard.press("Enter")
        asking.wait_for(state="hidden")
        page.wait_for_function(STARTED, timeout=PATIENCE * 1000)
    return shown_queue(page)


def shown_queue(page):
    """Return the queue once the page shows it."""
    queue = page.locator(".qs-queue")
    queue.wait_for(timeout=PATIENCE * 1000)
    return queue


def menu(page, name, item):
    page.locator(".lm-MenuBar-itemLabel", has_text=name).first.click()
    page.locator(".lm-Menu-itemLabel").get_by_text(item, exact=True).click()


def _free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(server, address, log):
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with (
            contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError),
            urllib.request.urlopen(address, timeout=5),
        ):
            return
        if server.poll() is not None:
            break
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")
