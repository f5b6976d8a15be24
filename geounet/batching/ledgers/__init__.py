"""What keeps account of a run's jobs: SQLite on this machine's disk, claims on shared storage."""
