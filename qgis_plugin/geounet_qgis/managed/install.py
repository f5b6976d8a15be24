"""Makes the private environment: beside the one in use, which it replaces only when it has been found to work.

    a Python ─▶ a build of torch ─▶ environment ─▶ installer ─▶ geounet ─▶ doctor ─▶ in use; the old one is removed

Whatever happens before the last arrow leaves the old one in use and removes the new one; only downloads are kept.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from geounet_qgis.child.variables import clean
from geounet_qgis.managed import builds, environment, light, lock, with_pip, with_uv
from geounet_qgis.managed.builds import Choice
from geounet_qgis.managed.check import checked
from geounet_qgis.managed.environment import Installed
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.failures import from_system, from_tool, is_blocked
from geounet_qgis.managed.gpus import found
from geounet_qgis.managed.network import proxy_variables, without_bundled_certificates
from geounet_qgis.managed.otherwise import otherwise
from geounet_qgis.managed.plan import Job, Plan, digest, requirement
from geounet_qgis.managed.pythons import search
from geounet_qgis.managed.report import InstallListener, Report
from geounet_qgis.managed.tool import Ran
from geounet_qgis.managed.uvs import Uv, find_uv
from geounet_qgis.translation import tr

__all__ = ["InstallError", "Installed", "Plan", "install"]

STEPS = 6
WHEELS = "wheels"
"""The build of an environment that came from a folder of wheels."""

GIGABYTE = 10**9
NEEDED_GB = {builds.CPU: 3, WHEELS: 3, builds.LIGHT: 2}
NEEDED_GB_WITH_CUDA = 10


def install(plan: Plan, listener: InstallListener, *, environ: Mapping[str, str] | None = None) -> Installed:
    """Make the environment and use it from now on; to repair one is to install again.

    Raises InstallError (with a hint), InstallCancelledError: what was in use before still is.
    """
    environ = os.environ if environ is None else environ
    log = environment.log_file(plan.folder)
    try:
        environment.root(plan.folder).mkdir(parents=True, exist_ok=True)
        with (
            lock.held(environment.lock_file(plan.folder)),
            Report(listener, log, secrets=plan.network.secrets) as report,
        ):
            try:
                return _installed(plan, report, environ)
            except InstallError as error:
                report.note(f"{error} {error.hint}")
                raise
    except OSError as error:
        raise from_system(error) from error


def _installed(plan: Plan, report: Report, environ: Mapping[str, str]) -> Installed:
    environment.remove_others(plan.folder)  # what an installation that was killed has left
    given = {**without_bundled_certificates(clean(environ)), **proxy_variables(plan.network)}
    job = Job(plan, report, given, environment.new(plan.folder))
    try:
        installed = _made(job)
        report.stop_if_cancelled()
        environment.point_at(plan.folder, installed)
    except BaseException:
        environment.remove_tree(job.target)
        raise
    environment.remove_others(plan.folder)
    environment.remove_tree(environment.cache(plan.folder))
    return installed


def _made(job: Job) -> Installed:
    wanted = requirement(job.plan)
    _begin(job, tr("Looking for Python"))
    uv = find_uv(job.environ) if job.plan.use_uv else None
    python = _python(job, uv)
    uv = uv or (find_uv(job.environ, python=python) if job.plan.use_uv else None)
    _begin(job, tr("Choosing the build of torch"))
    choice = _choice(job)
    _warn_of_little_space(job, choice)
    _begin(job, tr("Making the environment"))
    made = with_uv.make(job, uv, python=python) if uv else with_pip.make(job, python=python)
    _must(made, tr("The environment could not be made"))
    job.requirement_file.touch(mode=0o600)
    job.requirement_file.write_text(wanted + "\n", encoding="utf-8")
    build, tool = _filled(job, uv, choice)
    job.requirement_file.unlink()
    _begin(job, tr("Checking geounet"))
    healthy = checked(job.python, job.report, environ=job.environ)
    return Installed(
        python=job.python,
        geounet=healthy.version,
        protocol=healthy.protocol,
        build=build,
        requirement=digest(job.plan),
        tool=tool,
        made=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )


def _begin(job: Job, title: str) -> None:
    job.report.step(title, of=STEPS)


def _python(job: Job, uv: Uv | None) -> str:
    """Find the Python to make the environment from; empty where uv is to bring one."""
    looked = search(job.environ, chosen=job.plan.python, uv=uv is not None)
    for refused in looked.refused:
        job.report.line(f"{' '.join(refused.words)}: {refused.reason}")
    if looked.found:
        version = ".".join(map(str, looked.found.version))
        job.report.line(tr("Python {version}: {path}").format(version=version, path=looked.found.path))
        return looked.found.path
    if uv and not job.plan.wheels:
        job.report.line(tr("No Python fits: uv brings one."))
        return ""
    raise InstallError(
        tr("No Python 3.11, 3.12 or 3.13 that could be used was found."),
        hint=tr(
            "Install Python 3.12, or uv, or choose a Python; the log says why those that are there do not do."
        ),
    )


def _choice(job: Job) -> Choice:
    is_light = job.plan.build == builds.LIGHT
    if builds.intel_mac() and not is_light:
        raise InstallError(
            tr("torch has no builds for Macs with an Intel processor any more, and geounet needs it."),
            hint=tr("Use a Mac with an Apple processor, Windows or Linux."),
        )
    if job.plan.wheels:
        if not Path(job.plan.wheels).is_dir():
            raise InstallError(
                tr("{folder} is no folder of wheels.").format(folder=job.plan.wheels),
                hint=tr("Choose the folder once more, or none to install from the network."),
            )
        why = tr("From the folder {folder}.").format(folder=job.plan.wheels)
        return Choice(builds.LIGHT if is_light else WHEELS, why)
    choice = Choice(job.plan.build, tr("As chosen."))
    if job.plan.build == builds.AUTO:
        choice = builds.chosen(found(job.environ))
    job.report.line(f"{choice.build}: {choice.reason}")
    return choice


def _warn_of_little_space(job: Job, choice: Choice) -> None:
    free = shutil.disk_usage(environment.root(job.plan.folder)).free / GIGABYTE
    needed = NEEDED_GB.get(choice.build, NEEDED_GB_WITH_CUDA)
    if free < needed:
        job.report.line(
            tr("Only {free} GB are free; {needed} GB may be needed.").format(
                free=f"{free:.1f}", needed=needed
            )
        )


def _filled(job: Job, uv: Uv | None, choice: Choice) -> tuple[str, str]:
    """Install geounet; give the build that came, and the tool."""
    _begin(job, tr("Fetching the installer"))
    version = () if uv else with_pip.upgrade(job)
    if uv is None and job.plan.use_uv:
        uv = with_pip.fetch_uv(job, version)
    tool = f"uv {'.'.join(map(str, uv.version))}" if uv else f"pip {'.'.join(map(str, version))}"
    if choice.build == builds.LIGHT:
        _begin(job, tr("Installing geounet without torch"))
        for words in light.rounds(job):
            ran = (
                with_uv.install(job, uv, backend="", words=words)
                if uv
                else with_pip.install(job, version, words=words)
            )
            _must(ran, tr("geounet could not be installed"))
        return choice.build, tool
    _begin(job, tr("Installing geounet and torch"))
    if uv:
        return _with_uv(job, uv, choice), tool
    if choice.build not in {WHEELS, builds.INDEX}:
        without = InstallError(
            tr("Without uv the build of torch cannot be chosen."), hint=tr("Install uv, and try again.")
        )
        choice = otherwise(job, choice, without)
    _must(with_pip.install(job, version), tr("geounet could not be installed"))
    return choice.build, tool


def _with_uv(job: Job, uv: Uv, choice: Choice) -> str:
    failed = tr("geounet could not be installed")
    backend = "" if choice.build in {WHEELS, builds.INDEX} else choice.build
    ran = with_uv.install(job, uv, backend=backend)
    if ran.code and backend and is_blocked(ran.lines):
        # An office may let its own index through and nothing else.
        choice = otherwise(job, choice, from_tool(ran.lines, doing=failed))
        ran = with_uv.install(job, uv, backend="")
    _must(ran, failed)
    return choice.build


def _must(ran: Ran, doing: str) -> None:
    if ran.code:
        raise from_tool(ran.lines, doing=doing)
