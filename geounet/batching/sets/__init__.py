"""What a run works on: items, the sets that they make, and how they are opened."""
