"""The command ``wattledger``. ``verify`` is answered without loading what computes and stores: a
regulator needs Python and the wheel, and nothing else."""

import sys


def main() -> int:
    """Runs the command line; returns its exit code."""
    if sys.argv[1:2] == ["verify"]:
        from pipelines.cli.verify import alone

        return alone(sys.argv[2:])
    from pipelines.cli.main import main as everything

    return everything()


if __name__ == "__main__":
    sys.exit(main())
