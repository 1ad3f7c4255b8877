"""Trains the model that `extractors.mentions.model` runs. Not shipped; needs the `train` dependency group."""
