"""Takes nothing, gives the Spanish names of the 100 classes of CIFAR-100, in the order of its fine labels."""

from __future__ import annotations

CIFAR100_CLASSES = (
    "manzana", "pez de acuario", "bebé", "oso", "castor",
    "cama", "abeja", "escarabajo", "bicicleta", "botella",
    "cuenco", "niño", "puente", "autobús", "mariposa",
    "camello", "lata", "castillo", "oruga", "vaca",
    "silla", "chimpancé", "reloj", "nube", "cucaracha",
    "sofá", "cangrejo", "cocodrilo", "taza", "dinosaurio",
    "delfín", "elefante", "pez plano", "bosque", "zorro",
    "niña", "hámster", "casa", "canguro", "teclado",
    "lámpara", "cortacésped", "leopardo", "león", "lagarto",
    "langosta", "hombre", "arce", "motocicleta", "montaña",
    "ratón", "seta", "roble", "naranja", "orquídea",
    "nutria", "palmera", "pera", "camioneta", "pino",
    "llanura", "plato", "amapola", "puercoespín", "zarigüeya",
    "conejo", "mapache", "raya", "carretera", "cohete",
    "rosa", "mar", "foca", "tiburón", "musaraña",
    "mofeta", "rascacielos", "caracol", "serpiente", "araña",
    "ardilla", "tranvía", "girasol", "pimiento", "mesa",
    "tanque", "teléfono", "televisor", "tigre", "tractor",
    "tren", "trucha", "tulipán", "tortuga", "armario",
    "ballena", "sauce", "lobo", "mujer", "gusano",
)  # fmt: skip
"""From *apple* to *worm*: the alphabetical order of the English names."""
