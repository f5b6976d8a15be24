"""How good weights are on whole scenes, and what is chosen there: threshold, temperature."""
