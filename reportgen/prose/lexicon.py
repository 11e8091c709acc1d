"""Takes nothing, gives the Spanish words by which a text speaks of results, as ``text.fold`` leaves them.

Everything here is a form as it appears after folding: lower case, without accents. Patterns are regular
expressions; a list of words is matched whole.
"""

from __future__ import annotations

from collections.abc import Mapping

METRICS: tuple[tuple[str, str, str], ...] = (
    (r"(?:val|validation)[\s_-]*(?:accuracy|acc)|(?:accuracy|acc)[\s_-]val", "accuracy", "validation"),
    (r"(?:val|validation)[\s_-]*loss", "loss", "validation"),
    (r"test[\s_-]*(?:accuracy|acc)", "accuracy", "test"),
    (r"test[\s_-]*loss", "loss", "test"),
    (r"train(?:ing)?[\s_-]*(?:accuracy|acc)", "accuracy", "train"),
    (r"train(?:ing)?[\s_-]*loss", "loss", "train"),
    (r"exactitud(?:es)?|accuracy|accuracies|acc|aciertos?|tasa de aciertos?", "accuracy", ""),
    (r"perdidas?|loss|entropia cruzada", "loss", ""),
    (r"precision(?:es)?", "precision", ""),
    (r"recall|exhaustividad|sensibilidad|cobertura", "recall", ""),
    (r"f1(?:[\s-]*score)?|f[\s-]score|medida f1?|puntuacion f1", "f1", ""),
    (
        (
            r"tiempos?(?: medios?)? (?:de|en|por|al) (?:la )?(?:inferencia|prediccion|respuesta|imagen"
            r"|inferir|predecir|responder)|latencias?"
        ),
        "inference",
        "",
    ),
    (r"(?:tiempos?|duracion)(?: total)?(?: de(?:l)? (?:entrenamiento|ejecucion|computo))?", "seconds", ""),
    (r"(?:numero|cantidad|total) de parametros|parametros", "parameters", ""),
    (r"sobreajustes?|overfitting|sobreentrenamiento", "gap", ""),
)
"""Pattern, metric, part of the data that it says along with it."""

PARTS: tuple[tuple[str, str], ...] = (
    ((
        r"(?:en |de |con |sobre )(?:la |el |los )?(?:datos de |conjunto de |imagenes de |particion de )?"
     r"(?:validacion(?! cruzada)|val\b|validation)|^validacion$"), "validation"),
    ((
        r"(?:en |de |con |sobre )(?:la |el |los |las )?(?:datos de |conjunto de |imagenes de "
    r"|fase de )?(?:prueba|test|testing)"
     r"|^(?:prueba|test)$"), "test"),
    ((
        r"(?<!tiempo )(?<!tiempos )(?<!duracion )(?<!minutos )(?<!segundos )(?<!horas )(?<!epocas )(?:"
    r"en |de )(?:el |los )?"
     r"(?:datos de |conjunto de |imagenes de )?(?:entrenamiento|train|training)"
     r"|^(?:entrenamiento|train)$"), "train"),
)  # fmt: skip
"""Pattern, part of the data."""

ANSWERING = (
    r"\b(?:al|en|para|de) (?:la )?(?:inferencia|inferir|predecir|prediccion|responder"
    r"|clasificar (?:una|cada) imagen)\b|\b(?:por|cada) imagen\b|\b(?:infiere|predice|responde)n?\b"
)
"""A clause with one of these that speaks of time speaks of that of a trained network, not of its training."""

LOWER_IS_BETTER = frozenset({"loss", "seconds", "gap", "parameters", "memory", "inference"})

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "relu": ("relu", "rectificada", "re lu"),
    "tanh": ("tanh", "tangente hiperbolica", "tan h"),
    "sigmoid": ("sigmoid", "sigmoide", "sigmoidea", "sigmoidal", "logistica"),
    "sgd": (
        "sgd", "descenso de gradiente estocastico", "descenso del gradiente estocastico",
        "stochastic gradient descent",
    ),
    "rmsprop": ("rmsprop", "rms prop", "rms-prop"),
    "adam": ("adam",),
    "earlystopping": ("parada temprana", "early stopping", "earlystopping", "detencion temprana"),
    "dropout": ("dropout",),
    "batchnormalization": ("batch normalization", "normalizacion por lotes", "batchnorm"),
    "augmentation": ("aumento de datos", "data augmentation"),
}  # fmt: skip
"""A name, folded, and how else it is written."""

