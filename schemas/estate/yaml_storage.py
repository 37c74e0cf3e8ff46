"""``storage`` of ``estate.yaml``: where the estate's files are kept for all its machines."""

import re

import yaml

from schemas.errors import Problem

_S3 = re.compile(r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9._-]+)*/?$")


def storage_part(node: yaml.Node | None, name: str, problems: list[Problem]) -> str:
    """``s3://bucket/prefix``; empty where the files are kept in the folder itself."""
    if node is None:
        return ""
    text = str(node.value) if isinstance(node, yaml.ScalarNode) else ""
    if not _S3.match(text):
        problems.append(
            Problem(
                where=f"{name}:{node.start_mark.line + 1}",
                what=f"storage '{text}' is no place that can be written to.",
                remedy="Write s3://bucket/prefix, or leave storage out: all stays in this folder. "
                "Keys and endpoint stand in the environment: AWS_ACCESS_KEY_ID, "
                "AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL.",
            )
        )
        return ""
    return text.rstrip("/")
