"""The hand-written script that Klantbeeld is compared with: four SQL files, run in order."""
