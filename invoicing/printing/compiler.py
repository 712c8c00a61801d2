"""Run as a program: the words of a document as JSON on its input, the PDF on its output.

It reads its template and the fonts inside the wheel, nothing else; it opens no connection and ends by itself when it
takes more time or memory than a document may.
"""

import resource
import sys
from pathlib import Path

import typst

GIGABYTE = 1 << 30
TEMPLATE = Path(__file__).with_name("application.typ")


def main():
    seconds = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (4 * GIGABYTE, 4 * GIGABYTE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    words = sys.stdin.read()
    try:
        pdf = compiled(words, pdf_standards=["ua-1"])
    except typst.TypstError:  # a character that our fonts lack: tagged all the same, but it may not claim PDF/UA
        pdf = compiled(words)
    sys.stdout.buffer.write(pdf)


def compiled(words, **options):
    return typst.compile(
        str(TEMPLATE), root=str(TEMPLATE.parent), sys_inputs={"words": words}, ignore_system_fonts=True, **options
    )


if __name__ == "__main__":
    main()
