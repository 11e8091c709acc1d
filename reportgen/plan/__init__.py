"""Takes a :class:`Spec`, gives the runs it declares with their keys.

In: the spec, digests of local files, metrics of stored parents. Out:
:class:`Plan`. Pure: no file, no clock, no Keras.
"""
