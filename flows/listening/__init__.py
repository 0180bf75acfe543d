"""What listens as long as the process lives: each service runs until it is told to stop."""
