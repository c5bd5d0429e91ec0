"""Background work over RQ: the queue that wakes, the few functions it may call, the worker and the scheduler.

Redis decides nothing here. What is to be done stands in the outbox; a wake-up that is lost is made again by the sweep.
"""
