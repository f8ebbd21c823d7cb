"""Each requirement in setup.cfg has a least version, so that CI can install and test it."""

from __future__ import annotations

from pathlib import Path

import pytest
from least_versions import NoBound, least, main, requirements
from packaging.requirements import Requirement

TESTED = ("test", "opensearch")


@pytest.mark.parametrize(
    "requirement", {str(r): r for r in requirements(TESTED)}.values(), ids=lambda r: r.name
)
def test_every_requirement_accepts_its_least_version(requirement: Requirement) -> None:
    version = least(requirement).partition("==")[2]

    assert requirement.specifier.contains(version)


@pytest.mark.parametrize(
    ("requirement", "constraint"),
    [
        ("Whoosh==2.7.4", "Whoosh==2.7.4"),
        ("waitress<4,>=3.0.2", "waitress==3.0.2"),
        ("pip-audit >= 2.7", "pip-audit==2.7"),
        ("numpy~=1.26", "numpy==1.26"),
    ],
)
def test_a_constraint_is_the_least_version(requirement: str, constraint: str) -> None:
    assert least(Requirement(requirement)) == constraint


@pytest.mark.parametrize("requirement", ["selenium", "numpy<3", "numpy>1", "numpy!=2.0"])
def test_a_requirement_without_a_least_version_is_named(requirement: str) -> None:
    with pytest.raises(NoBound, match=r"names no least version of (selenium|numpy): write"):
        least(Requirement(requirement))


def test_comments_are_no_requirements(tmp_path: Path) -> None:
    setup = tmp_path / "setup.cfg"
    setup.write_text(
        "[options]\ninstall_requires =\n    click>=8\n    # why\n    lxml>=5\n"
        "[options.extras_require]\ntest =\n    pytest>=8\n    lxml>=5\n",
        encoding="utf-8",
    )

    assert [r.name for r in requirements(["test"], setup)] == ["click", "lxml", "pytest", "lxml"]


def test_the_constraints_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    main(["test", "opensearch"])

    printed = capsys.readouterr().out.splitlines()
    assert printed == sorted(set(printed))
    assert "Whoosh==2.7.4" in printed
    assert {line.count("==") for line in printed} == {1}
