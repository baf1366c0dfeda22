"""The script that Klantbeeld is measured against: four SQL files, run one after the other."""
