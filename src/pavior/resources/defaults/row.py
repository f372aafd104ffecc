"""One documented default, and where the pages lie that document it."""

from msgspec import Struct

PROVIDER = "https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/resources"
AWS = "https://docs.aws.amazon.com"
AZURE_PROVIDER = "https://registry.terraform.io/providers/hashicorp/azurerm/4.20.0/docs/resources"
AZURE = "https://learn.microsoft.com/azure"
GOOGLE_PROVIDER = "https://registry.terraform.io/providers/hashicorp/google/6.20.0/docs/resources"
GOOGLE = "https://cloud.google.com"


class Default(Struct, frozen=True):
    """One row.

    Args:
        type: Terraform type.
        attribute: Path without block indexes. A whole companion resource that is absent stands under the type it
            belongs to, such as `aws_s3_bucket` and `versioning`.
        since: Month from which it holds, or empty when it always did.
        source: Address of the page that documents it.
    """

    type: str
    attribute: str
    value: bool | int | str
    source: str
    since: str = ""
