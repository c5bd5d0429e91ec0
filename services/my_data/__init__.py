"""What belongs to one person, across every store: taken out as one archive, or erased for good."""

from services.my_data.contents import Contents
from services.my_data.eraser import Eraser
from services.my_data.erasure import ErasureService, LastAdmin
from services.my_data.exporter import Exporter
from services.my_data.exports import Export, ExportService
from services.my_data.exports_folder import ExportsFolder
from services.my_data.farewell import ErasedLetter, Farewell
from services.my_data.letters import ExportReadyLetter
from services.my_data.mail_files import MailFiles
from services.my_data.upkeep import Upkeep

__all__ = [
    "Contents",
    "ErasedLetter",
    "Eraser",
    "ErasureService",
    "Export",
    "ExportReadyLetter",
    "ExportService",
    "Exporter",
    "ExportsFolder",
    "Farewell",
    "LastAdmin",
    "MailFiles",
    "Upkeep",
]
