"""What stands in front of a screen."""

from mnist_tui.tui.keys.key import Key, Place

DIALOGS = (
    Key(Place.DIALOG, "escape", "dismiss", "back", "Back"),
    Key(Place.FIELDS, "down,j", "app.focus_next", priority=True),
    Key(Place.FIELDS, "up,k", "app.focus_previous", priority=True),
    Key(Place.ANSWERS, "left,up,h,k", "app.focus_previous"),
    Key(Place.ANSWERS, "right,down,l,j", "app.focus_next"),
    Key(Place.PAGE, "enter,q,question_mark,f1", "dismiss", "", "Back"),
)
