"""What a person gives (files, folders, archives, catalogues, pyramids) → items."""
