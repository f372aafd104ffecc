"""Takes secrets out of text before it is logged or stored: those we know exactly, then those that look like one."""

import json
import re
from collections.abc import Container, Iterable, Mapping
from urllib.parse import quote

MASK = "***"
# A shorter value stands inside every other word, so masking it would tell it.
SHORTEST_SECRET_CHARACTERS = 4

# Shapes published by who issues the tokens; each is anchored by its own prefix.
_TOKENS = re.compile(
    r"""
      \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                                    # AWS access key id
    | \bgh[pousr]_[A-Za-z0-9]{20,255}\b | \bgithub_pat_[A-Za-z0-9_]{20,255}
    | \bgl(?:pat|dt|rt|ptt|cbt)-[A-Za-z0-9_.-]{20,255}                 # GitLab
    | \bxox[abeoprs]-[A-Za-z0-9-]{10,255}                              # Slack
    | https://hooks\.slack\.com/(?:services|workflows)/[A-Za-z0-9/_-]+
    | \b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,255}\b                  # Stripe
    | \bAIza[0-9A-Za-z_-]{35}                                          # Google API
    | \bsk-(?:ant-|proj-|svcacct-)?[A-Za-z0-9_-]{20,255}               # OpenAI, Anthropic
    | \bnpm_[A-Za-z0-9]{36}\b | \bpypi-[A-Za-z0-9_-]{40,255}
    | \bhv[sbr]\.[A-Za-z0-9_-]{24,255}                                 # Vault
    | \bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{16,64}                 # SendGrid
    | \bpavior_[A-Za-z0-9_-]{20,255}
    | \beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*     # JSON Web Token
    """,
    re.VERBOSE,
)
_PEM_BEGIN = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
_PEM_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
# A block that is cut off is masked to its end: fail closed.
_PEM = re.compile(rf"{_PEM_BEGIN.pattern}.*?(?:{_PEM_END.pattern}|\Z)", re.DOTALL)
_URL_PASSWORD = re.compile(r"(?P<before>[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{0,100}:)[^\s/@\"']{1,200}(?=@)")
_HEADER = re.compile(
    r"(?i)(?P<before>\bauthorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:bearer|basic|token)?\s{0,3}|\bbearer\s{1,3})"
    r"[A-Za-z0-9._~+/=-]{8,}"
)
_WORDS = (
    "password|passwd|passphrase|secret[_-]?access[_-]?key|client[_-]?secret|secret[_-]?key|secret|"
    "api[_-]?key|access[_-]?key|private[_-]?key|session[_-]?token|auth[_-]?token|access[_-]?token|token|credentials?"
)
_ASSIGNED = re.compile(
    rf"(?i)(?P<before>(?:{_WORDS})[\"']?\s{{0,3}}(?:=>|[:=])\s{{0,3}})"
    r"(?:\"(?:[^\"\\\n]|\\.){4,}\"|'[^'\n]{4,}'|[^\s\"',;&(){}\[\]<>]{6,})"
)
_SECRET_NAME = re.compile(rf"(?i)(?:^|[._-])(?:{_WORDS})$")


class Masker:
    """Masks text.

    Fails open because a given secret of fewer than four characters is not masked: it stands inside
    every other word, and the gaps would tell it.

    Args:
        secrets: Values that must not appear; also their JSON-escaped and URL-quoted forms are masked.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets = frozenset(item for item in secrets if len(item) >= SHORTEST_SECRET_CHARACTERS)
        forms = {form for item in self._secrets for form in _forms(item)}
        # The longest first, or a secret that begins another would leave its end.
        ordered = sorted(forms, key=lambda form: (-len(form), form))
        self._exact = re.compile("|".join(map(re.escape, ordered))) if ordered else None

    def __repr__(self) -> str:
        return f"Masker({len(self._secrets)} secrets)"

    def with_secrets(self, secrets: Iterable[str]) -> "Masker":
        """One that masks these as well."""
        return Masker(self._secrets.union(secrets))

    def mask(self, text: str) -> str:
        """`text` without secrets."""
        text = self._mask_exactly(text)
        text = _PEM.sub(MASK, text)
        text = _TOKENS.sub(MASK, text)
        text = _URL_PASSWORD.sub(_keep_before, text)
        text = _HEADER.sub(_keep_before, text)
        text = _ASSIGNED.sub(_keep_before, text)
        # Taking a piece out may have joined the two ends of another secret.
        return self._mask_exactly(text)

    def mask_lines(self, lines: Iterable[str], wanted: Container[int]) -> Iterable[str]:
        """One line for each line, also where a private key runs over many of them.

        Args:
            wanted: The numbers, from 1, of the lines that are asked for; of others nothing is given but the mask.
        """
        is_inside = False
        for number, line in enumerate(lines, 1):
            if not is_inside and number not in wanted and "-----BEGIN" not in line:
                yield MASK
                continue
            if is_inside:
                end = _PEM_END.search(line)
                is_inside = end is None
                yield MASK if end is None else MASK + self.mask(line[end.end() :])
                continue
            masked = self.mask(line) if number in wanted else MASK
            begun = list(_PEM_BEGIN.finditer(line))
            is_inside = bool(begun) and _PEM_END.search(line, begun[-1].end()) is None
            yield masked

    def mask_document(self, value: object) -> object:
        """A JSON tree with its texts masked, and hidden wholly what stands under a name such as `password`."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, Mapping):
            return {
                self.mask(str(name)): MASK
                if isinstance(item, str) and item and _SECRET_NAME.search(str(name))
                else self.mask_document(item)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple | set | frozenset):
            items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
            return [self.mask_document(item) for item in items]
        return value

    def _mask_exactly(self, text: str) -> str:
        if self._exact is None:
            return text
        # Ends: each round makes the text shorter, for a secret is longer than its mask.
        while (masked := self._exact.sub(MASK, text)) != text:
            text = masked
        return text


def _forms(secret: str) -> tuple[str, ...]:
    return secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], quote(secret, safe="")


def _keep_before(match: re.Match[str]) -> str:
    return f"{match['before']}{MASK}"
