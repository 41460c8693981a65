"""What the world says, one place each: names that people give to things."""
