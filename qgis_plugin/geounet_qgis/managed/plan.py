"""What a person wants installed, where, and how."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from geounet_qgis.managed import environment
from geounet_qgis.managed.builds import AUTO, LIGHT
from geounet_qgis.managed.errors import InstallError
from geounet_qgis.managed.network import Network
from geounet_qgis.managed.own_wheel import own_wheel
from geounet_qgis.managed.report import Report
from geounet_qgis.managed.versions import REQUIREMENT
from geounet_qgis.translation import tr


@dataclass(frozen=True)
class Plan:
    """Empty means the plugin's own choice."""

    folder: str | Path
    """Where the environment goes: a subfolder of this one."""
    python: str = ""
    """The Python to make it from: a program, or the folder of an environment."""
    build: str = AUTO
    """One of `builds.NAMES`."""
    wheels: str = ""
    """A folder of wheels: then nothing comes from a network."""
    requirement: str = ""
    """What to install in place of the plugin's own wheel, or REQUIREMENT where it has none: a wheel's or a checkout's
    path, or any that pip understands."""
    train: bool = False
    """Whether to install what training needs as well."""
    network: Network = field(default_factory=Network)
    use_uv: bool = True
    """Whether uv may be used; venv and pip alone otherwise."""


@dataclass(frozen=True)
class Job:
    """A plan that is being carried out."""

    plan: Plan
    report: Report
    environ: Mapping[str, str]
    """Cleaned of QGIS's own; the proxy is in it."""
    target: Path
    """The new environment."""

    @property
    def python(self) -> str:
        """Its Python."""
        return str(environment.python_of(self.target))

    @property
    def cache(self) -> Path:
        """Where downloads are kept."""
        return environment.cache(self.plan.folder)

    @property
    def requirement_file(self) -> Path:
        """A file that holds the requirement: an address with a password in it must not be among a program's words."""
        return self.target / "requirement.txt"

    @property
    def offline_words(self) -> list[str]:
        """Let pip or uv look into the folder of wheels alone, where there is one."""
        return (
            ["--no-index", "--find-links", str(Path(self.plan.wheels).absolute())] if self.plan.wheels else []
        )


def requirement(plan: Plan) -> str:
    """Give the requirement as pip and uv read it in a file. Raises InstallError where it is none."""
    wheel = _wheel(plan)
    if wheel:
        return f"geounet{_extras(plan)} @ {wheel.as_uri()}"
    text = " ".join((plan.requirement or REQUIREMENT).split())
    if text.startswith("-"):  # an option, to whoever reads the file: to trust any certificate, for one
        raise InstallError(
            tr("{text} is not a requirement.").format(text=text),
            hint=tr("Name a version, such as geounet==0.1.0, or the path of a wheel or of a checkout."),
        )
    path = Path(text).expanduser()
    if path.exists():
        return f"geounet{_extras(plan)} @ {path.resolve().as_uri()}"
    if text.endswith(".whl") and "://" not in text:
        raise InstallError(
            tr("{path} is not there.").format(path=text), hint=tr("Choose the wheel once more.")
        )
    return re.sub(r"^geounet(?!\[)\b", f"geounet{_extras(plan)}", text)


def digest(plan: Plan) -> str:
    """Give what tells one requirement from another, without saying it: it may hold a password."""
    wheel = _wheel(plan)  # wherever the plugin lies
    text = f"geounet{_extras(plan)} @ {wheel.name}" if wheel else requirement(plan)
    text += " without torch" if plan.build == LIGHT else ""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _wheel(plan: Plan) -> Path | None:
    """Give the plugin's own wheel, unless a person wants something else."""
    return None if plan.requirement.strip() else own_wheel()


def _extras(plan: Plan) -> str:
    return "[train]" if plan.train and plan.build != LIGHT else ""
