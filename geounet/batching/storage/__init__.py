"""Objects by name, made once where that is asked: in a folder, or in a bucket."""
