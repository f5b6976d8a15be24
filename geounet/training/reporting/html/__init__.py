"""A run's report as a page for the browser."""
