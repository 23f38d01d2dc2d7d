"""What Markdown would take for something else is written so that it is shown as it is."""

import pytest

from mnist_tui.reports.tables import plain

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("$x^2$", "\\$x^2\\$"),
        ("a|b", "a\\|b"),
        ("<script>", "&lt;script>"),
        ("=1+1", "=1+1"),
        ("a\nb", "a b"),
    ],
)
def test_a_name_is_neither_formula_nor_cell_nor_tag(text: str, written: str) -> None:
    assert plain(text) == written
