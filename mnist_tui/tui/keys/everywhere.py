"""What works everywhere: the screens, the palette, help, the way out."""

from mnist_tui.tui.keys.key import Key, Place

EVERYWHERE = (
    Key(Place.APP, "1", "switch_mode('dashboard')", "the dashboard", "Dashboard"),
    Key(Place.APP, "2", "switch_mode('run')", "the selected run's page", "Run's page"),
    Key(Place.APP, "3", "switch_mode('data')", "the data: digits, classes, files", "Data"),
    Key(Place.APP, "4", "switch_mode('mistakes')", "the selected run's mistakes", "Mistakes"),
    Key(Place.APP, "5", "switch_mode('network')", "inside the selected run's network", "Network"),
    Key(Place.APP, "6", "switch_mode('draw')", "draw a digit, and ask the networks that are shown", "Draw"),
    Key(Place.APP, "f8", "take_screenshot", "screenshot", "Screenshot"),
    Key(
        Place.APP,
        "ctrl+p",
        "command_palette",
        "all that can be done, by name; themes",
        "All",
        footer=True,
        display="^p",
        priority=True,
    ),
    Key(Place.APP, "question_mark,f1", "help", "this help", "Help", footer=True, display="?"),
    Key(Place.APP, "q", "leave", "quit; asks while something trains", "Quit", footer=True),
    Key(Place.APP, "ctrl+q,ctrl+c", "leave", "quit; asks while something trains", "Quit", priority=True),
)
