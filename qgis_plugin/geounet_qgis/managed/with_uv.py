"""Makes the environment and installs into it with uv."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geounet_qgis.managed import environment, tool
from geounet_qgis.managed.network import uv_certificates
from geounet_qgis.managed.pip_settings import for_uv
from geounet_qgis.managed.plan import Job
from geounet_qgis.managed.uvs import Uv

PYTHON = "3.12"
"""The Python that uv brings where there is none."""

UNWANTED = (
    "UV_SYSTEM_PYTHON",
    "UV_PYTHON",
    "UV_TORCH_BACKEND",
    "UV_NO_CACHE",
    "UV_PROJECT",
    "UV_WORKING_DIR",
)
SECONDS_WITHOUT_A_BYTE = "120"


def make(job: Job, uv: Uv, *, python: str) -> tool.Ran:
    """Make the environment from a Python, or from one that uv brings where `python` is empty."""
    which = ["--python", python] if python else ["--python", PYTHON, "--managed-python"]
    words = [*_uv(job, uv), "venv", "--no-project", *which, str(job.target)]
    allowed = {"UV_PYTHON_DOWNLOADS": "never" if python else "automatic"}
    return tool.run(words, job.report, environ={**_environ(job, uv), **allowed})


def install(job: Job, uv: Uv, *, backend: str, words: Sequence[str] = ()) -> tool.Ran:
    """Install the requirement; `backend` names torch's build for uv, empty for the index's own."""
    all_words = [*_uv(job, uv), "pip", "install", "--python", job.python, "--compile-bytecode", *words]
    all_words += [f"--torch-backend={backend}"] if backend else []
    all_words += [*job.offline_words, "--requirements", str(job.requirement_file)]
    environ = {**_environ(job, uv), "UV_PYTHON_DOWNLOADS": "never"}
    return tool.run(all_words, job.report, environ=environ)


def _uv(job: Job, uv: Uv) -> list[str]:
    # Away from QGIS's working folder, whose pyproject.toml or uv.toml uv would heed.
    return [*uv.words, "--directory", str(environment.root(job.plan.folder))]


def _environ(job: Job, uv: Uv) -> Mapping[str, str]:
    """Give uv's variables; those of a person's own that would lead it elsewhere are left out."""
    environ = {name: value for name, value in job.environ.items() if name not in UNWANTED}
    environ.setdefault("UV_HTTP_TIMEOUT", SECONDS_WITHOUT_A_BYTE)
    ours = {
        "UV_CACHE_DIR": str(job.cache / "uv"),
        "UV_PYTHON_INSTALL_DIR": str(environment.pythons(job.plan.folder)),
        "UV_NO_PROGRESS": "1",
        **uv_certificates(job.plan.network, uv.version),
    }
    if not job.plan.wheels:
        return {**environ, **for_uv(environ), **ours}
    environ.pop("UV_FIND_LINKS", None)
    return {**environ, **ours, "UV_OFFLINE": "1"}
