"""What a document's file is called, in letters that every file system and header takes."""


def plain_name(text):
    return "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in text)


def file_name(printed):
    """The contract, the application, and what makes it no claim: "PC-011-application-9-draft"."""
    mark = f"-{plain_name(printed.mark).lower()}" if printed.mark else ""
    return f"{plain_name(printed.contract_number)}-application-{printed.position}{mark}"
