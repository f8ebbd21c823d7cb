"""The pictures of the tour: what is shown, and the camera that takes them."""
