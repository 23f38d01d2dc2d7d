"""Pure drawing: data, width and height in, text out. Nothing here knows a widget or an app."""
