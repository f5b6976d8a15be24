"""Makes the environment with Python's own venv, and installs into it with its pip."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from geounet_qgis.managed import tool
from geounet_qgis.managed.network import old_pip_certificates, pip_certificates
from geounet_qgis.managed.plan import Job
from geounet_qgis.managed.uvs import Uv, find_uv
from geounet_qgis.managed.versions import Version, parsed
from geounet_qgis.translation import tr

RESUMES_SINCE = (25, 1)
"""pip's --resume-retries; from 25.2 it resumes unasked (pip's NEWS)."""

FEW_RETRIES = ("--retries", "2")  # of what can be done without
UNWANTED = (
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_PYTHON",
    "PIP_NO_CACHE_DIR",
    "PIP_DRY_RUN",
    "PIP_REPORT",
)


def make(job: Job, *, python: str) -> tool.Ran:
    """Make the environment with pip in it."""
    return tool.run([python, "-I", "-m", "venv", str(job.target)], job.report, environ=job.environ)


def upgrade(job: Job) -> Version:
    """Bring an old pip up to date where that can be done, so that it resumes downloads; give its version."""
    version = _version(job)
    if version >= RESUMES_SINCE:
        return version
    _install(job, version, words=[*FEW_RETRIES, "--upgrade", "pip"])
    upgraded = _version(job)
    if upgraded < RESUMES_SINCE:
        job.report.line(tr("pip stays as it is: a download that breaks off begins anew."))
    return upgraded


def fetch_uv(job: Job, version: Version) -> Uv | None:
    """Install uv into the environment, where it can be had."""
    ran = _install(job, version, words=[*FEW_RETRIES, "uv"])
    return None if ran.code else find_uv({**job.environ, "PATH": "", "HOME": ""}, python=job.python)


def install(job: Job, version: Version, *, words: Sequence[str] = ()) -> tool.Ran:
    """Install the requirement."""
    return _install(job, version, words=[*words, "--requirement", str(job.requirement_file)])


def _install(job: Job, version: Version, *, words: list[str]) -> tool.Ran:
    resume = ["--resume-retries", "20"] if version >= RESUMES_SINCE else []
    certificates = pip_certificates(job.plan.network, version)
    all_words = [*_pip(job), "install", *resume, *certificates, *job.offline_words, *words]
    return tool.run(all_words, job.report, environ=_environ(job, version))


def _version(job: Job) -> Version:
    ran = tool.run([*_pip(job), "--version"], job.report, environ=job.environ)
    return parsed(" ".join(ran.lines))


def _pip(job: Job) -> list[str]:
    return [job.python, "-I", "-m", "pip"]  # -I: nothing of QGIS's working folder is imported


def _environ(job: Job, version: Version) -> Mapping[str, str]:
    """Give pip's variables; those of a person's own that would lead it elsewhere are left out."""
    environ = {name: value for name, value in job.environ.items() if name not in UNWANTED}
    if job.plan.wheels:
        environ.pop("PIP_FIND_LINKS", None)
    certificates = old_pip_certificates(job.plan.network, version, folder=job.target)
    return {
        **certificates,  # a certificate that a person has named comes before
        **environ,
        "PIP_CACHE_DIR": str(job.cache / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_PROGRESS_BAR": "off",
        "PIP_USER": "0",
    }
