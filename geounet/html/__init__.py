"""Pages for the browser that need nothing else: no network, no scripts."""
