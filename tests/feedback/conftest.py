from tests.db_fixtures import cast, signed_in

__all__ = ["cast", "signed_in"]
