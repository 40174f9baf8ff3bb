"""The shape of what the agent asks other systems for, and of what it gives them."""

from typing import Annotated, Literal

from msgspec import Meta, field

from generator.spec.fields import Emptyable, Yes
from generator.spec.model import Items, Model, says

Minutes = Annotated[int, Meta(ge=1, le=10080)]


class CursorSpec(Model, frozen=True, kw_only=True):
    """The answer holds a text that asks for the next page."""

    path: Annotated[str, says("Where it stands in the answer; empty or missing: the last page.")]
    param: Annotated[str, says("Query parameter that it is sent back in.", min_length=1)]


class PageNumberSpec(Model, frozen=True, kw_only=True):
    """Pages are counted; a page without documents is the end."""

    param: Annotated[str, says("Query parameter with the number of the page.", min_length=1)]
    first: Annotated[int, says("Number of the first one.", ge=0, le=1)] = 1


class OffsetSpec(Model, frozen=True, kw_only=True):
    """Documents are counted; a page that is not full is the end."""

    param: Annotated[str, says("Query parameter with the documents to pass over.", min_length=1)]
    size: Annotated[
        int, says("Documents of a full page, as `params` asks for them.", ge=1, le=10000)
    ]


class PagesSpec(Model, frozen=True, kw_only=True):
    """How the next page is asked for: exactly one."""

    cursor: Annotated[
        CursorSpec | None, says("A text in the answer: {path: next, param: cursor}.")
    ] = None
    next: Annotated[
        str | None, says("Path in the answer where the next page's address stands.")
    ] = None
    link: Annotated[
        Yes | None, says("The answer's Link header names it with rel=next (RFC 8288).")
    ] = None
    number: Annotated[PageNumberSpec | None, says("Pages are counted.")] = None
    offset: Annotated[OffsetSpec | None, says("Documents are counted.")] = None


class HttpPollSpec(Model, frozen=True, kw_only=True):
    """The agent asks an address for documents, and takes those that are new or changed."""

    connection: Annotated[str, says("A connection of project.yaml.")]
    path: Annotated[str, says("Behind the connection's base_url.", pattern="^/")]
    params: Annotated[
        dict[str, str],
        says(
            "Query parameters by name; {since} is the newest watermark that was seen, less the "
            'overlap: {updated_at_min: "{since}", limit: "250"}. Left out while there is none.'
        ),
    ] = field(default_factory=dict)
    every_minutes: Annotated[Minutes, says("From the begin of one round to the next.")] = 10
    watermark: Annotated[
        str | None, says("Path in a document to a time or number that grows with changes.")
    ] = None
    start: Annotated[str | None, says("{since} of the first round.")] = None
    overlap_seconds: Annotated[
        Annotated[int, Meta(ge=0, le=604800)] | None,
        says(
            "How far {since} is behind the newest watermark, for what was changed before but "
            "is seen after; 300 where the watermark is a time. What is seen again and has not changed is not taken again."
        ),
    ] = None
    version: Annotated[
        str | None,
        says("Path in a document to what changes with it; the whole document where left out."),
    ] = None
    pages: Annotated[
        PagesSpec | None, says("How the next page is asked for; without it, one page is all.")
    ] = None


class SqlPollSpec(Model, frozen=True, kw_only=True):
    """The agent asks a database for rows; each row is a document."""

    connection: Annotated[str, says("A connection of project.yaml with `database`.")]
    query: Annotated[
        str,
        says(
            "A SELECT statement, without order and limit; its columns are the document's names.",
            min_length=1,
        ),
    ]
    key: Annotated[
        str,
        says(
            "Column that tells rows apart; rows of one watermark are read in its order.",
            min_length=1,
        ),
    ]
    watermark: Annotated[
        str | None,
        says(
            "Column that grows with changes. Rows without a value are not seen. Without a watermark every round reads all."
        ),
    ] = None
    start: Annotated[
        str | None, says("The first round takes rows with this watermark and newer ones.")
    ] = None
    overlap_seconds: Annotated[
        Annotated[int, Meta(ge=0, le=604800)] | None,
        says(
            "How far a round looks back before the newest watermark, for rows that were "
            "committed late; 300 where it is a time."
        ),
    ] = None
    every_minutes: Annotated[Minutes, says("From the begin of one round to the next.")] = 10
    batch: Annotated[int, says("Rows of one query.", ge=1, le=10000)] = 500


class BatchSpec(Model, frozen=True, kw_only=True):
    """Several events are one request, a JSON list."""

    most: Annotated[int, says("Events of one request at most.", ge=2, le=1000)] = 100
    wrap: Annotated[str | None, says('Name that the list stands under: {"orders": [...]}.')] = None
    results: Annotated[
        str | None,
        says(
            "Path in the answer to a list with one result an event, in their order. Without "
            "it, a request is taken as a whole or refused as a whole."
        ),
    ] = None
    error: Annotated[
        str | None, says("Path in one result; a value there holds that event for a person.")
    ] = None


class FolderTargetSpec(Model, frozen=True, kw_only=True):
    """Events become files; a reader never sees half of one. agent.toml says where ([deliver.<flow>])."""

    format: Annotated[
        Literal["json_lines", "csv"], says("One event a line, as JSON or as a row.")
    ] = "json_lines"
    columns: Annotated[
        dict[str, str],
        says("Of CSV: column to path in the payload; the payload's names where left out."),
    ] = field(default_factory=dict)
    most: Annotated[int, says("Events of one file at most.", ge=1, le=100000)] = 1000


class TableSpec(Model, frozen=True, kw_only=True):
    """Events become rows of a table: written by their key, deleted with the record."""

    name: Annotated[str, says("The table, with its schema: sales.orders.", min_length=1)]
    key: Annotated[Items[str], says("Columns of a primary key or unique constraint.", min_length=1)]
    columns: Annotated[
        dict[str, str], says("Column to path in the payload; the payload's names where left out.")
    ] = field(default_factory=dict)


class TargetSpec(Model, frozen=True, kw_only=True):
    """Where the agent delivers: exactly one of path, folder and table."""

    connection: Annotated[str | None, says("A connection of project.yaml; not of a folder.")] = None
    method: Annotated[
        Literal["POST", "PUT", "PATCH", "DELETE"], says("HTTP method of the delivery.")
    ] = "POST"
    path: Annotated[
        Annotated[str, Meta(pattern="^/")] | None,
        says(
            "Path below the connection's base_url; {a.b} is the value at that path of the payload: /orders/{id}."
        ),
    ] = None
    params: Annotated[dict[str, str], says("Query parameters by name; {a.b} as in path.")] = field(
        default_factory=dict
    )
    id_path: Annotated[
        str | None,
        says(
            "Path in the answer (with batch.results, in one result) where the target's own id stands."
        ),
    ] = None
    batch: Annotated[
        BatchSpec | None, Emptyable, says("Several events are one request, a JSON list.")
    ] = None
    folder: Annotated[
        FolderTargetSpec | None,
        Emptyable,
        says("Events become files. agent.toml says where ([deliver.<flow>])."),
    ] = None
    table: Annotated[
        TableSpec | None, says("Events become rows of a table of the connection's database.")
    ] = None
