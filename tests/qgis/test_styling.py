"""Results on the map: oracles are the library's palette, pixels of rendered images, and the stored file after an edit."""

import json
import subprocess
from pathlib import Path

import pytest
from osgeo import gdal, ogr, osr
from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsRasterLayer,
    QgsRectangle,
    QgsVectorLayer,
    QgsVectorLayerUtils,
)
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

FORMATS = ("gpkg", "fgb", "shp", "geojson")
CLASSES = ["background", "tower", "shed"]  # not in the order of the alphabet
LEFT, TOP = 500_000, 9_300_000

MAKE = """
import geounet, sys
from geounet.options import VectorizeOptions
labels, folder, *formats = sys.argv[1:]
for ending in formats:
    geounet.vectorize(labels, f"{folder}/found.{ending}", options=VectorizeOptions(kind="areas", review=True))
geounet.vectorize(labels, f"{folder}/lines.gpkg", options=VectorizeOptions(kind="roads", min_length=0, review=True))
"""


def write_raster(path, bands, *, tags=(), colours=(), scale=None):
    """Write a byte raster of 1 m pixels from rows of values, a list of rows a band; 255 is nodata."""
    height, width = len(bands[0]), len(bands[0][0])
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, len(bands), gdal.GDT_Byte)
    dataset.SetGeoTransform((LEFT, 1, 0, TOP, 0, -1))
    system = osr.SpatialReference()
    system.ImportFromEPSG(32737)
    dataset.SetProjection(system.ExportToWkt())
    dataset.SetMetadata(dict(tags))
    for number, rows in enumerate(bands, 1):
        band = dataset.GetRasterBand(number)
        band.SetNoDataValue(255)
        if scale:
            band.SetScale(scale)
        if colours:
            table = gdal.ColorTable()
            for value, colour in enumerate(colours):
                table.SetColorEntry(value, (*colour, 255))
            band.SetColorTable(table)
        band.WriteRaster(0, 0, width, height, bytes(value for row in rows for value in row))
    dataset = None  # writes it
    return path


@pytest.fixture(scope="session")
def made(tmp_path_factory, geounet_python) -> Path:
    """A folder of what the library makes of labels: a square of each class, and a road's strip."""
    folder = tmp_path_factory.mktemp("made")
    rows = [[0] * 120 for _ in range(60)]
    for row in range(5, 25):
        rows[row][5:25] = [1] * 20
        rows[row][35:55] = [2] * 20
    for row in range(40, 48):
        rows[row][:] = [1] * 120
    labels = write_raster(folder / "labels.tif", [rows], tags={"GEOUNET_CLASSES": json.dumps(CLASSES)})
    subprocess.run([geounet_python, "-c", MAKE, labels, folder, *FORMATS], check=True)
    return folder


@pytest.fixture(scope="session")
def palette(geounet_python) -> list[tuple[int, int, int]]:
    text = "import json; from geounet.palette import PALETTE; print(json.dumps(PALETTE))"
    return [tuple(colour) for colour in json.loads(subprocess.check_output([geounet_python, "-c", text]))]


def shown(layer, kind="layer", **about):
    """Show a layer as a result is shown, short of its place in the layer tree."""
    from geounet_qgis.layers.describing import describe, facts_of
    from geounet_qgis.layers.fields import set_up_fields
    from geounet_qgis.layers.styling import style

    assert layer.isValid()
    facts = facts_of(layer, about)
    style(layer, kind, facts=facts)
    set_up_fields(layer)
    describe(layer, title="A title", facts=facts)
    return layer


def vector(path, **about):
    return shown(QgsVectorLayer(str(path), "found", "ogr"), **about)


def drawn(layer, *, pixel=0.25, background="white", extent=None, crs=None):
    """Render a layer at a pixel size in map units, 96 dots an inch."""
    extent = extent or layer.extent()
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(crs or layer.crs())
    settings.setEllipsoid("WGS84")
    settings.setOutputDpi(96)
    settings.setOutputSize(QSize(round(extent.width() / pixel), round(extent.height() / pixel)))
    settings.setExtent(extent)
    settings.setBackgroundColor(QColor(background))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def rgba(image, x, y):
    colour = image.pixelColor(x, y)
    return colour.red(), colour.green(), colour.blue(), colour.alpha()


