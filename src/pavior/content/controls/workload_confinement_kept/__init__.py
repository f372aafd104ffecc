"""The confinement of AppArmor and SELinux stays on."""
