"""Crops → what the network is trained on: shape, light and noise."""
