"""Takes findings and tables, gives the document: one HTML text, PDF bytes, JSON and CSV.

In: analysed values and findings. Out: text and bytes. The words live in
``templates/``; nothing here computes a statistic, opens the store or asks the
clock.
"""
