"""Results held against those of other libraries, where the `bench` extra has installed them."""
