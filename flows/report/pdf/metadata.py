"""The XMP metadata of a file that is PDF/A-3a and PDF/UA-1 at once.

Validators read the first RDF block only, so the PDF/UA identification and the PDF/A extension
schema that declares it must stand in the block that WeasyPrint writes, not in a second one. Source:
ISO 14289-1 §5, ISO 19005-3 §6.6.2.3.
"""

from __future__ import annotations

from types import MethodType
from typing import Final
from xml.etree import ElementTree as ET

from weasyprint.pdf.metadata import NS, DocumentMetadata

RDF: Final = NS["rdf"]
UA: Final = NS["pdfuaid"]
DC: Final = NS["dc"]
EXTENSION: Final = "http://www.aiim.org/pdfa/ns/extension/"
SCHEMA: Final = "http://www.aiim.org/pdfa/ns/schema#"
PROPERTY: Final = "http://www.aiim.org/pdfa/ns/property#"
for _prefix, _uri in {
    "pdfaExtension": EXTENSION,
    "pdfaSchema": SCHEMA,
    "pdfaProperty": PROPERTY,
}.items():
    ET.register_namespace(_prefix, _uri)


def declare_ua(metadata: DocumentMetadata, number: str = "") -> None:
    """Let WeasyPrint write `rdf_with_ua` for this document, with its number as dc:identifier;
    there is no option for it. What this rests on is tested in
    tests/project/test_library_interfaces.py."""

    def generate(metadata: DocumentMetadata, variant: str, version: int, conformance: str) -> bytes:
        return rdf_with_ua(metadata, variant, version, conformance, number)

    metadata.generate_rdf_metadata = MethodType(generate, metadata)


def rdf_with_ua(
    metadata: DocumentMetadata, variant: str, version: int, conformance: str, number: str = ""
) -> bytes:
    """WeasyPrint's RDF block with `pdfuaid:part` 1 and its declaration inside."""
    rdf = ET.fromstring(
        DocumentMetadata.generate_rdf_metadata(metadata, variant, version, conformance)
    )
    if number:
        ET.SubElement(_description(rdf), f"{{{DC}}}identifier").text = number
    ET.SubElement(_description(rdf), f"{{{UA}}}part").text = "1"
    bag = ET.SubElement(
        ET.SubElement(_description(rdf), f"{{{EXTENSION}}}schemas"), f"{{{RDF}}}Bag"
    )
    schema = {"schema": "PDF/UA identification schema", "namespaceURI": UA, "prefix": "pdfuaid"}
    item = _resource(bag, SCHEMA, schema)
    properties = ET.SubElement(ET.SubElement(item, f"{{{SCHEMA}}}property"), f"{{{RDF}}}Seq")
    part = {
        "name": "part",
        "valueType": "Integer",
        "category": "internal",
        "description": "part of ISO 14289",
    }
    _resource(properties, PROPERTY, part)
    content: bytes = ET.tostring(rdf, encoding="utf-8")
    return content


def _description(rdf: ET.Element) -> ET.Element:
    return ET.SubElement(rdf, f"{{{RDF}}}Description", {f"{{{RDF}}}about": ""})


def _resource(parent: ET.Element, namespace: str, values: dict[str, str]) -> ET.Element:
    item = ET.SubElement(parent, f"{{{RDF}}}li", {f"{{{RDF}}}parseType": "Resource"})
    for key, value in values.items():
        ET.SubElement(item, f"{{{namespace}}}{key}").text = value
    return item
