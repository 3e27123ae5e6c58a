"""Playing to a listener who may pause, skip, go back and change the speed."""
