"""Ways within this server."""


def inside(path: str) -> str:
    """A way back within this server, never to another."""
    inside = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path
    return path if inside else "/"
