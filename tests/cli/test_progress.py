import io
import sys

from geounet.cli.progress import silent_bar, terminal_bar


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_on_a_terminal_counts_on_stderr(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", Terminal())
    bar = terminal_bar(total=200, desc="scene.tif", unit="px")
    bar.update(150)
    bar.update(50)
    bar.close()
    shown = sys.stderr.getvalue()
    assert "scene.tif" in shown
    assert "200/200" in shown
    assert capsys.readouterr().out == ""


def test_a_silent_bar_shows_nothing(capsys):
    bar = silent_bar(total=2, desc="", unit="px")
    bar.update(2)
    bar.close()
    assert capsys.readouterr() == ("", "")
