"""What a run leaves: bundle, report, and the folder that says how it came about."""
