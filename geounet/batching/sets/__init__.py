"""Items that belong together: sets, mosaics, the statistics that they share."""
