"""Windows of the plugin, and the work they do behind the screen."""
