"""The third step of a refresh: publish the marts and the report."""

from __future__ import annotations

from collections.abc import Mapping

from orchestration import last_build
from orchestration.building.project import Project
from orchestration.console import log
from orchestration.errors import KlantbeeldError
from orchestration.publishing import last_publication
from orchestration.publishing.serving import Page, Published, already_published, replace_published


def publish(project: Project, pages: Mapping[str, Page]) -> Published:
    """Publish the marts of the last whole build, with `pages` beside them.

    The caller holds the warehouse lock. Does nothing when these marts are already published.
    Raises KlantbeeldError when the marts are not those of a whole, tested build, or break a rule.
    """
    build_id = last_build.publishable_build_id(project.paths)
    if not build_id:
        raise KlantbeeldError(
            "the marts are not those of a whole, tested build; run the job `refresh`"
        )
    if last_publication.is_current(project.paths, build_id):
        return already_published(project.paths.serving)
    log.info("Publishing …")
    published = replace_published(
        project.paths.marts,
        project.paths.serving,
        project.published,
        facts=project.facts,
        pages=pages,
    )
    last_publication.record(project.paths, build_id)
    log.info(
        "  %s in %.1f s",
        f"{len(published.replaced)} files replaced" if published.replaced else "nothing changed",
        published.seconds,
    )
    return published
