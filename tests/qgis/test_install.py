"""From the zip into a fresh profile, then used as people without a desktop do: `qgis_process`."""

import json
import subprocess

from osgeo import ogr


def test_the_plugin_is_listed_as_enabled(installed):
    listed = installed.run("plugins", "list")
    assert listed.returncode == 0
    (line,) = [line for line in listed.stdout.splitlines() if "geounet_qgis" in line]
    assert line.lstrip().startswith("*")  # which marks the enabled ones
    assert "Traceback" not in listed.stderr


def test_every_algorithm_is_listed(installed, algorithm_names):
    listed = json.loads(installed.run("--json", "list").stdout)
    assert set(listed["providers"]["geounet"]["algorithms"]) == {
        f"geounet:{name}" for name in algorithm_names
    }


def test_an_algorithm_says_what_it_takes(installed, each_algorithm):
    described = json.loads(installed.run("--json", "help", f"geounet:{each_algorithm}").stdout)
    assert described["algorithm_details"]["name"]
    assert all(parameter["description"] for parameter in described["parameters"].values())


def test_extract_makes_a_layer(installed, make_raster, tmp_path):
    scene = make_raster("mes données/scène 東京.tif", ground=(70, 95, 60), things=(205, 200, 195))
    out = tmp_path / "résultats ici" / "bâtiments 1.gpkg"
    out.parent.mkdir()
    run = installed.run("run", "geounet:extract", "--", f"INPUT={scene}", f"OUTPUT={out}")
    assert run.returncode == 0, run.stderr
    source = ogr.Open(str(out))  # to be kept while its layer is looked at
    layer = source.GetLayer(0)
    assert layer.GetSpatialRef().GetAuthorityCode(None) == "32737"
    assert {feature.GetField("class") for feature in layer} == {"building"}
    assert {"confidence", "area_m2", "review"} <= {field.GetName() for field in layer.schema}
    assert layer.GetFeatureCount() == 4  # the scene's roofs
    assert [path.name for path in out.parent.iterdir()] == [out.name]


def test_json_says_where_it_is(installed, scene, tmp_path):
    out = tmp_path / "buildings.geojson"
    run = installed.run(
        "--json", "run", "geounet:extract", "--", f"INPUT={scene}", f"OUTPUT={out}", "THRESHOLD=0.4"
    )
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout)
    assert answer["results"]["OUTPUT"] == str(out)
    assert answer["results"]["FEATURES"] == len(json.loads(out.read_text(encoding="utf-8"))["features"])


def test_a_failure_says_the_librarys_line(installed, scene, geounet_python, tmp_path):
    out = tmp_path / "buildings.gpkg"
    words = [str(geounet_python), "-m", "geounet", "extract", str(scene), "-o", str(out), "--bbox", "0,0,9,9"]
    said = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", check=False)
    assert said.returncode == 1
    line = said.stderr.strip().splitlines()[-1].removeprefix("geounet: ").split(";")[0]

    run = installed.run("run", "geounet:extract", "--", f"INPUT={scene}", f"OUTPUT={out}", "EXTENT=0,9,0,9")
    assert run.returncode == 1
    assert line in run.stderr
    assert "Traceback" not in run.stderr + run.stdout
    assert not out.exists()
