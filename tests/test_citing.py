"""Citations: keys that stay, and files that other programs read as they were meant."""
