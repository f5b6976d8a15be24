"""What is done where the build of torch that was announced cannot be had: the same from elsewhere, or nothing.

Never another one: on Linux the package index's own has CUDA, and takes 7 GB where a person was told of a CPU.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from geounet_qgis.managed import builds
from geounet_qgis.managed.builds import Choice
from geounet_qgis.managed.cpu_wheels import cpu_torch
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.plan import Job
from geounet_qgis.translation import tr


def otherwise(job: Job, choice: Choice, error: InstallError) -> Choice:
    """Pin a wheel for the CPU that is at hand, or take the package index's own where that is for the CPU too.

    Raises the error, with what else there is to choose, where neither gives the build of `choice`.
    """
    version = cpu_torch(job.environ, environment=job.target) if choice.build == builds.CPU else ""
    if version:
        with job.requirement_file.open("a", encoding="utf-8") as file:
            file.write(f"torch=={version}\n")
        job.report.line(tr("torch {version} comes from pip's folder of wheels.").format(version=version))
        return choice
    if choice.build == builds.CPU and sys.platform != "linux":
        job.report.line(tr("The package index's own build of torch comes, which is for the CPU here."))
        return replace(choice, build=builds.INDEX)
    own = tr(
        "Or choose the package index's own build under Build: on Linux it comes with CUDA (about 7 GB), elsewhere "
        "it is for the CPU."
    )
    raise InstallError(str(error), hint=f"{error.hint} {own}") from error
