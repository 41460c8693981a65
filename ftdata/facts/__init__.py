"""What the world says, one place each: the names that data sets give to things."""
