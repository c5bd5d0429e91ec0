"""Work that takes longer than a person waits for a page: started with a change, run by a worker, seen with progress."""

from services.background_jobs.job import BackgroundJob, JobState
from services.background_jobs.run import JobFunction, JobRun
from services.background_jobs.service import BackgroundJobs

__all__ = ["BackgroundJob", "BackgroundJobs", "JobFunction", "JobRun", "JobState"]
