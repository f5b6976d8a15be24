"""The words of each of geounet's verbs. Nothing here knows QGIS."""
