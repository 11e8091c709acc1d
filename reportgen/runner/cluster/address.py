"""Takes what the user says of the cluster, gives its address, or an error within seconds."""

from __future__ import annotations

import os
import re
import socket
from dataclasses import dataclass

from reportgen.errors import MissingError

LOCAL = "local"
"""Starts a cluster of this machine alone, which ends with the command."""
AUTO = "auto"
"""The cluster that runs on this machine already."""
PROBE_SECONDS = 3.0
"""Seconds that one attempt to open a connection may take."""
NEXT_STEP = "comprueba la dirección y que el clúster esté en marcha, o usa --executor local"
_PATTERN = re.compile(r"(?P<scheme>ray://)?(?P<host>\[[0-9a-fA-F:.%]+\]|[^\s:/\[\]]+):(?P<port>\d{1,5})/?")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a cluster is; ``host`` is empty for one of this machine that Ray finds or starts by itself."""

    text: str
    host: str = ""
    port: int = 0

    def probe(self) -> None:
        """Prove that something listens there.

        Raises:
            MissingError: when nothing does. Ray itself would go on trying for a minute or more.
        """
        if not self.host:
            return
        try:
            socket.create_connection((self.host, self.port), PROBE_SECONDS).close()
        except OSError as error:
            raise unreachable(self.text, str(error)) from error

    def listens(self) -> bool:
        """Whether :meth:`probe` would pass."""
        try:
            self.probe()
        except MissingError:
            return False
        return True


def parse(text: str) -> Address:
    """The address in an option or in ``RAY_ADDRESS``; a local cluster where neither says any.

    Raises:
        MissingError: for what is none.
    """
    text = text or os.environ.get("RAY_ADDRESS", "") or LOCAL
    if text in (LOCAL, AUTO):
        return Address(text)
    found = _PATTERN.fullmatch(text)
    if found is None or not 0 < int(found["port"]) < 1 << 16:
        raise MissingError(
            f"«{text}» no es la dirección de un clúster Ray",
            where="--ray-address",
            next_step="escribe MÁQUINA:PUERTO (6379 si no se eligió otro), auto o local",
        )
    host = found["host"].strip("[]")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - refused, not bound
        raise MissingError(
            f"«{text}» significa todas las redes de la máquina, no un clúster",
            where="--ray-address",
            next_step="escribe la dirección del nodo principal; 127.0.0.1 si es esta máquina",
        )
    return Address(text, host, int(found["port"]))


def unreachable(address: str, reason: str) -> MissingError:
    """The error of a cluster that does not answer."""
    return MissingError(
        f"no se puede hablar con el clúster Ray: {reason}", where=address, next_step=NEXT_STEP
    )
