"""Takes nothing, gives the Keras names that a configuration may not use, each with its reason.

They run code, read files or open connections that the configuration names, or they only make
sense inside a Python program; a configuration may come from somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping

REFUSED: Mapping[str, str] = {
    "Accuracy": "la exactitud se mide siempre",
    "BackupAndRestore": "reportgen ya reanuda por sí mismo lo que falta",
    "CallbackList": "no es un callback que se pueda declarar",
    "FlaxLayer": "necesita código Python",
    "History": "el historial se guarda siempre",
    "JaxLayer": "necesita código Python",
    "Lambda": "ejecuta código Python",
    "LambdaCallback": "ejecuta código Python",
    "Mean": "no compara las salidas de la red con las etiquetas",
    "MeanMetricWrapper": "necesita código Python",
    "OrbaxCheckpoint": "reportgen guarda sus propios resultados",
    "ProgbarLogger": "reportgen muestra su propio progreso",
    "RemoteMonitor": "envía datos por la red",
    "StringLookup": "lee archivos que nombra la configuración",
    "IndexLookup": "lee archivos que nombra la configuración",
    "IntegerLookup": "lee archivos que nombra la configuración",
    "Sum": "no compara las salidas de la red con las etiquetas",
    "TextVectorization": "lee archivos que nombra la configuración",
    "TFSMLayer": "carga un modelo guardado, que puede ejecutar código",
    "TorchModuleWrapper": "carga código de otra biblioteca",
}