FOREIGN: Mapping[str, tuple[str, ...]] = {
    "optimizer": ("Nadam", "Adamax", "Adagrad", "Adadelta", "AdamW", "RMSprop", "Adam", "SGD"),
    "activation": ("relu", "tanh", "sigmoid", "elu", "selu", "gelu", "swish", "softplus", "softsign"),
    "family": (
        "InceptionV3", "Xception", "DenseNet121", "VGG16", "VGG19", "ResNet50", "ResNet101", "MobileNetV2",
        "MobileNetV3", "EfficientNetB0", "EfficientNetB1", "NASNetMobile", "AlexNet", "LeNet",
    ),
}  # fmt: skip
"""Well-known names that may have no result here, by what they are."""

ROLES: Mapping[str, tuple[str, ...]] = {
    "base": (r"base", r"bases", r"basico", r"basica", r"basicos", r"basicas", r"originales", r"original"),
    "mejorada": (r"mejorad[oa]s?", r"optimizad[oa]s?"),
}  # fmt: skip
"""What tells the variants of a study apart when the same words do so in several."""

CATEGORIES: tuple[tuple[str, str], ...] = (
    (r"optimizador(?:es)?|optimizer", "optimizer"),
    (r"(?:funcion(?:es)? de )?activacion(?:es)?|funcion(?:es)?", "activation"),
    (r"profundidad(?:es)?|(?:numero|cantidad) de capas(?: ocultas)?", "depth"),
    (r"clases?|categorias?|etiquetas?", "class"),
    (
        (
            r"modelos?|red(?:es)?(?: neuronal(?:es)?)?|arquitecturas?|combinacion(?:es)?|configuracion(?:es)?"
            r"|variantes?|versiones|version|ejecucion(?:es)?|proyectos?|intentos?|pareja"
        ),
        "config",
    ),
    (
        r"resultados?|eleccion(?:es)?|opcion(?:es)?|alternativas?|desempenos?|rendimientos?|puntuacion(?:es)?|comportamientos?|valor(?:es)?",
        "result",
    ),
)
"""Noun of a superlative -> what it ranges over."""

COPULA = (
    r"(?:es|son|fue|fueron|era|eran|resulto|resultaron|result[oa]n? ser|resulto ser"
    r"|ha sido|han sido|sigue siendo"
    r"|corresponde(?:n)? a(?:l)?|correspondio a(?:l)?|seria)"
)
OBTAINED = (
    r"(?:obtuv(?:o|ieron)|obtiene[n]?|obtenid[oa]s?|alcanz(?:o|a|aron|an)|logr(?:o"
    r"|a|aron|an)|consigui(?:o|eron)|consiguen?|tuv(?:o|ieron)|tienen?|presentan?"
    r"|present(?:o|aron)|muestran?|mostr(?:o|aron)|da(?:n)?|di(?:o|eron)|ofrecen?"
    r"|lleg(?:a|o|an|aron)|registr(?:a|o|an|aron)|arroj(?:a|o|an|aron)|qued(?:a|o)"
    r"|rind(?:e|io))"
)

