"""Background work: thin tasks that call services, their schedule, and the worker that runs them."""
