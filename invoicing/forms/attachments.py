import hashlib
from dataclasses import dataclass

from django import forms
from django.core.files.uploadedfile import UploadedFile

from invoicing.attaching import LIMITS, MOST_BYTES, MOST_FILES
from invoicing.file_kinds import Kind, NotTaken, kind_of
from invoicing.file_names import clean_name, kind_by_name


@dataclass(frozen=True)
class Checked:
    """A file that may be attached."""

    content: UploadedFile
    name: str
    kind: Kind
    size: int
    digest: str


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once, as they were sent; the form says of each what it is."""

    widget = FilesInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.xlsx,.docx,.csv,.txt"})

    def clean(self, value, initial=None):
        if not value:
            raise forms.ValidationError("Choose one or more files.", code="required")
        return value


class AttachForm(forms.Form):
    """Files to attach. Those that can be taken are `taken`, even where others are refused with a sentence each."""

    files = FilesField(label="Files", help_text=LIMITS)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.taken = []

    def clean_files(self):
        sent = self.cleaned_data["files"]
        if len(sent) > MOST_FILES:
            raise forms.ValidationError(f"These are {len(sent)} files, and the limit is {MOST_FILES}.")
        refused = [sentence for file in sent if (sentence := self._refusal(file))]
        if refused:
            raise forms.ValidationError(refused)
        return sent

    def _refusal(self, file):
        """Why this one is not taken, by its name; "" when it is."""
        try:
            self.taken.append(checked(file))
        except NotTaken as error:
            return f"{clean_name(file.name or '', Kind('', ('',)))}: {error}"
        return ""


def checked(file):
    """The uploaded file as one that may be attached; raises `NotTaken`."""
    if file.size > MOST_BYTES:
        raise NotTaken(f"It is too large. The limit is {MOST_BYTES // 1_000_000} MB.")
    content = file.file
    kind = kind_of(content, file.size)
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256").hexdigest()
    name = clean_name(file.name, kind)
    return Checked(file, name, kind_by_name(name, kind), file.size, digest)
