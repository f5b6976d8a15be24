"""The private environment that geounet runs in: made, checked, found and removed. Nothing here imports QGIS."""
