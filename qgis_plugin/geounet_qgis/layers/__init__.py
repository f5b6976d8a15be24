"""Between QGIS's layers and what geounet reads and writes."""
