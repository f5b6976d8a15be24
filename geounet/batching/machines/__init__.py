"""Where the work is done: what a machine has, its processes, shards, clusters."""
