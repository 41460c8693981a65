"""Distilling: from what a large model answered to a training set for a small one."""