def near(found, expected, tolerance=3):
    return all(abs(a - b) <= tolerance for a, b in zip(found, expected, strict=True))


def over_white(colour, opacity):
    return (*(round(value * opacity + 255 * (1 - opacity)) for value in colour), 255)


@pytest.mark.parametrize("ending", FORMATS)
def test_each_class_has_the_librarys_colour_in_every_format(made, palette, ending):
    layer = vector(made / f"found.{ending}", classes=json.dumps(CLASSES))
    colours = {c.value(): c.symbol().color().getRgb()[:3] for c in layer.renderer().categories()}
    assert colours == {"tower": palette[0], "shed": palette[1]}


def test_a_geopackage_says_its_colours_itself(made, palette):
    layer = vector(made / "found.gpkg")
    colours = {c.value(): c.symbol().color().getRgb()[:3] for c in layer.renderer().categories()}
    assert colours == {"tower": palette[0], "shed": palette[1]}


def test_classes_are_found_where_nobody_says_them():
    layer = QgsVectorLayer("Polygon?crs=EPSG:32737&field=class:string", "found", "memory")
    features = [QgsFeature(layer.fields()) for _ in range(4)]
    for feature, name in zip(features, ("tower", "shed", "tower", None), strict=True):
        feature["class"] = name
    layer.dataProvider().addFeatures(features)
    shown(layer)
    assert [category.value() for category in layer.renderer().categories()] == ["shed", "tower"]


def test_areas_are_filled_so_that_the_scene_shines_through(made, palette):
    layer = vector(made / "found.gpkg")
    image = drawn(layer, pixel=0.25, extent=QgsRectangle(LEFT, TOP - 60, LEFT + 120, TOP))
    assert near(rgba(image, 60, 60), over_white(palette[0], 110 / 255))
    assert near(rgba(image, 180, 60), over_white(palette[1], 110 / 255))
    assert rgba(image, 120, 60) == (255, 255, 255, 255)


def roads(width, crs="EPSG:32737"):
    """A road from west to east, 400 m long."""
    layer = QgsVectorLayer(f"LineString?crs={crs}&field=class:string&field=width_m:double", "roads", "memory")
    feature = QgsFeature(layer.fields())
    feature.setAttributes(["road", width])
    feature.setGeometry(QgsGeometry.fromWkt(f"LineString({LEFT} {TOP}, {LEFT + 400} {TOP})"))
    layer.dataProvider().addFeatures([feature])
    layer.updateExtents()
    return shown(layer)


def thickness(image, colour):
    """How many pixels of a colour a column in the middle has, edges by their share."""
    x = image.width() // 2
    full = 255 - over_white(colour, 0.75)[1]
    return sum(255 - image.pixelColor(x, y).green() for y in range(image.height())) / full


@pytest.mark.parametrize(("width", "pixel"), [(8, 0.5), (3, 0.2), (12, 1.0)])
def test_a_road_is_as_wide_on_the_map_as_on_the_ground(palette, width, pixel):
    image = drawn(roads(width), pixel=pixel, extent=QgsRectangle(LEFT + 100, TOP - 40, LEFT + 200, TOP + 40))
    assert thickness(image, palette[0]) == pytest.approx(width / pixel, abs=0.4)


@pytest.mark.parametrize("width", [8, None])
def test_a_road_is_seen_from_afar_and_without_a_width(palette, width):
    image = drawn(roads(width), pixel=20, extent=QgsRectangle(LEFT - 200, TOP - 500, LEFT + 600, TOP + 500))
    assert thickness(image, palette[0]) == pytest.approx(0.6 / 25.4 * 96, abs=0.4)


def test_a_road_keeps_its_width_on_a_map_in_degrees(palette):
    degree_m = 110_588  # of latitude, at 6.3° south
    north, east = -6.332861, 39.001808  # the middle of the road
    half = 0.0002
    image = drawn(
        roads(8),
        pixel=1e-6,
        extent=QgsRectangle(east - half, north - half * 2, east + half, north + half * 2),
        crs=QgsCoordinateReferenceSystem("EPSG:4326"),
    )
    assert thickness(image, palette[0]) == pytest.approx(8 / degree_m / 1e-6, rel=0.03)


