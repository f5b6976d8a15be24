import pytest

from benchmarks import scenes
from benchmarks.scenes import textured


def test_a_scene_that_was_not_finished_is_not_there(tmp_path, monkeypatch):
    def stopped(*_numbers):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(scenes, "Window", stopped)
        with pytest.raises(KeyboardInterrupt):
            textured(tmp_path / "scene.tif", size=512, compress="none")
    assert not any(tmp_path.iterdir())
    assert textured(tmp_path / "scene.tif", size=512, compress="none").exists()
