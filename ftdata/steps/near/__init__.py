"""Near-duplicates: the text that is compared, its shingles, its signature, and pairs confirmed by exact Jaccard."""