HYPOTHETICAL = (
    r"\b(?:podri(?:a|an|amos)|deberi(?:a|an|amos)|seri(?:a|an)|habri(?:a|an)|tendri(?:a|an)|alcanzari(?:a|an)"
    r"|obtendri(?:a|an)|superari(?:a|an)|mejorari(?:a|an)|llegari(?:a|an)|lograri(?:a|an)|rendiri(?:a|an)|dari(?:a|an)"
    r"|esperabamos|esperab(?:a|an)|se espera(?:ba)?|esperariamos|cabe esperar"
    r"|cabria|quiza|quizas|tal vez|acaso"
    r"|hipotesis|suponiamos|suponemos|supusimos|creiamos|pensabamos|en teoria"
    r"|teoricamente|objetivos?|meta|ojala"
    r"|pretend(?:e|emos|iamos|ia)|queremos|queriamos|buscamos|se busca(?:ba)?"
    r"|se intenta|intentamos|averiguar|saber (?:si|que|cual)"
    r"|no (?:se )?(?:puede|podemos|cabe|permite|permiten|basta|significa|implica)|no siempre|a falta de"
    r"|deberiamos|convendria|para (?:mejorar|superar|alcanzar|llegar|ver|saber|comprobar|lograr|subir|bajar)"
    r"|(?:es|sea) (?:posible|probable) que|puede que|salvo|excepto|exceptuando"
    r"|a excepcion|con la excepcion|suelen?|solia|habitualmente|normalmente|en principio"
    r"|depende de|dependen de|comprobar si|ver si|preguntamos)\b"
    r"|^(?:y |pero )?si "
)
"""A clause with one of these states nothing that was measured."""
LITERATURE = (
    r"\b(?:bibliografia|literatura|estado del arte|et al|otros autores|sus autores"
    r"|los autores|articulos?|papers?"
    r"|publicaciones|imagenet|kaggle|leaderboard|ranking|en la practica|tutorial(?:es)? (?:de"
    r"|que) (?:tensorflow|keras)"
    r"|otros trabajos|trabajos previos|segun la documentacion|record)\b"
)
"""A sentence with one of these speaks of what others measured, as far as its numbers go."""

CITES = (
    r"¤\s*(?:concluy|afirm|sostien|demuestr|demostr|observ|propon|propus|senal|encontr|muestr|mostr|report|obtuv|obtien|dic|mencion|recomiend|argument)"
    r"|\b(?:segun|de acuerdo con|como (?:muestran|senalan|indican|afirman)|para) [^,;¤]*¤"
    r"|\b(?:en|segun) la (?:literatura|bibliografia)\b"
)
"""A sentence that says what somebody else found; the mask stands for the year in parentheses."""

ABBREVIATIONS = frozenset({
    "ej", "fig", "figs", "sec", "cap", "pag", "num", "al", "vs", "aprox", "dr", "dra", "prof", "sr", "sra",
    "ing",    "cf", "pp", "ee", "uu",
})  # fmt: skip
"""What a point ends without ending a sentence."""

BELOW = r"(?:menos de|por debajo de(?:l)?|inferior(?:es)? al?|menor(?:es)? (?:que|de|a)|no (?:llega|llegan|llego|alcanza|alcanzan|supera|superan|supero) (?:ni )?(?:a |al )?|no pasa del?)"  # noqa: E501
ABOVE = r"(?:mas de(?:l)?|por encima de(?:l)?|supera(?:n|ndo)?|supero|superaron|superior(?:es)? al?|mayor(?:es)? (?:que|de|a)|al menos|como minimo|rebasa(?:n)?|pasa(?:n)? de(?:l)?|sobrepasa(?:n)?)"  # noqa: E501
ABOUT = r"(?:casi|cerca de(?:l)?|alrededor de(?:l)?|unos|unas|aproximadamente|aprox\.?|en torno a(?:l)?|ronda(?:n)?|rondo|apenas|poco mas de(?:l)?|poco menos de(?:l)?|practicamente|~|≈|entorno a(?:l)?)"  # noqa: E501
CHANGE = (
    r"\b(?:mejora|mejoria|diferencia|ganancia|incremento|aumento|subida|bajada|caida|descenso|brecha|reduccion|ventaja|distancia|margen"
    r"|gana|gano|ganan|ganaron|pierde|perdio|pierden|aventaja|sube|subio|suben|baja|bajo|bajan|mejora|mejoro|aumenta|aumento|aumentan"
    r"|crece|crecio|cae|cayo|reduce|redujo|reducen|supera(?:n)? .{0,40}\bpor|desviacion"
    r"|rango|amplitud|separan|separa)"
    r"(?: media| promedio| estandar| tipica)?(?: de(?:l)?| en| un| unos| unas"
    r"| casi| solo| apenas| mas de| alrededor de| cerca de| por| a \S+ (?:en|por)){0,3}\s*$"
)
"""What stands before a number that is a difference, not a value."""

