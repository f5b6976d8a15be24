"""Where outputs go: a folder or a bucket."""
