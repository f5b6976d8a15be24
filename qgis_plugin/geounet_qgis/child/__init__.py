"""geounet as a child process: started, heard and ended. Nothing here knows of QGIS."""
