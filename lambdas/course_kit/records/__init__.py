"""A run's records in the bucket: manifests, summary, lease, spending."""
