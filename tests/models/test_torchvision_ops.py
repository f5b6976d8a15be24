"""torchvision of another build than torch's, and what imports it, can be imported."""

import subprocess
import sys


def test_what_needs_torchvision_imports_in_a_fresh_process() -> None:
    code = (
        "from geounet.models.torchvision_ops import declare_missing_operators as declare; declare(); declare(); "
        "import timm, torch; torch.ops.torchvision.nms"
    )
    subprocess.run([sys.executable, "-W", "error::RuntimeWarning", "-c", code], check=True)
