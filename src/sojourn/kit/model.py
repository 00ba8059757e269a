"""The base of every document: parsed once at the edge, strict about unknown fields, never changed afterwards."""

from pydantic import BaseModel, ConfigDict


class Document(BaseModel):
    """A frozen Pydantic model that refuses unknown fields, so that a typing error in a YAML file is found."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, str_strip_whitespace=True)
