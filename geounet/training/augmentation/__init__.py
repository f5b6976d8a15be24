"""Crops → what the network is trained on: shape, light, the air, the camera, and mixtures of two."""
