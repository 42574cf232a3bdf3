"""What a run keeps in the bucket: manifests, summary, lease, spending."""
