"""The canonical entities by subject; `schemas.entities` names them all."""
