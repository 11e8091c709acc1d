"""One module per question; each has a function that takes the collected results and yields findings."""
