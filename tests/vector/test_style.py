from xml.etree import ElementTree as ET

from geounet.vector.style import categorised


def test_each_class_has_a_fill_of_its_colour():
    colours = {"building": (1, 2, 3), "wätér & <tree>": (200, 100, 50)}
    root = ET.fromstring(categorised(colours).split("\n", 1)[1])  # noqa: S314 (our own)
    renderer = root.find("renderer-v2")
    assert renderer.get("type") == "categorizedSymbol"
    assert renderer.get("attr") == "class"
    fills = {symbol.get("name"): symbol for symbol in renderer.iter("symbol")}
    for category, (name, colour) in zip(renderer.iter("category"), colours.items(), strict=True):
        assert category.get("value") == name
        options = {o.get("name"): o.get("value") for o in fills[category.get("symbol")].iter("Option")}
        assert options["color"].split(",")[:3] == [str(channel) for channel in colour]
