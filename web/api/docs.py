"""The page on which the API can be read and tried."""

from flask import Blueprint, render_template

blueprint = Blueprint("api_docs_page", __name__, url_prefix="/api")


@blueprint.get("/docs")
def page() -> str:
    """Swagger UI, served by ourselves like everything else."""
    return render_template("api/docs.html")
