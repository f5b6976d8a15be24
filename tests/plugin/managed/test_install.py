import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest

from geounet_qgis.managed import environment, lock
from geounet_qgis.managed.errors import InstallCancelledError, InstallError
from geounet_qgis.managed.install import install
from geounet_qgis.managed.network import Network
from geounet_qgis.managed.plan import Plan


def plan_for(wheel, tmp_path, **values):
    return Plan(**{"folder": tmp_path / "données", "wheels": str(wheel.parent), **values})


def environments(folder):
    found = environment.root(folder).glob("*")
    return sorted(path.name for path in found if environment.ENVIRONMENT.fullmatch(path.name))


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_an_environment_from_a_folder_of_wheels(geounet_wheel, tmp_path, environ, follower, use_uv):
    plan = plan_for(geounet_wheel(), tmp_path, use_uv=use_uv)

    installed = install(plan, follower, environ=environ)

    assert environment.current(plan.folder) == installed
    assert environment.compatible(installed) is None
    assert (installed.geounet, installed.protocol, installed.build) == ("0.1.0", 1, "wheels")
    assert installed.tool.startswith("uv " if use_uv else "pip ")
    ran = subprocess.run(
        [installed.python, "-c", "import geounet, sys; print(sys.prefix != sys.base_prefix)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.strip() == "True"
    assert follower.steps == [(number, 6) for number in range(1, 7)]
    assert "torch: 2.9" in follower.lines
    assert "torch: 2.9" in environment.log_file(plan.folder).read_text()
    assert not environment.cache(plan.folder).exists()
    assert not (Path(installed.python).parent.parent / "requirement.txt").exists()


def test_repair_leaves_one_environment_another_than_before(geounet_wheel, tmp_path, environ, follower):
    plan = plan_for(geounet_wheel(), tmp_path)
    first = install(plan, follower, environ=environ)
    Path(first.python).unlink()
    assert environment.compatible(environment.current(plan.folder)) is not None

    second = install(plan, follower, environ=environ)

    assert second.python != first.python
    assert environments(plan.folder) == [Path(second.python).parent.parent.name]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"version": "0.2.0"}, "0.2.0"),
        ({"healthy": False}, "libc10.so is missing"),
        ({"protocol": 2}, "protocol"),
    ],
)
def test_what_does_not_pass_the_check_changes_nothing(geounet_wheel, tmp_path, environ, follower, made, said):
    plan = plan_for(geounet_wheel(), tmp_path)
    working = install(plan, follower, environ=environ)
    wheel = geounet_wheel(**{"version": "0.1.1", "folder": "other", **made})

    with pytest.raises(InstallError, match=said) as refused:
        install(plan_for(wheel, tmp_path, requirement=str(wheel)), follower, environ=environ)

    assert refused.value.hint
    assert "\n" not in str(refused.value)
    assert environment.current(plan.folder) == working
    assert environments(plan.folder) == [Path(working.python).parent.parent.name]
    assert str(refused.value) in environment.log_file(plan.folder).read_text()


def test_a_version_that_does_not_fit_is_not_even_taken(geounet_wheel, tmp_path, environ, follower):
    plan = plan_for(geounet_wheel("0.2.0"), tmp_path)

    with pytest.raises(InstallError, match="geounet itself was not found"):
        install(plan, follower, environ=environ)

    assert environment.current(plan.folder) is None
    assert environments(plan.folder) == []


def test_a_wheel_or_a_checkout_of_ones_own(geounet_wheel, tmp_path, environ, follower):
    geounet_wheel()
    own = geounet_wheel("0.1.7", folder="my wheels")
    plan = plan_for(tmp_path / "wheels" / "x", tmp_path, requirement=str(own))

    installed = install(plan, follower, environ=environ)

    assert installed.geounet == "0.1.7"
    assert str(own) not in json.dumps(vars(installed))


def test_the_plugins_own_wheel_needs_no_other_geounet(
    geounet_wheel, own_wheels, tmp_path, environ, follower, use_uv
):
    geounet_wheel("0.1.4", folder=own_wheels)
    other = geounet_wheel("0.1.9")
    plan = plan_for(other, tmp_path, use_uv=use_uv)

    installed = install(plan, follower, environ=environ)

    assert installed.geounet == "0.1.4"
    assert environment.compatible(installed) is None


def test_cancelled_in_the_middle(endless_checkout, geounet_wheel, tmp_path, environ, follower, use_uv):
    checkout, marks = endless_checkout
    plan = plan_for(geounet_wheel(), tmp_path)
    working = install(plan, follower, environ=environ)
    downloaded = environment.cache(plan.folder) / "downloaded"
    downloaded.parent.mkdir()
    downloaded.write_text("")
    cancelled_at = []

    def is_cancelled():
        if marks.exists() and marks.read_text().endswith(" "):
            cancelled_at.append(time.monotonic())
        return bool(cancelled_at)

    follower.when = is_cancelled
    with pytest.raises(InstallCancelledError):
        install(
            plan_for(tmp_path / "wheels" / "x", tmp_path, requirement=str(checkout), use_uv=use_uv),
            follower,
            environ=environ,
        )

    assert time.monotonic() - cancelled_at[0] < 60
    pids = [int(pid) for pid in marks.read_text().split()]
    assert len(pids) == 2
    assert not any(map(is_alive, pids))
    assert environment.current(plan.folder) == working
    assert environments(plan.folder) == [Path(working.python).parent.parent.name]
    assert downloaded.exists()  # for the next attempt


