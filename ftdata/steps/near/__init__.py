"""Near-duplicates: the compared text, its shingles, its signature, and pairs confirmed by exact Jaccard similarity."""
