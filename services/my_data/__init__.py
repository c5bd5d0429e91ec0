"""What belongs to one person, across every store: taken out as one archive, or erased for good."""

from services.my_data.eraser import Eraser
from services.my_data.erasure import ErasureService, LastAdmin
from services.my_data.exporter import Exporter
from services.my_data.exports import Export, ExportService
from services.my_data.farewell import Farewell
from services.my_data.upkeep import Upkeep

__all__ = ["Eraser", "ErasureService", "Export", "ExportService", "Exporter", "Farewell", "LastAdmin", "Upkeep"]
