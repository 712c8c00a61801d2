"""The laptop's commands; the Makefile calls them."""

import argparse
import sys

from config.laptop import demo, servers, testing
from config.laptop.errors import Interrupted, LaptopError
from config.laptop.paths import not_ours


def up(_arguments) -> int:
    urls, _ = servers.up()
    for name, url in urls.items():
        print(f"{name}={url}")
    return 0


def down(_arguments) -> int:
    print("Stopped." if servers.down() else "Nothing was running.")
    return 0


def run_demo(_arguments) -> int:
    return demo.run()


def run_tests(arguments) -> int:
    return testing.run(arguments.pytest, slow=arguments.slow)


def reset(_arguments) -> int:
    return demo.reset()


COMMANDS = {
    "demo": (run_demo, "run the whole product on this machine, until Ctrl-C"),
    "reset": (reset, "forget the demo's data"),
    "up": (up, "start the tests' PostgreSQL and leave it running, so that pytest can be called directly"),
    "down": (down, "stop it"),
    "test": (run_tests, "run the test suite"),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.laptop")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, (function, purpose) in COMMANDS.items():
        command = commands.add_parser(name, help=purpose)
        command.set_defaults(function=function)
        if name == "test":
            command.add_argument("--slow", action="store_true", help="the tests that take minutes, instead")
            command.add_argument("pytest", nargs="*", help="arguments for pytest, after --")
    arguments = parser.parse_args()
    try:
        return arguments.function(arguments)
    except LaptopError as stop:
        print(stop, file=sys.stderr)
        return 1
    except PermissionError as error:
        print(not_ours(error.filename), file=sys.stderr)
        return 1
    except (Interrupted, KeyboardInterrupt):
        return 130


if __name__ == "__main__":
    sys.exit(main())