def test_a_layer_without_classes_is_drawn_in_one_colour(palette):
    layer = shown(QgsVectorLayer("Polygon?crs=EPSG:32737&field=name:string", "plain", "memory"))
    assert layer.renderer().symbol().color().getRgb()[:3] == palette[0]


def test_a_class_raster_is_drawn_in_its_own_colours(tmp_path):
    colours = [(240, 240, 240), (10, 120, 200), (200, 30, 90)]
    tags = {"GEOUNET_CLASSES": json.dumps(CLASSES)}
    path = write_raster(tmp_path / "classes.tif", [[[0, 1, 2, 255]]], tags=tags, colours=colours)
    layer = shown(QgsRasterLayer(str(path), "classes"), "class_raster")
    image = drawn(layer, pixel=0.1, background="transparent")
    assert [rgba(image, x, 5)[3] for x in (5, 35)] == [0, 0]
    assert near(rgba(image, 15, 5), (*colours[1], 170))
    assert near(rgba(image, 25, 5), (*colours[2], 170))
    assert [item.label for item in layer.renderer().classes()] == CLASSES


def test_classes_that_overlap_are_named_by_their_band(tmp_path, palette):
    path = write_raster(tmp_path / "bands.tif", [[[0, 1]], [[1, 0]]], tags={"GEOUNET_ACTIVATION": "sigmoid"})
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.GetRasterBand(1).SetDescription("tower: tall")
    dataset = None  # writes it
    layer = shown(QgsRasterLayer(str(path), "bands"), "class_raster")
    assert [(item.value, item.label) for item in layer.renderer().classes()] == [(1, "tower: tall")]
    assert near(rgba(drawn(layer, pixel=0.1, background="transparent"), 15, 5), (*palette[0], 170))


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_a_probability_is_drawn_by_a_ramp_from_0_to_1(tmp_path, activation):
    mine, other = [[0, 125, 250, 255]], [[250, 125, 0, 255]]
    bands = [other, mine] if activation == "softmax" else [mine, other]
    tags = {"GEOUNET_ACTIVATION": activation}
    path = write_raster(tmp_path / "probability.tif", bands, tags=tags, scale=0.004)
    layer = shown(QgsRasterLayer(str(path), "probability"), "probability")
    image = drawn(layer, pixel=0.1, background="transparent")
    assert [rgba(image, x, 5)[3] for x in (5, 35)] == [0, 0]
    assert near(rgba(image, 15, 5), (0xB7, 0x37, 0x79, 0xD0))  # magma at 0.5
    assert near(rgba(image, 25, 5), (0xFC, 0xFD, 0xBF, 0xFF))  # magma at 1


@pytest.mark.parametrize("ending", FORMATS)
def test_every_field_has_a_name_for_people(made, ending):
    layer = vector(made / f"found.{ending}")
    names = [name for name in layer.fields().names() if name != "fid"]
    aliases = [layer.attributeAlias(layer.fields().indexOf(name)) for name in names]
    assert all(aliases)
    assert len(set(aliases)) == len(aliases)
    assert {"Class", "Confidence", "Area (m²)", "Perimeter (m)", "Touches the edge", "Review"} <= set(aliases)


def test_a_roads_fields_have_names_for_people(made):
    layer = vector(made / "lines.gpkg")
    assert {"Length (m)", "Width (m)"} <= {layer.attributeAlias(i) for i in layer.attributeList()}


@pytest.mark.parametrize("ending", FORMATS)
def test_review_alone_can_be_edited(made, ending):
    layer = vector(made / f"found.{ending}")
    form = layer.editFormConfig()
    editable = [name for i, name in enumerate(layer.fields().names()) if not form.readOnly(i)]
    assert editable == ["review"]


def test_a_persons_own_fields_stay_theirs():
    layer = shown(
        QgsVectorLayer("Polygon?crs=EPSG:32737&field=class:string&field=owner:string", "own", "memory")
    )
    form = layer.editFormConfig()
    assert [form.readOnly(0), form.readOnly(1)] == [True, False]
    assert layer.attributeAlias(1) == ""


