"""Azure."""

from pavior.resources.defaults.row import AZURE, AZURE_PROVIDER, Default

ROWS = (
    # Nothing switches it off; 256-bit AES.
    Default(
        "azurerm_storage_account",
        "server_side_encryption",
        value="AES256",
        source=f"{AZURE}/storage/common/storage-service-encryption",
    ),
    *(
        Default("azurerm_storage_account", name, value=value, source=f"{AZURE_PROVIDER}/storage_account#{name}")
        for name, value in (
            ("allow_nested_items_to_be_public", True),
            ("https_traffic_only_enabled", True),
            ("min_tls_version", "TLS1_2"),
        )
    ),
    Default(
        "azurerm_storage_account",
        "blob_properties.versioning_enabled",
        value=False,
        source=f"{AZURE_PROVIDER}/storage_account#versioning_enabled",
    ),
    Default(
        "azurerm_storage_container",
        "container_access_type",
        value="private",
        source=f"{AZURE_PROVIDER}/storage_container#container_access_type",
    ),
)
