"""Where records are kept: in memory on a laptop, in the environment's encrypted table when deployed."""

import json
from typing import Any, Protocol, Self


class Records(Protocol):
    """Keeps JSON objects by id."""

    def find(self, record_id: str) -> dict[str, Any] | None:
        """The record, or None."""

    def put(self, record_id: str, record: dict[str, Any]) -> None:
        """Keep it, in place of what was there."""


class MemoryRecords:
    """Forgets everything at the end."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def find(self, record_id: str) -> dict[str, Any] | None:
        """The record, or None."""
        text = self._kept.get(record_id)
        return None if text is None else json.loads(text)

    def put(self, record_id: str, record: dict[str, Any]) -> None:
        """Keep it, in place of what was there."""
        self._kept[record_id] = json.dumps(record)


class TableRecords:
    """Keeps records in the DynamoDB table that infra/main.tf declares."""

    def __init__(self, table: Any) -> None:
        self._table = table

    @classmethod
    def connect(cls, name: str) -> Self:
        """Use the table of this name, with the role that the service runs as."""
        # Only a deployed service needs the AWS library; tests and laptops do not.
        import boto3

        return cls(boto3.resource("dynamodb").Table(name))

    def find(self, record_id: str) -> dict[str, Any] | None:
        """The record, or None."""
        item = self._table.get_item(Key={"id": record_id}, ConsistentRead=True).get("Item")
        return None if item is None else json.loads(item["body"])

    def put(self, record_id: str, record: dict[str, Any]) -> None:
        """Keep it, in place of what was there."""
        self._table.put_item(Item={"id": record_id, "body": json.dumps(record)})
