"""People with an account of their own."""

from pavior.resources.defaults.row import AWS, Default

_PAGE = f"{AWS}/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"

ROWS = (
    Default("aws_iam_account_password_policy", "minimum_password_length", value=6, source=_PAGE),
    Default("aws_iam_account_password_policy", "password_reuse_prevention", value=0, source=_PAGE),
    Default("aws_iam_account_password_policy", "require_lowercase_characters", value=False, source=_PAGE),
    Default("aws_iam_account_password_policy", "require_numbers", value=False, source=_PAGE),
    Default("aws_iam_account_password_policy", "require_symbols", value=False, source=_PAGE),
    Default("aws_iam_account_password_policy", "require_uppercase_characters", value=False, source=_PAGE),
)
