from __future__ import annotations

from benchmarks.segments import nodes_of


def test_part_contains_its_models_and_their_tests():
    manifest = {
        "nodes": {
            "model.k.sessions": {
                "resource_type": "model",
                "original_file_path": "models/marts/web/sessions.sql",
            },
            "model.k.profile_features": {
                "resource_type": "model",
                "original_file_path": "models/marts/features/profile_features.sql",
            },
            "model.k.orders": {
                "resource_type": "model",
                "original_file_path": "models/marts/commerce/orders.sql",
            },
            "seed.k.robots": {
                "resource_type": "seed",
                "original_file_path": "seeds/events/robots.csv",
            },
            "test.k.unique_sessions": {
                "resource_type": "test",
                "original_file_path": "models/marts/web/_web__models.yml",
                "attached_node": "model.k.sessions",
            },
        }
    }
    assert nodes_of("events", manifest) == {"model.k.sessions", "test.k.unique_sessions"}
    assert nodes_of("segments", manifest) == {"model.k.profile_features"}
