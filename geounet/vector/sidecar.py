"""The metadata file beside a Shapefile, which has no room for any in itself."""

from xml.etree.ElementTree import Element, SubElement, tostring


def fgdc_abstract(text: str) -> bytes:
    """A `.shp.xml` (FGDC's content standard, which ArcGIS reads) whose abstract is `text`."""
    root = Element("metadata")
    SubElement(SubElement(SubElement(root, "idinfo"), "descript"), "abstract").text = text
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))
