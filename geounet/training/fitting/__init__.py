"""The run: task, schedule, averages, checkpoints, and Lightning's loop round them."""