def test_cancelled_before_it_begins(geounet_wheel, tmp_path, environ, follower):
    follower.when = lambda: True
    plan = plan_for(geounet_wheel(), tmp_path)
    with pytest.raises(InstallCancelledError):
        install(plan, follower, environ=environ)
    assert environments(plan.folder) == []


KILLED = """
    import sys
    from geounet_qgis.managed.install import install
    from geounet_qgis.managed.plan import Plan
    class Follower:
        def step(self, *args): pass
        def line(self, text): pass
        def is_cancelled(self): return False
    install(Plan(folder=sys.argv[1], wheels=sys.argv[2], requirement=sys.argv[3]), Follower())
"""


@pytest.mark.skipif(os.name == "nt", reason="asks /proc")
def test_killed_in_the_middle_and_made_again(endless_checkout, geounet_wheel, tmp_path, environ, follower):
    checkout, marks = endless_checkout
    plan = plan_for(geounet_wheel(), tmp_path)
    working = install(plan, follower, environ=environ)
    plugin = Path(environment.__file__).parents[2]
    words = [sys.executable, "-c", textwrap.dedent(KILLED), plan.folder, plan.wheels, checkout]
    with subprocess.Popen(words, env={**os.environ, "PYTHONPATH": str(plugin)}) as parent:
        while not (marks.exists() and marks.read_text().endswith(" ")):
            assert parent.poll() is None
            time.sleep(0.05)
        parent.send_signal(signal.SIGKILL)
    builder = int(marks.read_text().split()[0])
    assert len(environments(plan.folder)) == 2
    assert environment.current(plan.folder) == working

    again = install(plan, follower, environ=environ)

    assert environments(plan.folder) == [Path(again.python).parent.parent.name]
    assert environment.compatible(environment.current(plan.folder)) is None
    os.killpg(os.getpgid(builder), signal.SIGKILL)


def test_one_at_a_time(geounet_wheel, tmp_path, environ, follower):
    plan = plan_for(geounet_wheel(), tmp_path)
    environment.root(plan.folder).mkdir(parents=True)
    with lock.held(environment.lock_file(plan.folder)):
        with pytest.raises(InstallError, match="Another QGIS"):
            install(plan, follower, environ=environ)
        with pytest.raises(InstallError, match="Another QGIS"):
            environment.remove(plan.folder)
    assert install(plan, follower, environ=environ).geounet == "0.1.0"


def test_a_lock_ends_with_its_holder(tmp_path):
    path = tmp_path / "lock"
    code = f"""
import sys, pathlib, time
from geounet_qgis.managed import lock
with lock.held(pathlib.Path({str(path)!r})):
    print("held", flush=True)
    time.sleep(600)
"""
    plugin = Path(environment.__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(plugin)},
    ) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(InstallError), lock.held(path):
            pass
        holder.kill()
    with lock.held(path):
        assert int(path.read_bytes()) == os.getpid()


def test_two_threads_do_not_install_at_once(tmp_path):
    path, inside = tmp_path / "lock", []
    barrier, refused = threading.Barrier(2), threading.Event()

    def take():
        barrier.wait()
        try:
            with lock.held(path):
                inside.append("held")
                assert refused.wait(60)
        except InstallError:
            inside.append("busy")
            refused.set()

    threads = [threading.Thread(target=take) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(inside) == ["busy", "held"]


def test_removed_altogether_and_nothing_else(geounet_wheel, tmp_path, environ, follower):
    plan = plan_for(geounet_wheel(), tmp_path)
    install(plan, follower, environ=environ)
    mine = Path(plan.folder) / "cache" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("a person's")

    environment.remove(plan.folder)

    assert environment.current(plan.folder) is None
    assert sorted(path.name for path in Path(plan.folder).iterdir()) == ["cache"]
    assert mine.read_text() == "a person's"
    environment.remove(plan.folder)  # twice is no error


def test_a_folder_that_cannot_be_made(geounet_wheel, tmp_path, environ, follower):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    with pytest.raises(InstallError, match="cannot be written") as refused:
        install(plan_for(geounet_wheel(), tmp_path, folder=in_the_way), follower, environ=environ)
    assert refused.value.hint


def test_a_password_reaches_the_tool_and_nothing_else(geounet_wheel, tmp_path, environ, follower, fake_uv):
    wheel, uv = geounet_wheel(), fake_uv()
    network = Network(host="proxy.office", port=8080, user="DOM\\ann", password="p@ss w/ö:rd%")  # noqa: S106
    plan = Plan(folder=tmp_path / "f", requirement=str(wheel), network=network, build="cpu")
    environ = {**environ, "PATH": f"{uv.folder}{os.pathsep}{environ['PATH']}"}

    install(plan, follower, environ=environ)

    call = uv.calls[-1]
    assert call["environ"]["HTTPS_PROXY"] == network.proxy
    assert call["environ"]["https_proxy"] == network.proxy
    everything = environment.log_file(plan.folder).read_text() + "\n".join(follower.lines)
    everything += json.dumps([call["words"] for call in uv.calls])
    assert "p@ss" not in everything
    assert "p%40ss" not in everything
    assert "p%40ss" not in (environment.root(plan.folder) / "environment.json").read_text()
