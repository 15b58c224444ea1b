"""The only place that touches disks, databases, keys, WeasyPrint and the other state."""
