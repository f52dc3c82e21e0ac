"""What goes out to other systems: projects (OC4IDS), activities (IATI), tables (Table Schema), maps (GeoJSON,
GeoPackage)."""

from milepost.report.exchange.write import FORMATS, export

__all__ = ["FORMATS", "export"]
