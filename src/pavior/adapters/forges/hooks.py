"""What guards a repository when somebody pushes: written once into the forge's own folder, used by all repositories.

A hook runs in the bare repository's folder, with the rights of who pushes.
"""

import secrets
from pathlib import Path

HOOKS_FOLDER = "hooks"
PUSHES_FOLDER = "pushes"

_PRE_RECEIVE = r"""#!/bin/sh
# Written by Pavior. Only branches other than main may be pushed; Pavior itself moves main.
name=$(basename "$(pwd)" .git)
refuse() {
    echo "$1: $2" >&2
    echo "  fix: $3" >&2
    exit 1
}
while read -r old new ref; do
    case "$ref" in
        refs/heads/main)
            refuse push-to-main-refused "main of $name only moves when a Change has passed the gate." \
                "Push a branch, then: pavior change open $name/dev --branch NAME" ;;
        refs/heads/*[!A-Za-z0-9._/-]* | refs/heads/*..* | refs/heads/-* | refs/heads/*/-*)
            refuse branch-name-invalid "$ref has a name that cannot be proposed." \
                "Use letters, digits and . _ - with / between words." ;;
        refs/heads/*) ;;
        *)
            refuse push-of-ref-refused "$ref is not a branch." \
                "Push branches only; tags and other references are made by Pavior." ;;
    esac
done
"""

_POST_RECEIVE = r"""#!/bin/sh
# Written by Pavior. Leaves word of each push where Pavior looks for it.
name=$(basename "$(pwd)" .git)
pushes=../../pushes
umask 077
made=$(mktemp "$pushes/.new-XXXXXX") || exit 1
while read -r old new ref; do
    case "$new" in
        *[!0]*) printf '%s %s %s\n' "$name" "${ref#refs/heads/}" "$new" >> "$made" ;;
    esac
done
# The rename is what makes it visible: half a word is never read.
mv "$made" "$pushes/push-${made##*.new-}"
"""


def write_hooks(root: Path) -> None:
    """Write the hooks of the forge at `root`; again is no harm."""
    folder = root / HOOKS_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    (root / PUSHES_FOLDER).mkdir(exist_ok=True)
    for name, text in (("pre-receive", _PRE_RECEIVE), ("post-receive", _POST_RECEIVE)):
        file = folder / name
        if file.is_file() and file.read_text("utf-8") == text:
            continue
        # Two runs of one worker may write at the same time: a process id would not tell them apart.
        fresh = folder / f".{name}.{secrets.token_hex(8)}"
        fresh.write_text(text, "utf-8")
        fresh.chmod(0o755)
        fresh.replace(file)
