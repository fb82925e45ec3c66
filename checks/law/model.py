"""What every entry of a rulebook file is made of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(min_length=1)]
Tier = Literal["core", "important", "ordinary", "intent", "potential"]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Text(Model):
    """The same words in Chinese and in English."""

    zh: Name
    en: Name
