import argparse

from geounet.cli import models as verb
from geounet_qgis.commands.models import Import, listing, showing


def understood(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    verb.add_arguments(parser)
    assert words[0] == "models"
    return parser.parse_args(words[1:])


def test_the_library_understands():
    assert understood(listing()).act is verb.list_models
    shown = understood(showing("/my models/ponds"))
    assert (shown.act, shown.name) == (verb.show_model, "/my models/ponds")
    args = understood(Import("w.pth", "card.json", "/my models/ponds").words())
    assert (args.act, str(args.source), str(args.card), str(args.out), args.overwrite) == (
        verb.import_model, "w.pth", "card.json", "/my models/ponds", False,
    )  # fmt: skip
    assert understood(Import("w.pth", "card.json", "f", overwrite=True).words()).overwrite
    assert understood(Import("net.onnx", "", "f").words()).card is None
