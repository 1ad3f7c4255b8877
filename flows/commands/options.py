"""Options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder of warehouse, archive and public files.  \\[default: $PACTWATCH_HOME or ./var]"
    ),
]
SourcesOption = Annotated[
    Path | None, typer.Option("--sources", help="A source list of your own.  \\[default: the one in the package]")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="The file to write.  \\[default: standard output]")]
