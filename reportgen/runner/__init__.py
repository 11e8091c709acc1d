"""Takes a plan and a store, gives a store in which every run has an outcome.

In: plans. Out: stored entries, and events for whoever shows progress. Trains
in worker processes; knows nothing of Keras.
"""
