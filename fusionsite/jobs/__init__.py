"""The one use case: a request becomes a job, a job becomes a result."""