UNITS: tuple[tuple[str, str], ...] = (
    (r"\s*(?:%|por\s?ciento\b|por cien\b)", "percent"),
    (r"\s*(?:puntos?(?: porcentuales)?|p\.\s?p\.?|pp)\b(?! de vista)", "points"),
    (r"\s*(?:mb|mib|megabytes?|megas?)\b", "megabytes"),
    (r"\s*(?:gb|gib|kb|tb|ghz|mhz)\b", "other"),
    (r"\s*(?:ms|milisegundos?)\b", "milliseconds"),
    (r"\s*epocas?\b|\s*epochs?\b", "epochs"),
    (r"(?:\s*(?:de|millones de))?\s*parametros\b", "parameters"),
    (r"\s*capas?\b|\s*niveles\b", "layers"),
    (r"\s*(?:veces|vez|[x×])(?![\w])", "other"),
    (
        (
            r"\s*(?:imagenes|imagen|clases?|categorias|neuronas?|unidades|filtros?|canales|pixeles|px|anos?|alumnos|personas|dias?"
            r"|semanas?|meses|semillas?|particiones|folds?|ejecuciones|ejecucion|modelos?|redes|optimizadores|activaciones"
            r"|combinaciones|pares|parejas|millones|miles|paginas?|proyectos?|muestras|ejemplos|bits|nucleos|hilos|nodos|pasos"
            r"|iteraciones|lotes?|conjuntos|experimentos?|pruebas|casos|cambios|redes|variantes|versiones|etapas|partes|grupos"
            r"|bloques|convoluciones|puntos de|autores|estudios?|errores|convolucional(?:es)?"
            r"|densas|estudiantes|integrantes|grados|€|\$|°)"
            r"(?![\w])"
        ),
        "other",
    ),
)
"""What follows a number -> its unit; ``other`` is no result."""
NUMBERED = (
    r"(?:figuras?|fig\.?|tablas?|secci(?:on|ones)|apartados?|capitulos?|ecuaci(?:on|ones)|fases?|pasos?|paginas?|pag\.?|p\.|pp\.|anexos?"
    r"|estudios?|proyectos?|modelos?|intentos?|version|nota|epocas?|semillas?|particion|fold|python|keras|tensorflow|cuda|numpy|cifar|top"
    r"|preguntas?|grupo|ejercicio|actividad|n[uú]mero|n\.?º|#|v|doi|a las|dia"
    r"|peldano|de enero de|de febrero de|de marzo de|de abril de"
    r"|de mayo de|de junio de|de julio de|de agosto de|de septiembre de|de octubre de"
    r"|de noviembre de|de diciembre de|en el ano|ano)"
    r"[\s-]*$"
)
"""What stands before a number that only counts or dates something."""
REFERENCED = (
    r"(?:figuras?|fig\.?|tablas?|secci(?:on|ones)|sec\.?|apartados?|capitulos?|ecuaci(?:on|ones)|anexos?|version"
    r"|python|keras|tensorflow|cuda|numpy|v)\s*$"
)
"""What stands before a number with points that is a place or a release."""
SETTING = (
    r"(?<!\w)(?:tasas?(?: de aprendizaje)?|rho|[βεαρλ]\d?|(?:hiper)?parametro \w+"
    r"|sesiones|tandas|intervalos|bloques|learning rate|lr|dropout|momento|momentum"
    r"|inercia|paciencia|patience|lotes?|batch(?:[\s_-]size)?|kernels?"
    r"|filtros?|factor(?:es)?|l1|l2|regularizaci(?:on|ones)|umbral(?:es)?|alfa"
    r"|alpha|beta|epsilon|decaimiento|weight decay|rotaci(?:on|ones)"
    r"|desplazamientos?|zoom|padding|stride|tamano|k|p|confianza|nivel|semilla|seed|fraccion|proporcion|clipnorm|escala|giros?|rango)"
    r"[\s:=<>«»\"]*(?:de(?:l)?|a|al|en|es|era|fue|con|entre|y|igual a|como)?[\s:=<>~]*(?:un"
    r"|una|el|hasta)?\s*$"
)
"""What stands before a number that was chosen, not measured."""
PERCENT_OF = (
    r"\s*(?:del? (?:los |las |el |la |sus |cada )?(?:datos|imagenes|muestras|neuronas"
    r"|ejemplos|conexiones|unidades|pesos|entradas|activaciones"
    r"|veces|casos|parametros|modelos|ejecuciones|combinaciones|total|tiempo|conjunto de entrenami"
    r"ento|fotografias|error(?:es)?)|de confianza|de dropout|para (?:validar|validacion"
    r"|prueba|probar)"
    r"|restante)\b"
)
"""What follows a percentage that is a share of something else."""
