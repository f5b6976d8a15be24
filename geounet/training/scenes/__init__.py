"""Labelled scenes: rasters and labels → pixels that crops are drawn from."""
