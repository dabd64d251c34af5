"""What the commands do, apart from the terminal: each job from its sources to its result."""
