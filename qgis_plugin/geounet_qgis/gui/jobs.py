"""The setup page's work, each a function that runs in a thread of its own and touches no window."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from geounet_qgis.gui.checking import check
from geounet_qgis.gui.order import Looked, Order, Outcome
from geounet_qgis.gui.work import Work
from geounet_qgis.managed import builds, environment, gpus, pythons
from geounet_qgis.managed import install as installing
from geounet_qgis.managed.interpreter import Interpreter, looked_at
from geounet_qgis.managed.locate import VARIABLE, NotSetUpError, find_python
from geounet_qgis.managed.plan import Plan
from geounet_qgis.translation import tr

BUILDS = {"cpu": "CPU", "cu126": "CUDA 12.6", "cu128": "CUDA 12.8"}
"""What builds are called, in every language."""


def look(order: Order, work: Work) -> Looked:
    """Find Pythons and graphics cards, and say which environment is in use."""
    status, is_ready = _state(order)
    found = _pythons(work)
    choice = builds.chosen(gpus.found(os.environ))
    return Looked(found, f"{_build_name(choice.build)}: {choice.reason}", status, is_ready)


def install(order: Order, work: Work) -> Outcome:
    """Make the private environment, or make it again; then check it as a person would."""
    installing.install(plan_of(order), work)
    return check(order, work, private=True)


def remove(order: Order, work: Work) -> Outcome:
    """Remove the private environment."""
    work.step(tr("Removing {}").format(environment.root(order.folder)), 0, 0)
    environment.remove(order.folder)
    return Outcome(tr("The private environment was removed."))


def plan_of(order: Order) -> Plan:
    """Say what is to be installed, as the installer takes it."""
    chosen = order.settings
    return Plan(
        order.folder,
        python=chosen.base_python,
        build=chosen.build,
        wheels=chosen.wheels,
        requirement=chosen.requirement,
        train=chosen.train,
        network=order.network,
    )


@dataclass(frozen=True)
class Jobs:
    """What the page's buttons do; tests have others."""

    look: Callable[[Order, Work], Looked] = look
    install: Callable[[Order, Work], Outcome] = install
    remove: Callable[[Order, Work], Outcome] = remove
    check: Callable[[Order, Work], Outcome] = check


def _state(order: Order) -> tuple[str, bool]:
    try:
        python = find_python(os.environ, chosen=order.settings.python, folder=str(order.folder))
    except NotSetUpError as error:
        return error.on_page, False
    if os.environ.get(VARIABLE):
        text = tr("In use: {}. The environment variable {} names it, and wins over what is chosen here.")
        return text.format(python, VARIABLE), True
    installed = None if order.settings.python else environment.current(order.folder)
    if installed is None:
        return tr("In use: {}").format(python), True
    about = tr("In use: the private environment, with geounet {}. Build of torch: {}")
    return about.format(installed.geounet, _build_name(installed.build)), True


def _build_name(build: str) -> str:
    if build == builds.INDEX and sys.platform == "linux":
        return tr("the package index's own, with CUDA")
    others = {
        builds.INDEX: tr("the package index's own"),
        builds.LIGHT: tr("none: it is the small one, for the CPU"),
        installing.WHEELS: tr("from a folder of wheels"),
    }
    return others.get(build) or BUILDS.get(build, build)


def _pythons(work: Work) -> list[tuple[str, str]]:
    found = {}
    for words in pythons.candidates(os.environ):
        if work.is_cancelled():
            break
        looked = looked_at(words, os.environ, uv=True)
        if isinstance(looked, Interpreter):
            found[looked.path] = ".".join(map(str, looked.version))
    return list(found.items())
