"""The dashboard's main screen and its dialogs."""
