"""What the tests of deployment share: a MongoDB with authentication, initialised by our own script."""

from collections.abc import Iterator

import pytest

from scripts.local_mongo import NoMongod, mongod_program
from tests.deployment.guarded_mongo import MONGOSH, GuardedMongo
from tests.engines import cannot_run


@pytest.fixture(scope="package")
def guarded_mongo() -> Iterator[GuardedMongo]:
    """One for all tests of this folder; each uses a database of its own."""
    try:
        mongod_program()
    except NoMongod as error:
        cannot_run("MongoDB", str(error))
    if not MONGOSH.exists():
        cannot_run("mongosh", "python scripts/build_assets.py --for-tests")
    with GuardedMongo() as server:
        yield server
