"""The bucket and the project of tests that have a bucket in moto."""

BUCKET = "course-bucket"
PROJECT = "251016-networks-01"
