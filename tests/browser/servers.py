"""Real Jupyter servers: each with a home, configuration and data folders of its own, so that nothing of this machine's
user gets in, and nothing is left behind. Their kernel is the interpreter that runs the tests.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

START = 90  # seconds that a server may take to answer
STOP = 15  # seconds that it may take to end
TOKEN = "browser-tests"
MODULES = {"lab": "jupyterlab", "notebook": "notebook"}
EXPOSE = {"lab": "LabApp.expose_app_in_browser", "notebook": "JupyterNotebookApp.expose_app_in_browser"}


def new_home(home: Path, settings: dict[str, dict[str, Any]] | None = None) -> Path:
    """The home of a user who never worked here: one kernel, no news, and the settings that a test asks for.

    Args:
        home: the folder to make.
        settings: by plugin (``"@jupyterlab/notebook-extension:tracker"``), what the user has set there.
    """
    kernel = home / "data" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3", "language": "python", "metadata": {"debugger": False}}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    quiet = {"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False}}
    for plugin, values in {**quiet, **(settings or {})}.items():
        package, name = plugin.split(":")
        file = home / "settings" / package / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    return home


@dataclass
class JupyterServer:
    """A running server.

    Attributes:
        kind: ``"lab"`` for JupyterLab, ``"notebook"`` for Notebook 7.
        root: the folder whose notebooks it serves.
        home: whose home it runs in; two servers with one home are two sittings of one user.
        url: its address, without a slash at the end.
    """

    kind: str
    root: Path
    home: Path
    url: str
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, kind: str, root: Path, home: Path) -> JupyterServer:
        """Start a server and wait until it answers.

        Raises:
            RuntimeError: it ended, or did not answer in time; with what it said.
        """
        port = _free_port()
        log = home / f"{kind}-{port}.log"
        command = [
            *(sys.executable, "-m", MODULES[kind], "--no-browser", "--allow-root", "--ip=127.0.0.1"),
            *(f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={root}"),
            *(f"--IdentityProvider.token={TOKEN}", f"--{EXPOSE[kind]}=True", "--LabApp.news_url=None"),
            *("--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly"),
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, env=_environment(home), cwd=root, stdout=output, stderr=output, start_new_session=True
            )
        server = cls(kind, root, home, f"http://127.0.0.1:{port}", process)
        begin = time.monotonic()
        while not server._answers():
            if process.poll() is not None or time.monotonic() - begin > START:
                server.stop()
                raise RuntimeError(f"the {kind} server did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.1)
        return server

    def stop(self) -> None:
        """End the server and its kernels."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    def page_of(self, path: str) -> str:
        """The address of the page of a notebook."""
        if self.kind == "lab":
            return f"{self.url}/doc/tree/{path}?token={TOKEN}&reset"
        return f"{self.url}/notebooks/{path}?token={TOKEN}"

    def end_kernels(self) -> None:
        """Shut down all kernels, as a server that restarts does."""
        for session in json.loads(self.ask("GET", "sessions")):
            self.ask("DELETE", f"sessions/{session['id']}")

    def restart_kernel(self, kernel: str) -> None:
        """Restart a kernel behind the back of the page."""
        self.ask("POST", f"kernels/{kernel}/restart")

    def ask(self, method: str, what: str) -> bytes:
        """Send a request to the server's REST API and give its answer."""
        request = urllib.request.Request(
            f"{self.url}/api/{what}",
            method=method,
            headers={"Authorization": f"token {TOKEN}"},
            data=b"" if method == "POST" else None,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read()

    def _answers(self) -> bool:
        try:
            self.ask("GET", "status")
        except OSError:
            return False
        return True


def _environment(home: Path) -> dict[str, str]:
    """The environment of a user at home there, who does not run tests."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JUPYTER", "JPY_"))}
    folders = {
        "HOME": "",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "MPLCONFIGDIR": "matplotlib",
    }
    return {**clean, **{name: str(home / folder) for name, folder in folders.items()}}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
