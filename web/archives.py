"""How an export leaves: as a file to keep, streamed from where it lies."""

import os
from datetime import datetime
from typing import BinaryIO

from flask import Response, send_file

ZIP = "application/zip"


def archive_response(file: BinaryIO, made_at: datetime) -> Response:
    """The archive as a download. The response closes the file."""
    size = os.fstat(file.fileno()).st_size
    name = f"greenroom-export-{made_at:%Y-%m-%d}.zip"
    response = send_file(file, mimetype=ZIP, as_attachment=True, download_name=name)
    response.content_length = size
    return response
