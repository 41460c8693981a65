"""Who logged a call: one module a vendor, which says where bodies, facts, scores and tools lie, and looks into none."""
