"""The queue on a notebook's screen: the widget that carries messages between a `Session` and plain JavaScript.

Flows in: what a person presses. Flows out: views. The screen gets data only; every string in them is put into the page
as text.
"""

from __future__ import annotations

import datetime
import getpass
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from qingshan.model import QingshanError, Workspace
from qingshan.queue.session import Session

_STATIC = Path(__file__).parent / "static"


class QueueWidget(anywidget.AnyWidget):
    """The review queue of one edition."""

    _esm = (_STATIC / "queue.js").read_text(encoding="utf-8")
    _css = (_STATIC / "queue.css").read_text(encoding="utf-8")
    view = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Session) -> None:
        self._session, self._serial = session, 0
        super().__init__(view={**session.view(), "serial": 0, "asked": ""})
        self.on_msg(self._hear)

    def _hear(self, _widget: object, message: Any, _buffers: object) -> None:
        if not isinstance(message, dict):
            return
        do = message.get("do")
        if do == "search":
            query = str(message.get("query", ""))[:100]
            self.send({"query": query, "hits": self._session.search(query)})
        elif do == "guess":
            self.send({"guess": self._guess(message)})
        else:
            self._serial += 1
            self.view = {**self._session.act(message), "serial": self._serial, "asked": str(do)}

    def _guess(self, message: dict[str, Any]) -> dict[str, str] | None:
        try:
            return self._session.guess(message)
        except QingshanError:
            return None


def open_queue(workspace: Workspace, edition: str) -> QueueWidget:
    """Return the queue of an edition, decided in the name of whoever is logged in unless they say otherwise."""
    return QueueWidget(Session(workspace, edition, by=_login_name(), today=lambda: datetime.date.today().isoformat()))


def _login_name() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a user id that the system has no name for
        return ""
