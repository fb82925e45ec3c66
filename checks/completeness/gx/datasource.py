"""Great Expectations over Polars: the datasource, so that GX can validate frames and document what
it found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, List, Literal, Type  # noqa: UP035  (pydantic v1 reads the names)

from great_expectations.compatibility import pydantic
from great_expectations.core.batch import LegacyBatchDefinition
from great_expectations.core.batch_spec import RuntimeDataBatchSpec
from great_expectations.core.id_dict import IDDict
from great_expectations.datasource.fluent import BatchRequest
from great_expectations.datasource.fluent.batch_identifier_util import make_batch_identifier
from great_expectations.datasource.fluent.interfaces import Batch, DataAsset, Datasource
from great_expectations.exceptions.exceptions import BuildBatchRequestError

from checks.completeness.gx.engine import PolarsExecutionEngine, Tables


class PolarsFrameAsset(DataAsset):  # type: ignore[type-arg]
    """One table. Its frame arrives when it runs, among those of all: batch_parameters={"dataframe":
    Tables(...)}.

    "dataframe" is the key that GX keeps out of its results.
    """

    type: Literal["dataframe"] = "dataframe"

    class Config:
        extra = pydantic.Extra.forbid

    def test_connection(self) -> None:
        """A frame is always there."""

    def get_batch_parameters_keys(self, partitioner: Any = None) -> tuple[str, ...]:
        return ("dataframe",)

    def get_batch_identifiers_list(self, batch_request: Any) -> list[dict[Any, Any]]:
        return [IDDict(batch_request.options)]

    def build_batch_request(
        self, options: Any = None, batch_slice: Any = None, partitioner: Any = None
    ) -> Any:
        if batch_slice is not None or partitioner is not None:
            raise BuildBatchRequestError(message="a frame is one batch: no slices, no partitions")
        tables = (options or {}).get("dataframe")
        if (
            len(options or {}) != 1
            or not isinstance(tables, Tables)
            or self.name not in tables.frames
        ):
            raise BuildBatchRequestError(
                message=f"give exactly {{'dataframe': Tables({{{self.name!r}: ...}})}}"
            )
        return BatchRequest(
            datasource_name=self.datasource.name, data_asset_name=self.name, options=options
        )

    def _validate_batch_request(self, batch_request: Any) -> None:
        """`build_batch_request` is the only maker of requests, and it has looked."""

    def add_batch_definition_whole_dataframe(self, name: str) -> Any:
        return self.add_batch_definition(name=name, partitioner=None)

    def get_batch(self, batch_request: Any) -> Batch:
        spec = RuntimeDataBatchSpec(
            batch_data=replace(batch_request.options["dataframe"], name=self.name)
        )
        data, markers = self.datasource.get_execution_engine().get_batch_data_and_markers(
            batch_spec=spec
        )
        legacy = LegacyBatchDefinition(
            datasource_name=self.datasource.name,
            data_connector_name="fluent",
            data_asset_name=self.name,
            batch_identifiers=make_batch_identifier(batch_request.options),
        )
        metadata = self._get_batch_metadata_from_batch_request(
            batch_request=batch_request, ignore_options=("dataframe",)
        )
        return Batch(
            datasource=self.datasource,
            data_asset=self,
            batch_request=batch_request,
            data=data,
            metadata=metadata,
            batch_markers=markers,
            batch_spec=spec,
            batch_definition=legacy,
        )


class PolarsDatasource(Datasource):  # type: ignore[type-arg]
    """Registers itself with GX as `context.data_sources.add_polars(name)`."""

    asset_types: ClassVar[List[Type[DataAsset]]] = [PolarsFrameAsset]  # type: ignore[type-arg]  # noqa: UP006
    type: Literal["polars"] = "polars"
    assets: List[PolarsFrameAsset] = []  # noqa: UP006, RUF012

    @property
    def execution_engine_type(self) -> Type[PolarsExecutionEngine]:  # noqa: UP006
        return PolarsExecutionEngine

    def test_connection(self, test_assets: bool = True) -> None:
        """Nothing to connect to."""
