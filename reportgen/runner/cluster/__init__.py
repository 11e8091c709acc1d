"""Takes a lane and the address of a Ray cluster, gives the outcomes of its runs, trained on the nodes.

In: jobs, as for the pool of this machine. Out: their outcomes, with every file in the driver's staging
folder. The driver starts one bridge (`bridge.py`), a process of its own, which alone loads Ray; on the
nodes `seat.py` starts the very process that trains here.
"""