@pytest.mark.parametrize("ending", FORMATS)
def test_review_offers_the_verdicts_that_training_understands(made, ending):
    layer = vector(made / f"found.{ending}")
    number = layer.fields().indexOf("review")
    setup = layer.editorWidgetSetup(number)
    assert setup.type() == "ValueMap"
    values = {value: label for item in setup.config()["map"] for label, value in item.items()}
    formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter("ValueMap")
    assert [values["accepted"], values["rejected"]] == ["Accepted", "Rejected"]
    unreviewed = next(layer.getFeatures())["review"]
    assert formatter.representValue(layer, number, setup.config(), None, unreviewed) == "Not reviewed yet"


def test_a_verdict_reaches_the_file(made, tmp_path):
    path = tmp_path / "found.gpkg"
    path.write_bytes((made / "found.gpkg").read_bytes())
    layer = vector(path)
    feature = next(layer.getFeatures())
    number = layer.fields().indexOf("review")
    values = {
        label: value
        for item in layer.editorWidgetSetup(number).config()["map"]
        for label, value in item.items()
    }
    assert layer.startEditing()
    assert layer.changeAttributeValue(feature.id(), number, values["Rejected"])
    assert layer.commitChanges(), layer.commitErrors()
    stored = ogr.Open(str(path))
    assert stored.GetLayer(0).GetFeature(feature.id()).GetField("review") == "rejected"


def test_measures_are_rounded_for_the_eye_alone(made):
    layer = vector(made / "found.shp")
    number = layer.fields().indexOf("area_m2")
    setup = layer.editorWidgetSetup(number)
    formatter = QgsApplication.fieldFormatterRegistry().fieldFormatter(setup.type())
    assert formatter.representValue(layer, number, setup.config(), None, 12.3456) == "12.35"


def test_what_a_person_draws_gets_the_only_class(made):
    layer = shown(QgsVectorLayer(str(made / "found.gpkg"), "found", "ogr"))
    number = layer.fields().indexOf("class")
    assert not layer.defaultValueDefinition(number).isValid()  # two classes: no guess
    drawn_by_hand = QgsVectorLayerUtils.createFeature(roads(8))
    assert drawn_by_hand["class"] == "road"


@pytest.mark.parametrize("ending", FORMATS)
def test_the_metadata_say_what_made_the_layer(made, ending):
    layer = vector(
        made / f"found.{ending}",
        scene="Town (drone)",
        model="towers 2.0.0",
        licence="MIT",
        attribution="© Town",
        command="geounet extract",
    )
    metadata = layer.metadata()
    assert metadata.title() == "A title"
    assert "Town (drone)" in metadata.abstract()
    assert "{" not in metadata.abstract()
    assert metadata.licenses() == ["MIT"]
    assert metadata.rights() == ["© Town"]
    assert metadata.history() == ["geounet extract"]
    assert metadata.crs() == layer.crs()
    box = metadata.extent().spatialExtents()[0].bounds.toRectangle()
    assert box.xMinimum() == pytest.approx(layer.extent().xMinimum())
    assert box.yMaximum() == pytest.approx(layer.extent().yMaximum())


def test_a_raster_says_itself_what_made_it(tmp_path):
    tags = {
        "GEOUNET_VERSION": "0.1.0",
        "GEOUNET_MODEL": "towers 1.2.3",
        "GEOUNET_CLASSES": json.dumps(CLASSES),
        "GEOUNET_TASK": "areas",
        "ATTRIBUTION": "© A & B",
    }
    path = write_raster(tmp_path / "classes.tif", [[[0, 1]]], tags=tags)
    metadata = shown(QgsRasterLayer(str(path), "classes"), "class_raster", model="guess").metadata()
    assert "towers 1.2.3" in metadata.abstract()
    assert "guess" not in metadata.abstract()
    assert metadata.rights() == ["© A & B"]
    assert metadata.keywords()["geounet"] == ["geounet", "areas", "tower", "shed"]


def test_a_geopackage_of_another_hand_is_shown_too(tmp_path):
    path = tmp_path / "other.gpkg"
    dataset = ogr.GetDriverByName("GPKG").CreateDataSource(str(path))
    system = osr.SpatialReference()
    system.ImportFromEPSG(32737)
    dataset.CreateLayer("other", system, ogr.wkbPolygon)
    dataset = None  # writes it
    assert vector(path).metadata().rights() == []
