from django import forms

from invoicing.spreadsheet import MOST_TEXT, FileRefused, NumberStyle, as_text, one_line, read_file, read_text

MOST_BYTES = 4_000_000
STYLES = (("", "Find out"), (NumberStyle.POINT, "1,234.50"), (NumberStyle.COMMA, "1.234,50"))


class ScheduleUpload(forms.Form):
    """A file, or the text of its lines; once checked it is all text, so that the preview can carry it."""

    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        help_text="CSV or XLSX, up to 5,000 lines.",
    )
    text = forms.CharField(
        label="Or paste the lines here",
        required=False,
        strip=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "wrap": "off", "spellcheck": "false"}),
        help_text="As copied from a spreadsheet, with the row of titles.",
    )
    style = forms.ChoiceField(label="How numbers are written", required=False, choices=STYLES)
    create_codes = forms.BooleanField(label="Create the cost codes that are not known yet", required=False)
    remove_others = forms.BooleanField(label="Remove lines of the schedule that are not in the file", required=False)

    @property
    def wants_import(self):
        """Whether the button under a preview was pressed: a new file is looked at first."""
        return self.data.get("step") == "import" and not self.files.get("file")

    def clean(self):
        cleaned = super().clean()
        file = cleaned.get("file")
        if self.errors:
            return cleaned
        try:
            cleaned["table"] = _table(file, cleaned.get("text", ""))
        except FileRefused as error:
            self.add_error("file" if file else "text", str(error))
        return cleaned

    def again(self):
        """The form for the next step: what was sent as text with tabs, every row in its place."""
        table = self.cleaned_data["table"]
        kept = {name: self.cleaned_data[name] for name in ("style", "create_codes", "remove_others")}
        text = as_text([[one_line(cell).replace("\x00", "\ufffd") for cell in row] for row in table.rows])
        form = ScheduleUpload(initial=kept | {"text": text})
        form.fields["text"].label = "The lines, to correct here or in the file"
        return form


def _table(file, text):
    if not file:
        if not text.strip():
            raise FileRefused("Choose a file, or paste the lines.")
        return read_text(text)
    if file.size > MOST_BYTES:
        raise FileRefused(f"This file is too large. The limit is {MOST_BYTES // 1_000_000} MB.")
    return read_file(file.read())
