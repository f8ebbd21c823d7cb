"""The screenshots of the tour: their scenes, and the browser that takes them."""
